from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QThread
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop_al.gui import thumbs as thumbs_module
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.model_input import thumbnail_jpeg
from desktop_al.media.thumbs import ThumbCache
from tests.pictures import picture


def test_that_a_requested_thumbnail_arrives_on_the_gui_thread(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    folder, names = pictures
    threads: list[QThread] = []
    thumbs.ready.connect(lambda *_: threads.append(QThread.currentThread()))
    with qtbot.waitSignal(thumbs.ready) as ready:
        thumbs.request(7, "", folder / names[0])
    sample, image = ready.args
    assert sample == 7
    assert max(image.width(), image.height()) == 64
    pixmap = thumbs.pixmap(7)
    assert pixmap is not None
    assert pixmap.size() == image.size()
    assert threads == [thumbs.thread()]


def test_that_closing_leaves_no_connection_to_the_file_of_thumbnails(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]], tmp_path: Path
) -> None:
    folder, names = pictures
    with qtbot.waitSignal(thumbs.ready):
        thumbs.request(7, "", folder / names[0])
    # SQLite removes the log with the last connection.
    assert (tmp_path / "thumbs.sqlite-wal").exists()
    thumbs.close()
    assert not (tmp_path / "thumbs.sqlite-wal").exists()


def test_that_an_unreadable_file_fails_once_and_is_remembered(
    qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not an image")
    with qtbot.waitSignal(thumbs.ready) as ready:
        thumbs.request(1, "", broken)
    assert ready.args[1].isNull()
    assert thumbs.failed(1)
    assert thumbs.pixmap(1) is None
    thumbs.request(1, "", broken)
    with qtbot.assertNotEmitted(thumbs.ready, wait=60):
        pass


def test_that_a_forgotten_thumbnail_is_read_again(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    folder, names = pictures
    with qtbot.waitSignal(thumbs.ready):
        thumbs.request(1, "", folder / names[0])
    thumbs.forget({1})
    assert thumbs.pixmap(1) is None
    with qtbot.waitSignal(thumbs.ready):
        thumbs.request(1, "", folder / names[0])


def test_that_what_is_on_its_way_when_all_is_forgotten_never_arrives(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    folder, names = pictures
    told: list[int] = []
    thumbs.ready.connect(lambda sample, _image: told.append(sample))
    with thumbs.held():
        for sample in range(1, 4):
            thumbs.request(sample, "", folder / names[sample])
        thumbs.forget()
        thumbs.request(9, "", folder / names[0])
    qtbot.waitUntil(lambda: thumbs.pixmap(9) is not None)
    thumbs.request(2, "", folder / names[0])
    thumbs._timer.stop()
    qtbot.waitUntil(lambda: len(thumbs._finished) == 1)
    thumbs.forget()
    thumbs.request(2, "", folder / "gone.png")
    qtbot.waitUntil(lambda: thumbs.failed(2))
    assert told == [9, 2]
    assert thumbs.pixmap(2) is None


def test_that_thumbnails_of_files_that_changed_are_dropped_and_no_others(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    folder, names = pictures
    for sample, key in ((1, "aa"), (2, "bb"), (3, "")):
        thumbs.request(sample, key, folder / names[sample])
    thumbs.request(4, "", folder / "gone.png")
    qtbot.waitUntil(lambda: thumbs.failed(4) and not any(map(thumbs.lacks, (1, 2, 3))))
    qtbot.waitUntil(lambda: all(thumbs.pixmap(sample) is not None for sample in (1, 2, 3)))
    thumbs.follow({1: "aa", 2: "", 3: "cc", 4: ""}.__getitem__)
    assert [thumbs.pixmap(sample) is not None for sample in (1, 2, 3)] == [True, False, True]
    assert thumbs.lacks(4)


def test_that_a_cached_thumbnail_needs_no_file(qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path) -> None:
    ThumbCache(tmp_path / "thumbs.sqlite").put_many({"00" * 8: thumbnail_jpeg(np.asarray(picture(1)), 64)})
    with qtbot.waitSignal(thumbs.ready) as ready:
        thumbs.request(5, "00" * 8, tmp_path / "gone.jpg")
    assert isinstance(ready.args[1], QImage)
    assert not ready.args[1].isNull()


def test_that_pending_requests_are_capped_and_the_newest_are_kept(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]]
) -> None:
    folder, names = pictures
    many = thumbs_module.MAX_PENDING * 3
    for sample in range(many):
        thumbs.request(sample, "", folder / names[sample % len(names)])
    assert len(thumbs._pending) <= thumbs_module.MAX_PENDING
    qtbot.waitUntil(lambda: thumbs.pixmap(many - 1) is not None)


def test_that_the_memory_of_thumbnails_is_bounded(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbs_module, "MAX_BYTES", 10 * 64 * 64 * 4)
    folder, names = pictures
    arrived: list[int] = []
    thumbs.ready.connect(lambda sample, _: arrived.append(sample))
    for sample, name in enumerate(names):
        thumbs.request(sample, "", folder / name)
    qtbot.waitUntil(lambda: len(arrived) == len(names))
    assert sum(thumbs.pixmap(sample) is not None for sample in range(len(names))) == 10


def test_that_a_thumbnail_of_a_transparent_image_is_known(qtbot: QtBot, thumbs: ThumbLoader, tmp_path: Path) -> None:
    clear = np.zeros((40, 40, 4), np.uint8)
    clear[10:30, 10:30] = (200, 30, 30, 255)
    Image.fromarray(clear).save(tmp_path / "clear.png")
    Image.fromarray(clear[10:30, 10:30]).save(tmp_path / "full.png")
    for sample, name in ((1, "clear.png"), (2, "full.png")):
        with qtbot.waitSignal(thumbs.ready):
            thumbs.request(sample, "", tmp_path / name)
    assert thumbs.cut_out(1)
    assert not thumbs.cut_out(2)


def test_that_what_was_asked_for_last_comes_first_and_what_is_long_passed_is_dropped(
    qtbot: QtBot, thumbs: ThumbLoader, pictures: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, names = pictures
    monkeypatch.setattr(thumbs_module, "MAX_FINISHED", 10)
    monkeypatch.setattr(thumbs_module, "DELIVERY_S", 0.0)
    delivered: list[int] = []
    thumbs.ready.connect(lambda sample: delivered.append(sample))
    thumbs._timer.setInterval(60_000)
    with thumbs.held():
        for sample, name in enumerate(names[:30]):
            thumbs.request(sample, "", folder / name)
        assert len(thumbs._pending) == 30
    qtbot.waitUntil(lambda: len(thumbs._finished) == 30)
    thumbs._deliver()
    assert delivered == [29]
    assert thumbs.lacks(3)
    assert not thumbs.lacks(25)
    for _ in range(10):
        thumbs._deliver()
    assert delivered == list(range(29, 18, -1))
