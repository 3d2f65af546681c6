import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.gui.gallery.gallery import GalleryWidget
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.loupe import store as stores
from desktop_al.gui.loupe.loupe import Loupe, Mode
from desktop_al.gui.loupe.store import PictureStore, Wish
from desktop_al.gui.nearest import Found, Near, Role, Take
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.thumbs import ThumbLoader
from desktop_al.media.thumbs import ThumbCache
from tests.gui.pools import full_pool, sample_table
from tests.pictures import make_pictures


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    names = [path.name for path in make_pictures(tmp_path / "pictures", 40)]
    (tmp_path / "pictures" / names[30]).write_bytes(b"no image")
    return full_pool(tmp_path / "pictures", names, picks=10, labelled=4)


@pytest.fixture
def thumbs(qtbot: QtBot, tmp_path: Path) -> Iterator[ThumbLoader]:
    made = ThumbLoader(ThumbCache(tmp_path / "thumbs.sqlite"))
    yield made
    made.close()


@pytest.fixture
def gallery(pool: Pool, thumbs: ThumbLoader) -> GalleryWidget:
    return GalleryWidget(pool, thumbs)


class Given:
    """Finds what a test says is nearest, once the test lets it."""

    def __init__(self) -> None:
        self.near: dict[int, Found] = {}
        self.waits = False
        self._take: Take | None = None
        self._row = -1

    def find(self, row: int, take: Take) -> None:
        self._row, self._take = row, take
        if not self.waits:
            self.answer()

    def answer(self) -> None:
        assert self._take is not None
        self._take(self.near.get(self._row, Found((), "There is nothing to compare with.")))


@pytest.fixture
def finder(pool: Pool) -> Given:
    """Rows 36 and 37 are nearest to every pick."""
    made = Given()
    near = (Near(36, (Role.LABELLED,), 0.5), Near(37, (Role.PICK,), 0.7))
    made.near = {int(row): Found(near) for row in pool.pick_order}
    return made


@pytest.fixture
def loupe(
    qtbot: QtBot, pool: Pool, thumbs: ThumbLoader, gallery: GalleryWidget, bridge: JobBridge, finder: Given
) -> Loupe:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(gallery)
    window.resize(900, 700)
    window.menuBar().addMenu("File")
    window.statusBar().showMessage("ready")
    window.show()
    qtbot.waitExposed(window)
    gallery.grid.setFocus()
    return Loupe(pool, thumbs, bridge, gallery.grid, finder, window)


def middle(widget: QWidget) -> QPoint:
    return widget.rect().center()


def is_read(loupe: Loupe, row: int) -> bool:
    return loupe.store.picture(int(loupe._pool.ids[row])) is not None


def test_that_the_loupe_covers_the_views_and_gives_the_keys_back(
    qtbot: QtBot, loupe: Loupe, pool: Pool, gallery: GalleryWidget
) -> None:
    window = loupe.window()
    assert isinstance(window, QMainWindow)
    row = int(pool.pick_order[0])
    loupe.open(row)
    assert loupe.isVisible()
    assert pool.focus == row
    assert loupe.geometry().top() == window.menuBar().height()
    assert loupe.geometry().bottom() < window.statusBar().geometry().bottom()
    assert loupe.width() == window.width()
    window.resize(700, 600)
    qtbot.waitUntil(lambda: loupe.width() == 700)
    assert loupe.hasFocus()
    with qtbot.waitSignal(loupe.closed):
        qtbot.keyClick(loupe, Qt.Key.Key_Space)
    assert not loupe.isVisible()
    assert gallery.grid.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_that_the_keys_that_open_it_close_it(qtbot: QtBot, loupe: Loupe, key: Qt.Key) -> None:
    loupe.open(3)
    qtbot.keyClick(loupe, key)
    assert not loupe.isVisible()


def test_that_arrows_go_through_the_order_of_the_gallery(
    qtbot: QtBot, loupe: Loupe, pool: Pool, gallery: GalleryWidget
) -> None:
    order = gallery.grid.rows
    assert len(order) == 10
    loupe.open(int(order[0]))
    assert loupe.bar.place.text() == "1 of 10"
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.rows == [order[1]] == [pool.focus]
    assert loupe.bar.place.text() == "2 of 10"
    qtbot.keyClick(loupe, Qt.Key.Key_End)
    assert pool.focus == order[-1]
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert pool.focus == order[-1]
    assert not loupe.bar.buttons["next"].isEnabled()
    qtbot.keyClick(loupe, Qt.Key.Key_Home)
    assert pool.focus == order[0]


def test_that_neighbours_are_read_ahead(qtbot: QtBot, loupe: Loupe, gallery: GalleryWidget) -> None:
    order = [int(row) for row in gallery.grid.rows]
    loupe.open(order[4])
    qtbot.waitUntil(lambda: all(is_read(loupe, row) for row in order[2:7]))
    assert not is_read(loupe, order[8])


def test_that_the_image_is_shown_pixel_for_pixel(qtbot: QtBot, loupe: Loupe, pool: Pool, tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), np.uint8)
    Image.fromarray(rgb).save(pool.path(20))
    loupe.open(20)
    qtbot.waitUntil(lambda: is_read(loupe, 20))
    pane = loupe.panes[0]
    qtbot.keyClick(loupe, Qt.Key.Key_Z)
    assert loupe.camera.exact
    qtbot.waitUntil(lambda: bool(pane.picture and pane.picture.whole))
    placement = pane.placement
    assert placement is not None
    x, y, _, _ = placement.rect
    shown = pane.grab().toImage()
    for dx, dy in ((10, 100), (333, 222)):
        assert shown.pixelColor(dx, dy) == QColor(*rgb[dy - int(y), dx - int(x)].tolist())
    qtbot.keyClick(loupe, Qt.Key.Key_Z)
    assert loupe.camera.fitted


def test_that_only_what_is_zoomed_into_is_read_in_full(qtbot: QtBot, loupe: Loupe, pool: Pool) -> None:
    Image.fromarray(np.zeros((3000, 4000, 3), np.uint8)).save(pool.path(20), "JPEG")
    loupe.open(20)
    qtbot.waitUntil(lambda: is_read(loupe, 20))
    picture = loupe.panes[0].picture
    assert picture is not None
    assert not picture.whole
    loupe.panes[0].toggle_full_size(QPointF(100, 100))
    qtbot.waitUntil(lambda: bool(loupe.panes[0].picture and loupe.panes[0].picture.whole))


def test_that_the_wheel_zooms_and_dragging_pans(qtbot: QtBot, loupe: Loupe) -> None:
    loupe.open(5)
    pane = loupe.panes[0]
    for _ in range(4):
        pane.zoom(1.25, QPointF(10, 10))
    camera = loupe.camera
    assert camera.zoom > 2
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=middle(pane))
    qtbot.mouseMove(pane, middle(pane) + QPoint(-60, -40))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=middle(pane))
    assert loupe.camera.u > camera.u
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=middle(pane))
    assert loupe.camera.exact


def test_that_shift_and_the_arrows_look_aside_in_an_enlarged_image_and_go_nowhere(
    qtbot: QtBot, loupe: Loupe, pool: Pool
) -> None:
    loupe.open(3)
    qtbot.waitUntil(lambda: is_read(loupe, 3))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(loupe, Qt.Key.Key_Right, shift)
    assert (loupe.camera.fitted, pool.focus) == (True, 3)
    loupe.pane.zoom(8.0)
    before = loupe.camera
    qtbot.keyClick(loupe, Qt.Key.Key_Right, shift)
    qtbot.keyClick(loupe, Qt.Key.Key_Down, shift)
    assert loupe.camera.u > before.u
    assert loupe.camera.v > before.v
    qtbot.keyClick(loupe, Qt.Key.Key_Left, shift)
    qtbot.keyClick(loupe, Qt.Key.Key_Up, shift)
    assert (loupe.camera.u, loupe.camera.v) == pytest.approx((before.u, before.v))
    assert (loupe.camera.zoom, pool.focus) == (before.zoom, 3)


def test_that_the_first_frame_of_an_animation_says_that_there_are_more(qtbot: QtBot, loupe: Loupe, pool: Pool) -> None:
    frames = [Image.new("RGB", (32, 24), (40 * k, 0, 0)) for k in range(3)]
    frames[0].save(pool.path(3), format="GIF", save_all=True, append_images=frames[1:])
    loupe.open(3)
    qtbot.waitUntil(lambda: "first of 3 frames" in loupe.bar.facts.text())
    loupe.step(1)
    assert "frames" not in loupe.bar.facts.text()


def test_that_an_image_is_compared_with_its_nearest_ones_and_zoom_is_linked(
    qtbot: QtBot, loupe: Loupe, pool: Pool
) -> None:
    row = int(pool.pick_order[3])
    loupe.open(row)
    loupe.bar.buttons["compare"].click()
    assert loupe.mode is Mode.COMPARE
    assert loupe.rows == [row, 36, 37]
    assert "Nearest labelled image, 0.50 away" in loupe.panes[1].accessibleName()
    assert "Nearest pick, 0.70 away" in loupe.panes[2].accessibleName()
    loupe.panes[1].zoom(3.0)
    assert loupe.panes[0].camera == loupe.panes[1].camera == loupe.camera
    following = int(pool.pick_order[4])
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.rows == [following, 36, 37]
    loupe.bar.buttons["compare"].click()
    assert loupe.rows == [following]


def test_that_what_is_beside_waits_for_its_nearest_and_late_answers_are_dropped(
    qtbot: QtBot, loupe: Loupe, pool: Pool, finder: Given
) -> None:
    first, second = (int(row) for row in pool.pick_order[3:5])
    loupe.compare(first)
    finder.waits = True
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.rows == [second, 36, 37]
    assert loupe.panes[1].accessibleName() == "Looking for the nearest…"
    finder.near[second] = Found((Near(35, (Role.LABELLED, Role.PICK), 0.25),))
    finder.answer()
    assert loupe.rows == [second, 35]
    assert "Nearest labelled image and pick, 0.25 away" in loupe.panes[1].accessibleName()
    loupe.open(first)
    loupe.compare(first)
    pool.set_focus(second)
    finder.near[second] = finder.near[first]
    finder.answer()
    assert loupe.rows == [second]
    assert loupe.mode is Mode.ONE


def test_that_an_image_without_nearest_ones_says_so_and_the_rest_can_still_be_gone_through(
    qtbot: QtBot, loupe: Loupe, pool: Pool, finder: Given
) -> None:
    said: list[str] = []
    loupe.said.connect(lambda kind, sentence: said.append(sentence))
    loupe.compare(20)
    assert not loupe.isVisible()
    assert said == ["There is nothing to compare with."]
    row = int(pool.pick_order[3])
    del finder.near[int(pool.pick_order[4])]
    loupe.compare(row)
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.rows == [pool.pick_order[4]]
    assert said == ["There is nothing to compare with."] * 2
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.rows == [pool.pick_order[5], 36, 37]


def test_that_several_show_side_by_side_and_the_focus_goes_among_them(qtbot: QtBot, loupe: Loupe, pool: Pool) -> None:
    loupe.open_several([7, 3, 20, 11, 5])
    assert loupe.rows == [7, 3, 20, 11]
    assert pool.focus == 7
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert pool.focus == 3
    qtbot.mouseClick(loupe.panes[3], Qt.MouseButton.LeftButton)
    assert pool.focus == 11
    assert [pane.isVisible() for pane in loupe.panes] == [True] * 4
    pool.set_focus(30)
    assert loupe.mode is Mode.ONE
    assert [pane.isVisible() for pane in loupe.panes] == [True, False, False, False]


def test_that_an_unreadable_file_says_why(qtbot: QtBot, loupe: Loupe) -> None:
    loupe.open(30)
    qtbot.waitUntil(lambda: is_read(loupe, 30))
    picture = loupe.panes[0].picture
    assert picture is not None
    assert picture.sentence == "The file holds text, not an image."


def test_that_the_bar_follows_decisions(loupe: Loupe, pool: Pool) -> None:
    row = int(pool.pick_order[0])
    loupe.open(row)
    assert loupe.bar.facts.text() == "Pick 1 of 10 · Pending"
    pool.set_decisions(np.array([row]), SampleState.ACCEPTED)
    assert loupe.bar.facts.text() == "Pick 1 of 10 · Accepted"


def test_that_tab_stays_within_the_loupe_and_comes_by_everything(qtbot: QtBot, loupe: Loupe) -> None:
    loupe.open(5)
    seen: list[QWidget] = []
    for _ in range(12):
        focused = loupe.window().focusWidget()
        assert focused is not None
        assert focused is loupe or loupe.isAncestorOf(focused)
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    enabled = [button for button in loupe.bar.buttons.values() if button.isEnabled()]
    assert set(enabled) < set(seen)
    assert [widget for widget in seen if widget in enabled][: len(enabled)] == enabled


def test_that_guests_come_with_the_loupe_and_go_home_as_they_are(qtbot: QtBot, loupe: Loupe) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    line = QVBoxLayout(home)
    first, between, last = QLabel("first"), QLabel("between"), QLabel("last")
    for widget in (first, between, last):
        line.addWidget(widget)
    last.hide()
    loupe.guests.invite(first)
    loupe.guests.invite(last)
    loupe.open(3)
    assert first.isVisible()
    assert first.mapTo(loupe, QPoint(0, first.height())).y() == loupe.height()
    assert not last.isVisible()
    last.show()
    assert first.mapTo(loupe, QPoint(0, first.height())).y() == loupe.height() - last.height()
    assert last.mapTo(loupe, QPoint(0, last.height())).y() == loupe.height()
    first.hide()
    loupe.open(4)
    loupe.leave()
    assert [line.indexOf(widget) for widget in (first, between, last)] == [0, 1, 2]
    assert (first.isHidden(), last.isHidden()) == (True, False)


def test_that_the_filmstrip_leads_to_its_images_and_can_be_hidden(
    qtbot: QtBot, loupe: Loupe, pool: Pool, gallery: GalleryWidget
) -> None:
    gallery.set_show(Show.ALL)
    order = gallery.grid.rows
    loupe.open(int(order[10]))
    position, rect = next(cell for cell in loupe.strip._cells() if cell[0] == 13)
    qtbot.mouseClick(loupe.strip, Qt.MouseButton.LeftButton, pos=rect.center())
    assert pool.focus == order[position]
    qtbot.keyClick(loupe, Qt.Key.Key_H)
    assert not loupe.strip.isVisible()


def test_that_the_loupe_survives_other_rows_and_an_empty_pool(loupe: Loupe, pool: Pool, tmp_path: Path) -> None:
    loupe.open(5)
    pool.load(PoolPatch(samples=sample_table(tmp_path / "pictures", ["a.png"] * 9)))
    assert loupe.rows == [5]
    pool.load(PoolPatch())
    assert not loupe.isVisible()


def test_that_memory_is_bounded_but_never_by_what_is_shown(
    qtbot: QtBot, pool: Pool, bridge: JobBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(pool, bridge)
    store.want([Wish(0, "now")])
    qtbot.waitUntil(lambda: store.picture(int(pool.ids[0])) is not None)
    monkeypatch.setattr(stores, "MOST_BYTES", 2 * store.bytes)
    for row in range(1, 8):
        with qtbot.waitSignal(store.ready):
            store.want([Wish(row, "now")])
        assert store.picture(int(pool.ids[row])) is not None
    assert store.bytes <= stores.MOST_BYTES
    assert store.picture(int(pool.ids[0])) is None


def test_that_what_is_no_longer_wanted_is_called_off(qtbot: QtBot, pool: Pool, bridge: JobBridge) -> None:
    store, held = PictureStore(pool, bridge), threading.Event()
    bridge.run("Hold the lane", lambda ctx: held.wait(10), lane=stores.LANES["now"], quiet=True)
    store.want([Wish(row, "now") for row in range(20)])
    store.want([Wish(25, "now")])
    held.set()
    qtbot.waitUntil(lambda: store.picture(int(pool.ids[25])) is not None)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert [int(sample) for sample in pool.ids if store.picture(int(sample)) is not None] == [pool.ids[25]]


def test_that_images_are_kept_by_their_content_so_that_a_scan_drops_only_what_changed(
    qtbot: QtBot, pool: Pool, bridge: JobBridge
) -> None:
    store, samples = PictureStore(pool, bridge), pool.samples
    assert samples is not None
    table = replace(samples, hashes=[f"{row}" for row in range(40)])
    pool.apply(PoolPatch(samples=table))
    store.want([Wish(row, "now") for row in (3, 4, 30)])
    qtbot.waitUntil(lambda: all(store.picture(int(pool.ids[row])) is not None for row in (3, 4, 30)))
    Image.fromarray(np.zeros((50, 70, 3), np.uint8)).save(pool.path(4))
    changed = replace(table, hashes=[*(f"{row}" for row in range(4)), "other", *(f"{row}" for row in range(5, 40))])
    pool.apply(PoolPatch(samples=changed))
    assert store.picture(int(pool.ids[3])) is not None
    assert store.picture(int(pool.ids[4])) is None
    assert store.picture(int(pool.ids[30])) is None
    store.want([Wish(4, "now")])
    qtbot.waitUntil(lambda: store.picture(int(pool.ids[4])) is not None)
    picture = store.picture(int(pool.ids[4]))
    assert picture is not None
    assert picture.size.toTuple() == (70, 50)
    moved = sample_table(samples.roots[1], list(samples.relpaths[1:]), first_id=2)
    pool.load(PoolPatch(samples=replace(moved, hashes=changed.hashes[1:])))
    assert store.picture(4) is not None


def test_that_what_is_read_ahead_never_drives_out_what_shows_nor_is_read_for_ever(
    qtbot: QtBot, pool: Pool, bridge: JobBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PictureStore(pool, bridge)
    read: list[object] = []
    store.ready.connect(read.append)
    monkeypatch.setattr(stores, "MOST_BYTES", 1)
    wishes = [Wish(5, "now"), Wish(6, "ahead"), Wish(7, "ahead")]
    store.want(wishes)
    qtbot.waitUntil(lambda: len(read) == 3)
    assert store.picture(int(pool.ids[5])) is not None
    assert store.picture(int(pool.ids[6])) is None
    store.want(wishes)
    assert not bridge.busy
    store.want([Wish(6, "now")])
    qtbot.waitUntil(lambda: store.picture(int(pool.ids[6])) is not None)


def test_that_a_screen_reader_is_told_of_the_image_and_what_lies_beside_it(
    loupe: Loupe, pool: Pool, gallery: GalleryWidget
) -> None:
    first, second = (int(row) for row in pool.pick_order[:2])
    place = gallery.grid.position_of(first) + 1, len(gallery.grid.rows)
    loupe.open(first)
    name = pool.path(first).name
    assert loupe.accessibleDescription() == f"{name}, pick 1, pending, {place[0]} of {place[1]}"
    loupe.open_several([first, second])
    assert loupe.accessibleDescription().endswith(f"; {pool.path(second).name} · Pick 2 of 10 · Pending")
