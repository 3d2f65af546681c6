"""The states of panels, bars and dialogs, each as a function that leads a tour there and takes its pictures."""

import threading
from typing import Any
from unittest import mock

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_al.domain.context import Context
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import Constraints, SelectSpec
from desktop_al.gui.about import show_about
from desktop_al.gui.crash import CrashDialog
from desktop_al.gui.early_picks import figures_follow
from desktop_al.gui.gallery.shown import Show
from desktop_al.gui.marks import Mark
from desktop_al.gui.shortcuts_editor import ShortcutsEditor
from desktop_al.jobs import answer
from desktop_al.jobs.batch_summary import summary_of
from scripts.screenshots_parts.visit import Visit

LEAST = QSize(1024, 640)
CLASSES = ("person", "flag", "food", "animal", "building", "vehicle", "symbol", "plant", "a class with a long name")
SENTENCE = "The folder /home/ada/pictures/2026/birds cannot be read; check that the disk is connected, and scan again."


def batch(visit: Visit) -> None:
    """The batch panel, closed and with everything opened."""
    pool = visit.window.session.pool
    visit.window.commands.decide_on(pool.pick_order[:6], Decision.ACCEPTED)
    visit.window.commands.decide_on(pool.pick_order[3:5], Decision.REJECTED)
    pool.set_focus(int(pool.pick_order[0]))
    visit.workspace.show_panel("inspector")
    visit.workspace.gallery.set_show(Show.BATCH)
    visit.settle()
    visit.take("batch")
    panel = visit.workspace.batch_panel
    panel.form.more.set_open(True)
    panel.view.about.set_open(True)
    visit.pause(150)
    visit.take("batch-open", panel.widget())
    panel.form.more.set_open(False)
    panel.view.about.set_open(False)


def inspector(visit: Visit) -> None:
    """A pick, an image that is none, and nothing."""
    visit.take("inspector", visit.workspace.inspector.widget())
    pool = visit.window.session.pool
    pool.set_focus(int(np.flatnonzero(pool.rank < 0)[0]))
    visit.settle()
    visit.take("inspector-other", visit.workspace.docks["inspector"])
    pool.set_focus(-1)
    visit.settle()
    visit.take("inspector-none", visit.workspace.docks["inspector"])


def notes(visit: Visit) -> None:
    """Tags and a note on a sample, and the classes on 1 to 9."""
    window, pool = visit.window, visit.window.session.pool
    rows = pool.pick_order[:9]
    for place, name in enumerate(CLASSES):
        window.annotating.label_rows(rows[place : place + 1], name)
    window.annotating.tag_rows(rows[:3], "blurred", True)
    window.annotating.tag_rows(rows[:1], "a tag of several words", True)
    window.annotating.note_on(int(rows[0]), "Ask Ada whether this counts as a person.")
    pool.set_focus(int(rows[0]))
    visit.settle()
    visit.take("classes")
    visit.take("notes", visit.workspace.inspector.widget())


def gallery(visit: Visit) -> None:
    """The gallery with all the height."""
    visit.window.resizeDocks([visit.workspace.docks["gallery"]], [620], Qt.Orientation.Vertical)
    visit.settle()
    visit.take("gallery")
    visit.workspace.lay_out()
    visit.settle()


def filters(visit: Visit) -> None:
    """Completion, chips, a filter that cannot be read, and one that leaves nothing."""
    bar, model = visit.workspace.filter_bar, visit.workspace.filters
    visit.window.actions_by_name.by_name["filter"].trigger()
    QTest.keyClicks(bar.line, "wid")
    visit.pause(200)
    visit.take("filter-completion")
    bar.line.hide_offer()
    bar.line.clear()
    for text in ("width >= 1", 'state == "pending"', 'not tag == "blurred"'):
        model.add(text, lambda error: visit.failures.append(str(error)))
        visit.settle()
    visit.take("filter")
    bar.submit("widht > 3")
    visit.pause(150)
    visit.take("filter-wrong", bar)
    bar.line.clear()
    bar.add("width < 0")
    visit.settle()
    visit.take("filter-nothing")
    visit.window.actions_by_name.by_name["filter_clear"].trigger()
    visit.workspace.map.setFocus()
    visit.settle()


def compare(visit: Visit) -> None:
    """The panel that compares batches."""
    visit.workspace.show_panel("compare")
    visit.settle()
    visit.take("compare")
    visit.workspace.show_panel("inspector")


def second_batch(visit: Visit) -> None:
    """Select a batch by another strategy, where there is only one."""
    pool = visit.window.session.pool
    if len(pool.batches) < 2:
        visit.window.commands.select(SelectSpec("k-center", str(len(pool.picks))))
        visit.until("the second batch", lambda: len(pool.batches) > 1)
        visit.settle()
    visit.window.messages.dismiss()
    visit.window.session.show_batch(1)
    visit.settle()


def jobs(visit: Visit) -> None:
    """A job under way, one that failed, and the list once all have ended."""
    bridge, go_on = visit.window.bridge, threading.Event()

    def work(ctx: Context) -> None:
        ctx.report("images", 0, 3_786, "images")
        ctx.report("images", 1_204, 3_786, "images")
        go_on.wait()

    bridge.run("Embed", work)
    visit.workspace.show_panel("jobs")
    visit.pause(400)
    visit.take("jobs-running")
    go_on.set()
    visit.settle()
    visit.take("jobs", visit.workspace.docks["jobs"])
    visit.workspace.show_panel("gallery")


def messages(visit: Visit) -> None:
    """Each kind of message, the last with its details."""
    bar = visit.window.messages
    for kind in ("info", "ok", "warning", "error"):
        details = "PermissionError: [Errno 13] denied" if kind == "error" else ""
        bar.show_message(kind, SENTENCE, details, "Open", list)
        visit.pause(60)
        visit.take(f"message-{kind}", bar)
    visit.take("message")
    bar.dismiss()


def menus(visit: Visit) -> None:
    """Every menu."""
    for at, action in enumerate(visit.window.menuBar().actions()):
        menu = action.menu()
        assert isinstance(menu, QMenu)
        menu.popup(QPoint(0, 0))
        visit.pause(40)
        visit.take(f"menu-{at}", menu)
        menu.close()


def palette(visit: Visit) -> None:
    """The palette with everything, with what fits a few letters, and with nothing."""
    visit.window.actions_by_name.by_name["palette"].trigger()
    visit.pause(150)
    visit.take("palette")
    view = visit.window.palette_view
    assert view is not None
    for text, name in (("map", "palette-some"), ("zzzzzz", "palette-none")):
        view.line.setText(text)
        visit.pause(100)
        visit.take(name, view)
    view.close_palette()


def dialogs(visit: Visit) -> None:
    """What asks: export, report, import, the model, the files that cannot be used, keys, the program, and a crash."""
    window = visit.window
    for name, show in (
        ("export", window.commands.export),
        ("report", window.commands.save_report),
        ("unreadable", window.commands.show_unreadable),
        ("shortcuts", lambda: ShortcutsEditor(window.actions_by_name.shortcuts, window).open()),
        ("about", lambda: show_about(window)),
        ("import", window.commands.import_labels),
        ("model", window.commands.choose_model),
    ):
        show()
        visit.pause(350)
        visit.take(f"ask-{name}")
        visit.leave_sheet()
    report = CrashDialog("Traceback (most recent call last):\n  ValueError", window)
    report.show()
    visit.pause(100)
    visit.take("ask-crash", report)
    QTest.keyClick(report, Qt.Key.Key_Escape)
    visit.pause(60)


def small(visit: Visit) -> None:
    """The window on a small screen."""
    before = visit.window.size()
    visit.window.messages.dismiss()
    visit.window.resize(LEAST)
    visit.settle()
    visit.take("small")
    visit.window.resize(before)
    visit.settle()


def no_project(visit: Visit) -> None:
    """The start page once there are projects to go back to."""
    visit.window.session.close()
    visit.until("the start page", lambda: visit.window.session.project is None)
    visit.pause(200)
    visit.take("start-recent")


def fields(visit: Visit) -> None:
    """The fields, with a filter that one of their bars added; then the map alone."""
    visit.workspace.show_panel("fields")
    visit.until("the fields", lambda: any(section.bars for section in visit.workspace.fields_panel.sections.values()))
    visit.workspace.filters.add('state == "pending"', lambda error: visit.failures.append(str(error)))
    visit.settle()
    visit.pause(200)
    visit.take("fields")
    pool = visit.window.session.pool
    pool.set_highlight(pool.pick_order[:40])
    visit.settle()
    visit.pause(300)
    visit.take("fields-highlight", visit.workspace.docks["fields"])
    visit.window.commands.highlight_none()
    visit.window.actions_by_name.by_name["filter_clear"].trigger()
    visit.workspace.show_panel("batch")
    visit.window.actions_by_name.by_name["hide_panels"].trigger()
    visit.settle()
    visit.take("map-alone")
    visit.window.actions_by_name.by_name["hide_panels"].trigger()
    visit.settle()


def early_picks(visit: Visit) -> None:
    """The picks after a veto, shown before their figures are there, and what is said once they are."""
    window, pool, go_on = visit.window, visit.window.session.pool, threading.Event()

    def wait(*given: Any) -> dict[str, Any]:
        go_on.wait()
        return summary_of(*given)

    window.session.show_batch(None)
    visit.settle()
    pool.set_focus(int(pool.pick_order[0]))
    with mock.patch.object(answer, "summary_of", wait):
        window.commands.mark_on(pool.pick_order[:1], Mark.VETOED)
        try:
            visit.until("the early picks", lambda: figures_follow(pool.batch))
            visit.workspace.batch_panel.view.about.set_open(True)
            visit.pause(400)
            visit.take("batch-early")
        finally:
            go_on.set()
        visit.settle()
    visit.take("batch-vetoed")
    visit.workspace.batch_panel.view.about.set_open(False)
    window.session.undo_stack.undo()
    window.session.show_batch(1)
    visit.settle()
    window.messages.dismiss()


def limits(visit: Visit) -> None:
    """A selection among few, whose limits held many images back, and what is said about it."""
    window = visit.window
    spec = SelectSpec(
        "coverage", "40", constraints=Constraints(group_by="skin_tone", group_cap=6, minimum_distance=0.5)
    )
    known, workspace = len(window.session.pool.batches), visit.workspace
    window.commands.select(spec)
    visit.until("the limited batch", lambda: len(window.session.pool.batches) > known)
    visit.settle()
    window.messages.dismiss()
    visit.take("batch-limits", workspace.docks["batch"])
    window.session.show_batch(1)
    visit.settle()
