"""What looks closer at a sample, in the whole window: keys, menus, drops, and the loupe over the panels."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Decision, SampleState
from desktop_al.gui import files
from desktop_al.gui.columns import Column
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.look_tools import TOOLS
from desktop_al.gui.looking_actions import ACTIONS
from desktop_al.gui.loupe.loupe import Loupe, Mode
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.sample_menu import SampleActions, build_menu
from desktop_al.gui.workspace import Workspace
from tests.gui.projects import make_review_project


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with the review project open."""
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    made = MainWindow()
    made.show()
    with qtbot.waitSignal(made.ready, timeout=30_000):
        made.prepare()
    path = make_review_project(tmp_path)
    with qtbot.waitSignal(made.session.opened):
        made.open(path)
    yield made
    made.close()
    qtbot.waitUntil(lambda: made.closed and made.isHidden(), timeout=20_000)
    made.deleteLater()


@pytest.fixture
def views(window: MainWindow) -> Workspace:
    assert window.workspace is not None
    return window.workspace


@pytest.fixture
def loupe(views: Workspace) -> Loupe:
    return views.looking.loupe


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(window, key, held or Qt.KeyboardModifier.NoModifier)


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))


@pytest.mark.parametrize("view", ["map", "gallery"])
def test_that_space_opens_the_loupe_from_map_and_gallery(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe, view: str
) -> None:
    row = int(window.session.pool.pick_order[0])
    window.session.pool.set_focus(row)
    widget = views.map.canvas if view == "map" else views.gallery.grid
    qtbot.waitUntil(lambda: view == "gallery" or views.map.ready)
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Space)
    assert loupe.rows == [row]
    qtbot.keyClick(loupe, Qt.Key.Key_Space)
    assert not loupe.isVisible()
    assert QApplication.focusWidget() is widget


def test_that_decisions_in_the_loupe_are_about_what_shows_and_go_on(
    qtbot: QtBot, window: MainWindow, loupe: Loupe
) -> None:
    pool = window.session.pool
    first, second = (int(row) for row in pool.pick_order[:2])
    pool.set_highlight(pool.pick_order)
    pool.set_focus(first)
    assert len(window.commands.targets()) == 8
    loupe.open(first)
    assert window.commands.targets().tolist() == [first]
    qtbot.keyClick(loupe, Qt.Key.Key_P)
    assert pool.state[first] == SampleState.ACCEPTED
    assert int(np.count_nonzero(pool.state == SampleState.ACCEPTED)) == 1
    assert loupe.rows == [second]
    loupe.leave()
    assert len(window.commands.targets()) > 1 or pool.focus == second


def nearest(window: MainWindow, row: int, among: np.ndarray) -> int:
    """The row among ``among``, without ``row``, whose embedding is nearest to that of ``row``, by brute force."""
    assert window.session.project is not None
    vectors = window.session.project.embeddings().vectors
    others = among[among != row]
    return int(others[np.argmax(vectors[others] @ vectors[row])])


@pytest.mark.parametrize("kind", ["pick", "no pick"])
def test_that_any_image_is_compared_with_c_and_the_way_back_is_c(
    qtbot: QtBot, window: MainWindow, loupe: Loupe, kind: str
) -> None:
    pool = window.session.pool
    order = pool.pick_order
    labelled = np.flatnonzero(pool.rank < 0)[[3, 11, 20]]
    window.annotating.label_rows(labelled, "cat")
    free = np.flatnonzero((pool.rank < 0) & (pool.label_code < 0))
    row = int(order[3]) if kind == "pick" else int(free[0])
    expected = [nearest(window, row, labelled), nearest(window, row, order)]
    pool.set_focus(row)
    press(qtbot, window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: loupe.mode is Mode.COMPARE)
    assert loupe.rows == [row, *expected]
    press(qtbot, window, Qt.Key.Key_C)
    assert loupe.rows == [row]


def test_that_without_labels_a_comparison_says_what_lacks(qtbot: QtBot, window: MainWindow, loupe: Loupe) -> None:
    pool = window.session.pool
    assert not pool.classes
    pool.set_focus(int(pool.pick_order[0]))
    press(qtbot, window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: loupe.isVisible())
    assert loupe.rows == [pool.focus, nearest(window, pool.focus, pool.pick_order)]
    assert window.messages.sentence == "No other image has a label yet: only the nearest pick shows."
    assert loupe.isAncestorOf(window.messages)


def test_that_messages_and_the_review_are_seen_in_the_loupe(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe
) -> None:
    pool = window.session.pool
    window.annotating.keys.add("cat")
    loupe.open(int(pool.pick_order[0]))
    window.messages.show_message("error", "The disk is full.")
    bar = views.review_bar
    assert window.messages.isVisible()
    assert loupe.isAncestorOf(window.messages)
    assert loupe.isAncestorOf(bar)
    qtbot.waitUntil(lambda: bar.chips[0].isEnabled())
    assert bar.buttons[Decision.ACCEPTED].text() == "Accept  P"
    chip = bar.chips[0]
    assert chip.isVisible()
    row = pool.focus
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pool.label_code[row] >= 0)
    assert pool.classes[int(pool.label_code[row])] == chip.name
    loupe.leave()
    centre = window.centralWidget()
    assert centre is not None
    assert window.messages.parentWidget() is centre
    assert bar.parentWidget() is centre
    assert bar.y() > views.map.y()


def test_that_the_next_area_stays_in_the_loupe(window: MainWindow, loupe: Loupe) -> None:
    loupe.open(3)
    for _ in range(4):
        window.actions_by_name.by_name["next_area"].trigger()
        focused = window.focusWidget()
        assert focused is not None
        assert focused is loupe or loupe.isAncestorOf(focused)


def test_that_a_key_on_a_stack_says_of_how_many_it_is_and_goes_on_after_them(
    qtbot: QtBot, window: MainWindow, views: Workspace
) -> None:
    pool, gallery = window.session.pool, views.gallery
    first, second = (int(row) for row in pool.pick_order[:2])
    codes = np.full(len(pool), -1, np.int32)
    codes[[first, second]] = 0
    gallery.set_show(Show.BATCH)
    gallery.set_stacked(True)
    qtbot.waitUntil(lambda: not window.bridge.busy)
    pool.set_insight("copies", Column("copies", codes, ("Group 1",), None))
    qtbot.waitUntil(lambda: len(gallery.grid.rows) == 7)
    gallery.grid.setFocus()
    pool.set_focus(first)
    qtbot.waitUntil(lambda: window.commands.targets().tolist() == [first, second])
    accept = window.actions_by_name.by_name["accept"]
    assert accept.text() == "&Accept 2 picks"
    accept.trigger()
    assert (pool.state[[first, second]] == SampleState.ACCEPTED).all()
    assert pool.focus == pool.pick_order[2]
    assert accept.text() == "&Accept the pick"


def test_that_a_new_class_is_written_within_the_loupe(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe
) -> None:
    pool = window.session.pool
    free = int(np.flatnonzero((pool.rank < 0) & (pool.label_code < 0))[0])
    loupe.open(free)
    window.actions_by_name.by_name["label_new"].trigger()
    field = views.review_bar.field
    assert field.hasFocus()
    qtbot.keyClicks(field, "brand new")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pool.label_code[free] >= 0)
    assert pool.classes[int(pool.label_code[free])] == "brand new"
    assert loupe.isVisible()
    assert loupe.hasFocus()


def test_that_what_is_highlighted_shows_side_by_side(qtbot: QtBot, window: MainWindow, loupe: Loupe) -> None:
    pool = window.session.pool
    order = pool.pick_order
    pool.set_highlight(order[[1, 4, 6]])
    pool.set_focus(int(order[4]))
    press(qtbot, window, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert loupe.rows == [order[4], order[6], order[1]]


def test_that_similar_images_are_found_from_the_focus_and_the_search_ends(
    qtbot: QtBot, window: MainWindow, views: Workspace
) -> None:
    pool, gallery = window.session.pool, views.gallery
    row = int(pool.pick_order[2])
    pool.set_focus(row)
    before = gallery.order
    press(qtbot, window, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: gallery.order == ("insight:similarity", True), timeout=20_000)
    assert gallery.show_what is Show.ALL
    assert gallery.grid.rows[0] == row
    assert gallery.bar.chip.isVisible()
    assert pool.path(row).name in gallery.bar.chip.accessibleName()
    gallery.bar.chip.click()
    assert gallery.order == before
    assert not gallery.bar.chip.isVisible()


def test_that_an_image_that_is_dropped_in_is_searched_for(
    window: MainWindow, views: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(views.insights, "similar", lambda of, *_then: asked.append(of))
    file = tmp_path / "like this.JPG"
    drop(window, file)
    assert asked == [file]
    assert views.gallery.bar.note.isVisible()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("text.jpg", b"no image at all", "text, not an image"),
        ("empty.png", b"", "empty"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "truncated"),
        ("gone.jpg", None, "There is no file"),
    ],
)
def test_that_a_dropped_file_that_is_no_image_says_why_inline(
    qtbot: QtBot, window: MainWindow, views: Workspace, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    before, file = views.gallery.order, tmp_path / name
    if content is not None:
        file.write_bytes(content)
    drop(window, file)
    note = views.gallery.bar.note
    qtbot.waitUntil(lambda: not window.bridge.busy and "…" not in note.text())
    assert sentence in note.text()
    assert views.gallery.order == before
    assert not views.gallery.bar.chip.isVisible()


def test_that_a_dropped_image_waits_for_embeddings_and_several_are_no_question(
    window: MainWindow, tmp_path: Path
) -> None:
    pool = window.session.pool
    pool.counts = replace(pool.counts, embedded=0)
    drop(window, tmp_path / "like this.JPG")
    assert window.messages.sentence == "Embed the images first; then those like a file are found."
    window.commands.take_drop([tmp_path / "a.jpg", tmp_path / "b.jpg"])
    assert window.messages.sentence.startswith("Only folders of images can be dropped here")


def entries(menu_actions: list[QAction]) -> dict[str, QAction]:
    return {action.text().replace("&", "").partition("\t")[0]: action for action in menu_actions}


def test_that_the_menu_offers_to_look_closer_and_says_of_how_many(
    qtbot: QtBot, window: MainWindow, views: Workspace
) -> None:
    pool = window.session.pool
    asked: list[tuple[str, int]] = []
    nothing: Callable[..., None] = lambda *_args: None  # noqa: E731 - a stand-in for three kinds of functions
    do = SampleActions(nothing, nothing, nothing, look=lambda name, row: asked.append((name, row)))
    row = int(pool.pick_order[0])
    menu = build_menu(views.gallery, pool, row, do)
    offered = entries(menu.actions())
    for text in ("Find images alike", "Show in the file manager", "Copy the path", "Copy the image"):
        offered[text].trigger()
    assert asked == [(name, row) for name in ("find_similar", "show_file", "copy_path", "copy_image")]
    menu.deleteLater()
    pool.set_highlight(pool.pick_order[:3])
    menu = build_menu(views.gallery, pool, row, do)
    assert "View 3 images side by side" in entries(menu.actions())
    assert "Accept 3 picks" in entries(menu.actions())
    menu.deleteLater()


def test_that_path_and_pixels_are_copied(qtbot: QtBot, window: MainWindow, views: Workspace) -> None:
    pool = window.session.pool
    pool.set_focus(5)
    window.actions_by_name.by_name["copy_path"].trigger()
    assert QApplication.clipboard().text() == str(pool.path(5))
    window.actions_by_name.by_name["copy_image"].trigger()
    qtbot.waitUntil(lambda: not QApplication.clipboard().image().isNull())
    assert QApplication.clipboard().image().width() == pool.samples.widths[5]  # type: ignore[union-attr]


def test_that_the_buttons_of_the_inspector_do_what_they_say(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(files, "reveal", shown.append)
    window.session.pool.set_focus(5)
    views.inspector.tools.buttons["show_file"].click()
    assert shown == [window.session.pool.path(5)]
    views.inspector.tools.buttons["enlarge"].click()
    assert loupe.rows == [5]


def test_that_every_tool_is_an_action() -> None:
    assert set(TOOLS) <= set(ACTIONS)


def test_that_closing_the_project_closes_the_loupe(qtbot: QtBot, window: MainWindow, loupe: Loupe) -> None:
    loupe.open(3)
    with qtbot.waitSignal(window.session.closed):
        window.session.close()
    assert not loupe.isVisible()


def test_that_the_review_bar_says_that_the_loupe_is_about_one_image(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe
) -> None:
    pool = window.session.pool
    pool.set_highlight(pool.pick_order[:4])
    pool.set_focus(int(pool.pick_order[0]))
    accept = views.review_bar.buttons[Decision.ACCEPTED]
    qtbot.waitUntil(lambda: "4" in accept.text())
    views.looking.do("enlarge")
    qtbot.waitUntil(lambda: loupe.isVisible() and "4" not in accept.text())
    loupe.leave()
    qtbot.waitUntil(lambda: "4" in accept.text())


def test_that_enter_on_a_button_in_the_loupe_presses_it(
    qtbot: QtBot, window: MainWindow, views: Workspace, loupe: Loupe
) -> None:
    pool = window.session.pool
    pool.set_focus(int(pool.pick_order[0]))
    views.looking.do("enlarge")
    qtbot.waitUntil(loupe.isVisible)
    accept = views.review_bar.buttons[Decision.ACCEPTED]
    qtbot.waitUntil(accept.isEnabled)
    accept.setFocus()
    qtbot.keyClick(accept, Qt.Key.Key_Return)
    assert loupe.isVisible()
    assert pool.decision[pool.pick_order[0]] == SampleState.ACCEPTED
