"""What each action of the window does, by its name in the table of actions."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from desktop_al.domain.records import Decision
from desktop_al.gui.about import show_about
from desktop_al.gui.areas import go_area
from desktop_al.gui.filtering import filter_handlers
from desktop_al.gui.grow import grow
from desktop_al.gui.looking_actions import looking_handlers
from desktop_al.gui.marks import Mark

if TYPE_CHECKING:
    from desktop_al.gui.main_window import MainWindow


def handlers(window: "MainWindow") -> dict[str, Callable[..., object]]:
    """What the actions of ``window`` do."""
    do, decide = window.commands, window.commands.decide
    return {
        "new": do.new_project,
        "open": do.open_project,
        "demo": do.open_demo,
        "add": do.add,
        "rescan": do.rescan,
        "import": do.import_labels,
        "export": do.export,
        "report": do.save_report,
        "close": window.session.close,
        "quit": window.close,
        "history": partial(window.show_panel, "history"),
        "highlight_all": do.highlight_all,
        "highlight_invert": do.highlight_invert,
        "highlight_grow": partial(grow, window.session, window.bridge.message.emit),
        "highlight_none": do.highlight_none,
        "highlight_batch": do.highlight_batch,
        "accept": partial(decide, Decision.ACCEPTED),
        "reject": partial(decide, Decision.REJECTED),
        "clear": partial(decide, Decision.PENDING),
        "pin": partial(do.mark, Mark.PINNED),
        "veto": partial(do.mark, Mark.VETOED),
        "compare": partial(window.show_panel, "compare"),
        "accept_rest": do.accept_rest,
        "clear_all": do.clear_all,
        "reveal": do.reveal,
        "next": do.go,
        "previous": partial(do.go, -1),
        "next_pending": partial(do.go, 1, True),
        "find_similar_file": do.find_similar_file,
        "embed": do.embed,
        "map": do.draw_map,
        "map_fresh": do.draw_map_afresh,
        "select": partial(_select, window),
        **filter_handlers(lambda: window.workspace),
        **window.annotating.handlers(),
        **looking_handlers(lambda: window.workspace),
        "model": do.choose_model,
        "unreadable": do.show_unreadable,
        "relink": do.relink,
        "verify": do.verify,
        "stop": partial(_stop_all, window),
        **{f"map_{name}": partial(_flip_map, window, name) for name in ("labels", "coverage", "trust", "pair")},
        "hide_panels": partial(_hide_panels, window),
        "full_screen": partial(_toggle_full_screen, window),
        "reset_layout": partial(_reset_layout, window),
        "next_area": partial(_go_area, window, 1),
        "previous_area": partial(_go_area, window, -1),
        "palette": partial(_show_palette, window),
        "shortcuts": partial(_show_shortcuts, window),
        "about": partial(show_about, window),
    }


def _select(window: "MainWindow") -> None:
    if window.workspace is not None:
        window.commands.select(window.workspace.batch_panel.spec())


def _show_shortcuts(window: "MainWindow") -> None:
    from desktop_al.gui.shortcuts_editor import ShortcutsEditor

    ShortcutsEditor(window.actions_by_name.shortcuts, window).open()


def _show_palette(window: "MainWindow") -> None:
    from desktop_al.gui.palette_commands import open_palette

    open_palette(window)


def _go_area(window: "MainWindow", by: int) -> None:
    if window.workspace is not None and window.session.project is not None:
        go_area(window.workspace, by)


def _stop_all(window: "MainWindow") -> None:
    for job in window.bridge.listed_jobs():
        job.ctx.cancel()


def _flip_map(window: "MainWindow", name: str) -> None:
    if window.workspace is not None:
        window.workspace.map.looks.flip(name)


def _hide_panels(window: "MainWindow") -> None:
    if window.workspace is not None:
        window.hider.turn(window.workspace)


def _toggle_full_screen(window: "MainWindow") -> None:
    window.showNormal() if window.isFullScreen() else window.showFullScreen()


def _reset_layout(window: "MainWindow") -> None:
    if window.workspace is not None:
        window.workspace.lay_out()
