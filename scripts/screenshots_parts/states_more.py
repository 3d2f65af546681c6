"""States behind the first sight: sheets with something to say, a small screen, what is arranged or saved."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_al.gui.export_dialog import ExportDialog
from desktop_al.gui.gallery.orders import Group
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.import_dialog import ImportDialog
from desktop_al.gui.map.colouring import ColourBy, Kind
from desktop_al.gui.model_chooser import OWN, ModelChooser
from desktop_al.gui.sheet import Sheet, shown_sheet
from desktop_al.gui.shortcuts_editor import ShortcutsEditor
from scripts.screenshots_parts.states_panels import LEAST
from scripts.screenshots_parts.visit import Visit

PATIENCE = 1200
BY_CLUSTER, BY_STATE = "insight:cluster", str(Group.STATE)


def open_sheet(visit: Visit, show: Callable[[], object]) -> Sheet:
    """Open a sheet by ``show`` and wait until it knows what it asks for."""
    show()
    visit.until("what the sheet needs", lambda: not visit.window.bridge.busy)
    visit.pause(150)
    sheet = shown_sheet(visit.window)
    assert sheet is not None
    return sheet


def shortcuts(visit: Visit) -> None:
    """The shortcuts as they are searched, a key that is taken, one of one's own, and none that fits."""
    keys = visit.window.actions_by_name.shortcuts
    sheet = open_sheet(visit, lambda: ShortcutsEditor(keys, visit.window).open())
    assert isinstance(sheet, ShortcutsEditor)
    sheet.search.setText("map")
    visit.pause(60)
    visit.take("shortcuts-searched")
    sheet.search.setText("")
    sheet.model.recorded("accept", QKeySequence("Ctrl+E"))
    visit.pause(60)
    visit.take("shortcuts-taken")
    sheet.search.setText("zzzzzz")
    visit.pause(60)
    visit.take("shortcuts-none", sheet)
    visit.leave_sheet()


def sheets(visit: Visit) -> None:
    """Sheets that refuse, and one's own model."""
    window = visit.window
    sheet = open_sheet(visit, window.commands.export)
    assert isinstance(sheet, ExportDialog)
    blocker = visit.folder / f"{visit.prefix}-a file"
    blocker.write_bytes(b"in the way")
    sheet.to.set_path(blocker / "batch.csv")
    visit.pause(60)
    sheet.act.click()
    visit.until("the export", lambda: not window.bridge.busy)
    visit.pause(100)
    visit.take("sheet-export-refused")
    visit.leave_sheet()
    blocker.unlink()
    wrong = visit.folder / f"{visit.prefix}-labels.csv"
    wrong.write_text("file,label\nnot there.png,cat\n,dog\n", encoding="utf-8")
    sheet = open_sheet(visit, lambda: ImportDialog(window.session, None, window).open())
    assert isinstance(sheet, ImportDialog)
    sheet.file.set_path(wrong)
    visit.pause(600)
    visit.until("the labels", lambda: not window.bridge.busy)
    visit.take("sheet-import-wrong")
    visit.leave_sheet()
    sheet = open_sheet(visit, window.commands.choose_model)
    assert isinstance(sheet, ModelChooser)
    sheet.which.setCurrentIndex(sheet.which.findData(OWN))
    visit.pause(100)
    visit.take("sheet-model-own")
    visit.leave_sheet()
    wrong.unlink()


def history(visit: Visit) -> None:
    """The history half way back, and at its end."""
    stack = visit.window.session.undo_stack
    visit.workspace.show_panel("history")
    visit.pause(80)
    visit.take("history", visit.workspace.docks["history"])
    if stack.canUndo():
        stack.undo()
        visit.settle()
        visit.take("history-back", visit.workspace.docks["history"])
        stack.redo()
        visit.settle()
    visit.window.messages.dismiss()
    visit.workspace.show_panel("inspector")


def saved_filters(visit: Visit) -> None:
    """Filters as they are given a name, and the menu of those that have one."""
    bar, model = visit.workspace.filter_bar, visit.workspace.filters
    model.add("width >= 1", lambda error: visit.failures.append(str(error)))
    visit.settle()
    bar.saved.ask_name()
    visit.pause(60)
    visit.take("filter-naming", bar)
    bar.saved.save_asked.emit("large ones", model.where())
    bar.saved.naming.hide()
    visit.settle()
    bar.saved.fill()
    bar.saved.choices.popup(bar.saved.mapToGlobal(bar.saved.rect().bottomLeft()))
    visit.pause(60)
    visit.take("filter-saved", bar.saved.choices)
    bar.saved.choices.close()
    visit.window.actions_by_name.by_name["filter_clear"].trigger()
    visit.settle()


def arranged(visit: Visit) -> None:
    """The gallery in sections, the line that goes to a name, and tabs without an image."""
    gallery = visit.workspace.gallery
    visit.window.resizeDocks([visit.workspace.docks["gallery"]], [620], Qt.Orientation.Vertical)
    gallery.set_show(Show.ALL)
    gallery.set_group(BY_STATE)
    visit.settle()
    visit.until("the sections", lambda: gallery.settled)
    visit.take("gallery-sections")
    gallery.set_group(str(Group.NONE))
    gallery.grid.setFocus()
    gallery.grid.jump_asked.emit()
    visit.pause(100)
    visit.take("gallery-jump", visit.workspace.docks["gallery"])
    QTest.keyClick(QApplication.focusWidget() or gallery.grid, Qt.Key.Key_Escape)
    for show in (Show.LABELLED, Show.HIGHLIGHT):
        gallery.set_show(show)
        visit.pause(150)
        visit.take(f"gallery-{show.value.lower()}", visit.workspace.docks["gallery"])
    gallery.set_show(Show.ALL)
    visit.workspace.lay_out()
    visit.settle()


def small_screen(visit: Visit) -> None:
    """What else there is on a small screen: the loupe, a message, the palette, each sheet, filters."""
    window, pool = visit.window, visit.window.session.pool
    before = window.size()
    window.resize(LEAST)
    visit.settle()
    looking = visit.workspace.looking
    pool.set_focus(int(pool.pick_order[0]))
    for name, rows in (("loupe", 1), ("loupe-several", 4)):
        pool.set_highlight(pool.pick_order[:rows], "replace")
        looking.do("enlarge" if rows == 1 else "side_by_side")
        visit.settle()
        visit.take(f"small-{name}")
        looking.loupe.leave()
    window.commands.highlight_none()
    window.messages.show_message("error", "The disk is full: nothing was lost, and nothing new was kept.", "x", "Open")
    visit.pause(80)
    visit.take("small-message")
    window.messages.dismiss()
    window.actions_by_name.by_name["palette"].trigger()
    visit.pause(150)
    visit.take("small-palette")
    assert window.palette_view is not None
    window.palette_view.close_palette()
    for name, show in (
        ("export", window.commands.export),
        ("import", window.commands.import_labels),
        ("model", window.commands.choose_model),
        ("shortcuts", lambda: ShortcutsEditor(window.actions_by_name.shortcuts, window).open()),
    ):
        open_sheet(visit, show)
        visit.take(f"small-{name}")
        visit.leave_sheet()
    for text in ("width >= 1", 'state == "pending"', 'not tag == "blurred"'):
        visit.workspace.filters.add(text, lambda error: visit.failures.append(str(error)))
    visit.settle()
    visit.take("small-filters")
    window.actions_by_name.by_name["filter_clear"].trigger()
    for panel in ("fields", "compare", "history", "jobs"):
        visit.workspace.show_panel(panel)
        visit.settle()
        visit.take(f"small-{panel}")
    for panel in ("batch", "inspector", "gallery"):
        visit.workspace.show_panel(panel)
    window.resize(before)
    visit.settle()


def small_maps(visit: Visit) -> None:
    """The switches of the map on a small screen."""
    before, looks = visit.window.size(), visit.workspace.map.looks
    visit.window.resize(LEAST)
    visit.settle()
    for switch in ("coverage", "trust", "pair"):
        looks.switch(switch, True)
        visit.settle()
        visit.take(f"small-map-{switch}")
        looks.switch(switch, False)
        visit.settle()
    visit.window.resize(before)
    visit.settle()


def insights(visit: Visit) -> None:
    """The map by what is computed for it, and the gallery in the sections that come of it."""
    looks, gallery = visit.workspace.map.looks, visit.workspace.gallery
    before = looks.by
    for name in ("novelty", "uncertainty", "trust"):
        by = ColourBy(Kind.INSIGHT, name)
        if looks.offers(by):
            looks.set_colour(by)
            visit.settle()
            visit.take(f"map-{name}", visit.workspace.map)
    looks.set_colour(before)
    visit.window.resizeDocks([visit.workspace.docks["gallery"]], [620], Qt.Orientation.Vertical)
    gallery.set_show(Show.ALL)
    gallery.set_group(BY_CLUSTER)
    visit.settle()
    visit.until("the clusters", lambda: gallery.settled)
    gallery.set_stacked(True)
    visit.settle()
    visit.until("the stacks", lambda: gallery.settled)
    visit.take("gallery-clusters")
    gallery.set_stacked(False)
    gallery.set_group(str(Group.NONE))
    gallery.find_similar(int(visit.window.session.pool.pick_order[0]))
    visit.settle()
    visit.until("what is similar", lambda: gallery.settled)
    visit.take("gallery-similar")
    gallery.end_query()
    visit.workspace.lay_out()
    visit.settle()


def broken_project(visit: Visit) -> None:
    """A project none of whose files can be used, and the list that says why."""
    folder = visit.folder / f"broken-{visit.prefix}"
    project = folder / "broken.alproject"
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for name in ("a photograph that was cut short.jpg", "notes.png"):
        (folder / "pictures" / name).write_bytes(b"no image")
    if project.exists():
        visit.window.session.open(project)
    else:
        visit.window.session.create(project, (folder / "pictures",))
    visit.until("the files", lambda: len(visit.window.session.pool) == 2 and not visit.window.bridge.busy)
    visit.pause(300)
    visit.take("broken")
    open_sheet(visit, visit.window.commands.show_unreadable)
    visit.take("broken-files-unknown", shown_sheet(visit.window))
    visit.leave_sheet()
    visit.window.commands.embed()
    for _ in range(PATIENCE):
        visit.pause(100)
        if len(visit.window.session.pool.unreadable) == 2 and not visit.window.bridge.busy:
            break
    assert len(visit.window.session.pool.unreadable) == 2, "the files are not known to be of no use"
    # That there is nothing to draw a map of belongs to it.
    visit.failures.clear()
    visit.pause(300)
    visit.take("broken-embedded")
    visit.window.messages.dismiss()
    open_sheet(visit, visit.window.commands.show_unreadable)
    visit.take("broken-files")
    visit.leave_sheet()
