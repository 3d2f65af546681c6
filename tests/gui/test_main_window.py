"""The window: pages, keys, counts, messages, drops, layout, and the way it closes."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, ProjectError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec
from desktop_al.gui import places, workspace
from desktop_al.gui.actions import MENUS, TABLE
from desktop_al.gui.appearance_menu import set_appearance
from desktop_al.gui.comparison import Side
from desktop_al.gui.crash import CrashReporter
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.main_window import MainWindow
from desktop_al.gui.marks import Mark
from desktop_al.gui.operations import Operation
from desktop_al.gui.theme import DARK, LIGHT, Theme, apply_appearance
from desktop_al.store.project import Project
from tests.gui.projects import make_review_project
from tests.pictures import make_pictures

pytestmark = pytest.mark.may_block("builds the window and shows every panel for the first time")

Make = Callable[[], MainWindow]


def close(qtbot: QtBot, window: MainWindow) -> None:
    if not window.closed:
        window.close()
        qtbot.waitUntil(lambda: window.closed and window.isHidden(), timeout=20_000)


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Windows with their views built, closed at the end; the worker process is not needed here."""
    monkeypatch.setattr("desktop_al.gui.main_window.warm_worker", lambda: None)
    windows: list[MainWindow] = []

    def build() -> MainWindow:
        window = MainWindow()
        windows.append(window)
        window.show()
        with qtbot.waitSignal(window.ready, timeout=30_000):
            window.prepare()
        return window

    yield build
    for window in windows:
        close(qtbot, window)
        window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, make: Make, tmp_path: Path) -> MainWindow:
    """A window with the review project open."""
    window = make()
    path = make_review_project(tmp_path)
    with qtbot.waitSignal(window.session.opened):
        window.open(path)
    return window


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))


def drag(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none))


def test_that_the_start_page_comes_first_and_knows_recent_projects(make: Make, tmp_path: Path) -> None:
    (tmp_path / "birds.alproject").mkdir()
    settings.remember_project(tmp_path / "birds.alproject")
    window = make()
    assert window.page is window.start_page
    assert [entry.accessibleName() for entry in window.start_page.entries] == ["birds"]
    assert window.workspace is not None
    assert all(dock.isHidden() for dock in window.workspace.docks.values())


def test_that_an_open_project_shows_map_panels_and_counts(window: MainWindow) -> None:
    assert window.workspace is not None
    assert window.page is window.workspace.map
    assert all(window.workspace.docks[name].isVisible() for name in ("batch", "inspector"))
    assert window.windowTitle() == "review · Desktop AL"
    assert window.counts.head.text() == "40 images · all embedded"
    assert window.counts.batch.text() == "Batch 1: 8 picks"
    assert window.counts.numbers[SampleState.PENDING].text() == "8 pending"
    assert settings.recent_projects()[0].name == "review.alproject"
    # A review begins with keys, and nobody has to click first.
    assert window.focusWidget() is window.workspace.map.canvas


def test_that_opening_a_project_does_not_wait_for_the_strategies(
    qtbot: QtBot, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    known = workspace._catalogue

    def catalogue(ctx: Context) -> object:
        held.wait(20)
        return known(ctx)

    monkeypatch.setattr(workspace, "_catalogue", catalogue)
    window = make()
    path = make_review_project(tmp_path)
    try:
        with qtbot.waitSignal(window.session.opened):
            window.open(path)
        assert window.workspace is not None
        assert not window.workspace.batch_panel.form.strategy.count()
    finally:
        held.set()
    qtbot.waitUntil(lambda: window.workspace is not None and window.workspace.batch_panel.form.strategy.count() > 0)


@pytest.mark.parametrize(
    ("key", "state"),
    [(Qt.Key.Key_P, SampleState.ACCEPTED), (Qt.Key.Key_X, SampleState.REJECTED)],
)
@pytest.mark.parametrize("view", ["map", "gallery"])
def test_that_a_key_decides_and_goes_on_in_map_and_gallery(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, state: SampleState, view: str
) -> None:
    assert window.workspace is not None
    order = window.session.pool.pick_order
    widget = window.workspace.map.canvas if view == "map" else window.workspace.gallery.grid
    widget.setFocus()
    window.session.pool.set_focus(int(order[0]))
    qtbot.keyClick(widget, key)
    qtbot.keyClick(widget, key)
    assert window.session.pool.decision[order[:3]].tolist() == [state, state, SampleState.PENDING]
    assert window.session.pool.focus == order[2]
    settle(qtbot, window)
    assert window.counts.numbers[state].text().startswith("2 ")


@pytest.mark.parametrize("view", ["map", "gallery"])
def test_that_keys_keep_and_veto_in_map_and_gallery(qtbot: QtBot, window: MainWindow, view: str) -> None:
    assert window.workspace is not None
    pool = window.session.pool
    first, second = pool.pick_order[:2].tolist()
    widget = window.workspace.map.canvas if view == "map" else window.workspace.gallery.grid
    widget.setFocus()
    pool.set_focus(first)
    qtbot.keyClick(widget, Qt.Key.Key_K)
    assert pool.mark[first] == Mark.PINNED
    assert window.actions_by_name.by_name["pin"].text() == "No longer &keep the image"
    pool.set_focus(second)
    qtbot.keyClick(widget, Qt.Key.Key_V)
    assert pool.mark[second] == Mark.VETOED
    settle(qtbot, window)
    assert pool.rank[first] >= 0
    assert pool.rank[second] < 0
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert pool.rank[second] >= 0


def test_that_two_batches_are_compared_in_their_panel_and_on_the_map(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    workspace, action = window.workspace, window.actions_by_name.by_name["compare"]
    assert action.isEnabled()
    window.commands.select(SelectSpec("random", "5"))
    settle(qtbot, window)
    with qtbot.waitSignal(workspace.compare_panel.shown, check_params_cb=lambda found: found is not None):
        action.trigger()
    assert [len(ids) for _, ids in workspace.map._overlay.comparison.compared] == [8, 5, 0]
    workspace.compare_panel.parts[Side.SECOND].click()
    assert int(window.session.pool.highlight.sum()) == 5
    assert workspace.gallery.show_what is Show.HIGHLIGHT
    workspace.show_panel("inspector")
    qtbot.waitUntil(lambda: workspace.map._overlay.comparison.compared == [])


def test_that_u_clears_and_undo_brings_back(qtbot: QtBot, window: MainWindow) -> None:
    order = window.session.pool.pick_order
    window.session.pool.set_focus(int(order[0]))
    qtbot.keyClick(window, Qt.Key.Key_P)
    window.session.pool.set_focus(int(order[0]))
    qtbot.keyClick(window, Qt.Key.Key_U)
    assert window.session.pool.decision[order[0]] == SampleState.PENDING
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.pool.decision[order[0]] == SampleState.ACCEPTED


def test_that_a_decision_on_many_says_how_many(window: MainWindow) -> None:
    order = window.session.pool.pick_order
    window.session.pool.set_highlight(order[:3])
    by_name = window.actions_by_name.by_name
    assert by_name["accept"].text() == "&Accept 3 picks"
    by_name["accept"].trigger()
    assert window.session.pool.decision[order[:4]].tolist() == [SampleState.ACCEPTED] * 3 + [SampleState.PENDING]
    assert window.session.undo_stack.undoText() == "Accept 3 picks"


def test_that_a_focus_outside_the_highlight_is_decided_on_alone(window: MainWindow) -> None:
    order = window.session.pool.pick_order
    window.session.pool.set_highlight(order[:3])
    window.session.pool.set_focus(int(order[5]))
    assert window.commands.targets().tolist() == [order[5]]
    window.session.pool.set_focus(int(np.flatnonzero(window.session.pool.rank < 0)[0]))
    assert window.commands.targets().tolist() == []
    assert not window.actions_by_name.by_name["accept"].isEnabled()


def test_that_next_and_previous_walk_the_batch_round(window: MainWindow) -> None:
    pool, order = window.session.pool, window.session.pool.pick_order.tolist()
    walked = []
    for _ in range(9):
        window.commands.go()
        walked.append(pool.focus)
    assert walked == [*order, order[0]]
    window.commands.go(-1)
    assert pool.focus == order[-1]
    window.commands.decide_on(np.array(order[:7]), Decision.ACCEPTED)
    window.commands.go(1, pending=True)
    assert pool.focus == order[-1]


def test_that_actions_are_enabled_by_what_is_there(make: Make) -> None:
    window = make()
    enabled = {name for name, action in window.actions_by_name.by_name.items() if action.isEnabled()}
    assert enabled == {"new", "open", "demo", "quit", "full_screen", "palette", "shortcuts", "about"}


def test_that_every_action_is_in_a_menu_and_has_a_tip() -> None:
    in_menus = [name for names in MENUS.values() for name in names if name != "-" and not name.startswith("<")]
    assert sorted(in_menus) == sorted(TABLE)
    assert all(spec.tip for spec in TABLE.values())


def test_that_no_two_actions_have_the_same_shortcut(window: MainWindow) -> None:
    keys = [
        sequence.toString()
        for action in window.findChildren(type(window.actions_by_name.by_name["quit"]))
        for sequence in action.shortcuts()
    ]
    assert sorted(keys) == sorted(set(keys))
    assert QKeySequence("P").toString() in keys


def test_that_a_fault_of_the_world_is_told_inline_and_can_be_copied(window: MainWindow, qapp: QApplication) -> None:
    window.bridge.failed.emit("Embed images", ProjectError(say("The disk is full; make room and try again.")))
    assert window.messages.kind == "error"
    assert window.messages.sentence == "The disk is full; make room and try again."
    window.messages.copy_text()
    assert qapp.clipboard().text() == "The disk is full; make room and try again."
    window.messages.dismiss()
    assert window.messages.sentence == ""


def test_that_dropped_folders_become_a_project_with_images(
    qtbot: QtBot, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make()
    make_pictures(tmp_path / "my photos", 6)
    monkeypatch.setattr(places, "projects_folder", lambda: tmp_path / "projects")
    ran: list[str] = []
    monkeypatch.setattr(window.commands, "run_all", lambda: ran.append("run_all"))
    with qtbot.waitSignal(window.session.opened, timeout=20_000):
        drop(window, tmp_path / "my photos")
    assert len(window.session.pool) == 6
    assert window.session.project is not None
    assert window.session.project.path == tmp_path / "projects" / "my photos.alproject"
    assert ran == ["run_all"]


def test_that_a_folder_without_images_leaves_nothing_behind(
    qtbot: QtBot, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make()
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(places, "projects_folder", lambda: tmp_path / "projects")
    drop(window, tmp_path / "empty")
    qtbot.waitUntil(lambda: window.messages.kind == "error")
    assert "image" in window.messages.sentence
    assert list((tmp_path / "projects").iterdir()) == []
    assert window.page is window.start_page


def test_that_no_thumbnail_of_one_project_shows_in_another(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    window = make()
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    assert window.workspace is not None
    thumbs, pool = window.workspace.thumbs, window.session.pool
    thumbs.request(1, pool.key_of(1), pool.path(pool.row_of(1)))
    qtbot.waitUntil(lambda: thumbs.pixmap(1) is not None, timeout=20_000)
    with qtbot.waitSignal(window.session.closed):
        window.session.close()
    assert thumbs.pixmap(1) is None


def test_that_a_dropped_project_opens(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    window = make()
    path = make_review_project(tmp_path, 20, 0)
    with qtbot.waitSignal(window.session.opened):
        drop(window, path)
    assert len(window.session.pool) == 20


def test_that_a_dropped_file_without_a_project_is_explained(make: Make, tmp_path: Path) -> None:
    window = make()
    (tmp_path / "one.png").write_bytes(b"")
    drop(window, tmp_path / "one.png")
    assert window.messages.kind == "warning"


def test_that_what_is_dragged_over_the_window_says_what_a_drop_would_do(
    qtbot: QtBot, make: Make, tmp_path: Path
) -> None:
    window = make()
    (tmp_path / "photos").mkdir()
    (tmp_path / "more").mkdir()
    folder, picture, table = tmp_path / "photos", tmp_path / "one.jpg", tmp_path / "patients.csv"

    def said(*paths: Path) -> str:
        drag(window, *paths)
        sentence = window.drop_sign.sentence
        window.dragLeaveEvent(QDragLeaveEvent())
        assert window.drop_sign.sentence == ""
        return sentence

    # The start page has a place of its own for folders.
    assert said(folder) == ""
    assert "Only folders" in said(picture)
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    assert said(folder) == "Drop to add the folder photos to the pool"
    assert said(folder, tmp_path / "more") == "Drop to add 2 folders to the pool"
    assert said(picture) == "Drop to find the images most like one.jpg"
    assert said(table) == "Drop to import the labels or metadata in patients.csv"
    assert said(tmp_path / "birds.alproject") == "Drop to open the project birds"
    assert "Only folders" in said(table, picture)
    drag(window, tmp_path / "birds.alproject")
    drop(window, table, picture)
    assert window.drop_sign.sentence == ""


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("similar", "find_similar_file"),
        ("similar", "find_similar"),
        ("preferences", "shortcuts"),
        ("settings", "shortcuts"),
        ("metadata", "import"),
        ("bug", "about"),
    ],
)
def test_that_the_palette_finds_actions_by_the_words_people_look_for(window: MainWindow, query: str, name: str) -> None:
    from desktop_al.gui.palette import ranked
    from desktop_al.gui.palette_commands import commands_of

    assert name in [choice.value.key for choice in ranked(commands_of(window), query)[:6]]


def test_that_a_file_to_look_for_can_be_chosen(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Path] = []
    window.commands.image_dropped.connect(asked.append)
    chosen = [str(tmp_path / "one.jpg"), ""]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen.pop(0), ""))
    assert window.workspace is not None
    monkeypatch.setattr(window.workspace.insights, "similar", lambda *_: None)
    for _ in range(2):
        window.actions_by_name.by_name["find_similar_file"].trigger()
    assert asked == [tmp_path / "one.jpg"]


def test_that_the_layout_comes_back(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    first = make()
    path = make_review_project(tmp_path)
    with qtbot.waitSignal(first.session.opened):
        first.open(path)
    assert first.workspace is not None
    first.workspace.docks["inspector"].hide()
    close(qtbot, first)
    second = make()
    with qtbot.waitSignal(second.session.opened):
        second.open(path)
    assert second.workspace is not None
    assert second.workspace.docks["inspector"].isHidden()
    assert second.workspace.docks["batch"].isVisible()


def test_that_a_map_that_is_resized_on_its_way_fills_its_place(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    canvas = window.workspace.map.canvas
    canvas.zoom(5.0)
    canvas.fit()
    window.resizeDocks([window.workspace.docks["gallery"]], [500], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: not canvas.gliding)
    assert (canvas.view.width, canvas.view.height) == (canvas.viewport().width(), canvas.viewport().height())
    assert canvas.is_fitted


def test_that_an_unreadable_layout_is_ignored(make: Make) -> None:
    file = settings.config_folder() / "window.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    for text in ("", "{", "[]", '{"version": 1, "geometry": 3}', '{"version": 1, "geometry": "%%", "panels": "AAAA"}'):
        file.write_text(text, encoding="utf-8")
        assert make().isVisible()


def test_that_closing_stops_the_jobs_without_blocking(qtbot: QtBot, window: MainWindow) -> None:
    started, stopped, released = threading.Event(), threading.Event(), threading.Event()

    def long(project: Project, ctx: Context) -> None:
        started.set()
        try:
            while True:
                ctx.check()
                project.counts()
        except CancelledError:
            stopped.set()
            # The window is not to wait for it: whoever waits here finds it closed below.
            released.wait(20)
            raise

    window.session.run(Operation("long", long))
    # What has not begun when its window is closed never begins.
    qtbot.waitUntil(started.is_set, timeout=20_000)
    window.close()
    qtbot.waitUntil(stopped.is_set, timeout=20_000)
    assert not window.closed
    released.set()
    qtbot.waitUntil(lambda: window.closed, timeout=20_000)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("first", ["close", "open"])
def test_that_a_window_closes_whose_project_is_just_being_closed(
    qtbot: QtBot, window: MainWindow, first: str, again: bool
) -> None:
    ends: list[None] = []
    window.gone.connect(lambda: ends.append(None))
    project = window.session.project
    assert project is not None
    if first == "close":
        window.session.close()
    else:
        window.session.open(project.path)
    assert window.session.closing
    window.close()
    if again:
        # Whoever asks again changes nothing.
        qtbot.waitUntil(lambda: not window.session.closing, timeout=20_000)
        window.close()
    qtbot.waitUntil(lambda: bool(ends), timeout=20_000)
    assert window.closed
    Project.open(project.path, mode="w").close()
    assert len(ends) == 1


def test_that_closing_waits_for_a_thread_that_draws_without_blocking(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.workspace is not None
    drawn, waited = threading.Event(), threading.current_thread()
    where: list[threading.Thread] = []
    stop = window.workspace.map.stop

    def slow() -> Callable[[], None]:
        wait = stop()

        def waits() -> None:
            where.append(threading.current_thread())
            drawn.wait()
            wait()

        return waits

    monkeypatch.setattr(window.workspace.map, "stop", slow)
    window.close()
    qtbot.waitUntil(lambda: bool(where), timeout=20_000)
    assert not window.closed
    assert where[0] is not waited
    drawn.set()
    qtbot.waitUntil(lambda: window.closed, timeout=20_000)


def test_that_dark_and_light_switch_live(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> None:
    try:
        for choice, theme in (("dark", DARK), ("light", LIGHT)):
            set_appearance(choice, window.messages)
            assert Theme.current() is theme
            assert settings.read()[0].theme == choice
            assert qapp.palette().window().color().name().upper() == theme.surface
            window.grab()
    finally:
        apply_appearance(qapp, "dark")


def test_that_a_fault_of_ours_ends_in_a_report(qtbot: QtBot, qapp: QApplication, make: Make) -> None:
    window = make()
    crashes = CrashReporter(window)
    try:
        raise ZeroDivisionError("planted")
    except ZeroDivisionError as error:
        crashes.show_crash(error)
    assert crashes.dialog is not None
    assert "ZeroDivisionError: planted" in crashes.dialog.report
    assert "test_main_window" in crashes.dialog.report
    crashes.dialog.close()
    qtbot.waitUntil(lambda: crashes.dialog is None)


def test_that_a_batch_asked_for_from_its_panel_is_decided_on_at_once_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    assert window.workspace is not None
    views = window.workspace
    field = views.batch_panel.findChildren(QComboBox)[0]
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    window.commands.select(SelectSpec(count="5"))
    qtbot.waitUntil(lambda: window.session.pool.batch is not None and window.session.pool.batch.number == 2)
    keys = QApplication.focusWidget()
    assert keys is not None
    assert not views.batch_panel.isAncestorOf(keys)
    qtbot.keyClick(keys, Qt.Key.Key_P)
    assert int((window.session.pool.decision == SampleState.ACCEPTED).sum()) == 1
    settle(qtbot, window)


def test_that_the_palette_knows_every_language(window: MainWindow) -> None:
    window.actions_by_name.by_name["palette"].trigger()
    assert window.palette_view is not None
    window.palette_view.line.setText("deutsch")
    assert window.palette_view.list.choices[0].text == "Language: Deutsch"
    window.palette_view.close_palette()


def test_that_the_window_fits_a_small_screen(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    window = make()
    with qtbot.waitSignal(window.session.opened):
        window.open(make_review_project(tmp_path))
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=20_000)
    least = window.minimumSizeHint()
    assert least.width() <= 1024
    assert least.height() <= 640


def test_that_a_screen_of_another_resolution_has_everything_drawn_anew(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    assert window.workspace is not None
    with qtbot.waitSignal(window.workspace.map._driver.frame, timeout=20_000):
        qapp.sendEvent(window, QEvent(QEvent.Type.DevicePixelRatioChange))


def test_that_kept_highlights_lie_across_from_the_legend_where_one_reads_from_the_right(window: MainWindow) -> None:
    assert window.workspace is not None
    view = window.workspace.map
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        window.setLayoutDirection(direction)
        assert view.canvas.layoutDirection() == direction
        view.toolbar.saved.setChecked(True)
        view._furniture.replace()
        assert not view.saved.geometry().intersects(view._furniture.legend.geometry())
        view.toolbar.saved.setChecked(False)
