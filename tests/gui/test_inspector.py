from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Decision, SampleState
from desktop_al.gui.inspector import Inspector, readable_bytes
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.preview import Preview
from desktop_al.gui.rationale_view import rationale
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool
from tests.pictures import make_pictures


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    names = [path.name for path in make_pictures(tmp_path / "pictures", 40)]
    return full_pool(tmp_path / "pictures", names, picks=10, labelled=4)


@pytest.fixture
def inspector(qtbot: QtBot, tmp_path: Path, pool: Pool, bridge: JobBridge) -> Iterator[Inspector]:
    thumbs = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    widget = Inspector(pool, thumbs, bridge)
    qtbot.addWidget(widget)
    widget.resize(320, 800)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    thumbs.close()


def texts(inspector: Inspector) -> list[str]:
    return [label.text().replace("\u200b", "") for label in inspector.findChildren(QLabel) if label.isVisible()]


def test_that_a_pick_shows_its_image_and_its_rationale(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    row = int(pool.pick_order[2])
    pool.set_focus(row)
    qtbot.waitUntil(lambda: inspector.preview.sharp)
    shown = texts(inspector)
    assert pool.path(row).name in shown
    assert "Pick 3 of 10. It stands for 6 images of the pool." in shown
    assert "Nearest labelled\ndog · 0.50 away" in shown
    assert inspector.why.strips["stands"].rows == list(range(10, 18))
    assert inspector.why.strips["labelled"].rows == [39]


def test_that_metadata_is_listed(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    pool.set_focus(4)
    qtbot.waitUntil(lambda: {"site", "south", "weight", "4"} <= set(texts(inspector)))


def test_that_a_sample_that_is_no_pick_has_no_decision(inspector: Inspector, pool: Pool) -> None:
    pool.set_focus(20)
    assert not inspector._pick_box.isVisible()
    pool.set_focus(-1)
    assert not inspector._name.isVisible()


def test_that_the_buttons_ask_for_decisions_and_follow_them(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    pool.set_focus(3)
    reject = inspector._buttons[Decision.REJECTED]
    with qtbot.waitSignal(inspector.decide_requested) as requested:
        qtbot.mouseClick(reject, Qt.MouseButton.LeftButton)
    rows, decision = requested.args
    assert rows.tolist() == [3]
    assert decision is Decision.REJECTED
    assert not reject.isChecked()
    pool.set_decisions(np.array([3]), SampleState.REJECTED)
    assert pool.state[3] == SampleState.REJECTED
    assert reject.isChecked()


def test_that_a_thumbnail_of_the_rationale_leads_to_its_sample(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    pool.set_focus(0)
    centre = inspector.why.strips["stands"]._rect(2).center()
    qtbot.mouseClick(inspector.why.strips["stands"], Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)
    assert pool.focus == 12


def test_that_an_unreadable_image_says_why(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    pool.path(25).write_bytes(b"broken")
    pool.set_focus(25)
    qtbot.waitUntil(lambda: bool(inspector.preview._sentence))
    assert not inspector.preview.sharp


def test_that_the_first_frame_of_an_animation_says_that_there_are_more(
    qtbot: QtBot, inspector: Inspector, pool: Pool
) -> None:
    frames = [Image.new("RGB", (32, 24), (40 * k, 0, 0)) for k in range(3)]
    frames[0].save(pool.path(5), format="GIF", save_all=True, append_images=frames[1:])
    pool.set_focus(5)
    qtbot.waitUntil(lambda: any("first of 3 frames" in text for text in texts(inspector)))
    pool.set_focus(6)
    assert not any("frames" in text for text in texts(inspector))


def test_that_only_the_last_of_many_focused_images_is_shown(qtbot: QtBot, inspector: Inspector, pool: Pool) -> None:
    for row in range(20):
        pool.set_focus(row)
    qtbot.waitUntil(lambda: inspector.preview.sharp)
    assert inspector.preview._sample == int(pool.ids[19])


def test_that_what_decides_keeps_its_place_whatever_is_told_of_a_pick(
    qtbot: QtBot, inspector: Inspector, pool: Pool
) -> None:
    frames = [Image.new("RGB", (320, 24), (40 * k, 0, 0)) for k in range(3)]
    frames[0].save(pool.path(5), format="GIF", save_all=True, append_images=frames[1:])
    pool.path(7).write_bytes(b"broken")
    long = "a-name-of-many-words-" * 6 + ".jpg"
    assert pool.samples is not None
    names = list(pool.samples.relpaths)
    names[3] = long
    pool.samples = replace(pool.samples, relpaths=names)
    pool.path(6).parent.joinpath(long).write_bytes(pool.path(6).read_bytes())
    content, places = inspector.widget(), set()
    assert content is not None
    for row in (0, 3, 5, 7):
        pool.set_focus(row)
        qtbot.waitUntil(lambda: inspector.preview.sharp or bool(inspector.preview._sentence))
        qtbot.waitUntil(lambda: not inspector._bridge.busy)
        qtbot.waitUntil(lambda: content.height() >= content.heightForWidth(content.width()))
        assert not inspector.horizontalScrollBar().isVisible()
        assert inspector._mark_box.isVisible()
        places.add((inspector._pick_box.y(), inspector._mark_box.y()))
    assert len(places) == 1


@pytest.mark.parametrize("full", [True, False])
def test_that_the_preview_says_what_it_is_for_while_it_shows_nothing(
    qtbot: QtBot, pool: Pool, bridge: JobBridge, full: bool
) -> None:
    thumbs = ThumbLoader(ThumbCache(None))
    preview = Preview(pool if full else Pool(), thumbs, bridge)
    qtbot.addWidget(preview)
    preview.resize(280, 260)
    shown = preview.grab().toImage()
    middle = {shown.pixel(x, y) for x in range(40, 240) for y in range(100, 160)}
    assert len(middle) > 1
    thumbs.close()


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0\u00a0B"),
        (999, "999\u00a0B"),
        (1_000, "1.0\u00a0kB"),
        (123_456, "123.5\u00a0kB"),
        (5_000_000, "5.0\u00a0MB"),
    ],
)
def test_that_bytes_are_readable(count: int, text: str) -> None:
    assert readable_bytes(count) == text


def test_that_one_image_is_not_images(pool: Pool) -> None:
    pick = pool.pick(0)
    assert pick is not None
    assert "images" in rationale(pick, 10)
