"""What the command palette offers: every action, and what depends on the project: batches, colours, panels, aims."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox

from desktop_al import settings
from desktop_al.gui.action_words import plain, why_not
from desktop_al.gui.actions import MENUS, TABLE
from desktop_al.gui.also import also
from desktop_al.gui.i18n import tr
from desktop_al.gui.language_menu import keep_language, languages
from desktop_al.gui.palette import Command, Palette
from desktop_al.gui.text import readable
from desktop_al.jobs.where_syntax import equals

if TYPE_CHECKING:
    from desktop_al.gui.main_window import MainWindow
    from desktop_al.gui.workspace import Workspace

NATIVE = QKeySequence.SequenceFormat.NativeText


def open_palette(window: "MainWindow") -> None:
    """Open the palette of ``window``, or close it where it is open."""
    if window.palette_view is None:
        window.palette_view = Palette(window)
    if window.palette_view.shown:
        window.palette_view.close_palette()
    else:
        window.palette_view.open(commands_of(window), partial(filter_by, window))


def filter_by(window: "MainWindow", query: str) -> Command | None:
    """Filter by what was typed, where there is something to filter."""
    workspace = window.workspace
    if workspace is None or len(window.session.pool) == 0:
        return None

    def run() -> None:
        workspace.filter_bar.line.setFocus()
        workspace.filter_bar.line.setText(query)
        workspace.filter_bar.submit(query)

    return Command("filter by", tr("Filter by {what}", what=query), run, tr("Edit"), icon="filter")


def commands_of(window: "MainWindow") -> list[Command]:
    """Everything that can be done in ``window`` now, or could be."""
    found = [*_actions(window), *_undo(window)]
    if window.workspace is not None and window.session.project is not None:
        found += [
            *_panels(window.workspace),
            *_batches(window),
            *_colours(window.workspace),
            *_gallery(window.workspace),
            *_aims(window.workspace),
            *_kept(window.workspace),
        ]
    return [*found, *_appearances(window), *_languages(window), *_projects(window)]


def _groups() -> dict[str, str]:
    """The menu that each action is in."""
    return {name: plain(tr(menu)) for menu, names in MENUS.items() for name in names}


def _actions(window: "MainWindow") -> Iterator[Command]:
    groups, known = _groups(), window.actions_by_name
    for name, spec in TABLE.items():
        if name == "palette":
            continue
        action = known.by_name[name]
        yield Command(
            name,
            plain(action.text()),
            action.trigger,
            groups.get(name, ""),
            action.shortcut().toString(NATIVE),
            spec.icon,
            tr(spec.tip),
            "" if action.isEnabled() else why_not(spec.needs - known.facts),
            also(name),
        )


def _undo(window: "MainWindow") -> Iterator[Command]:
    for name, action in window.undo_actions.items():
        nothing = tr("There is nothing to undo") if name == "undo" else tr("There is nothing to redo")
        yield Command(
            name,
            plain(action.text()),
            action.trigger,
            tr("Edit"),
            action.shortcut().toString(NATIVE),
            name,
            why_not="" if action.isEnabled() else nothing,
        )


def _panels(workspace: "Workspace") -> Iterator[Command]:
    for name, dock in workspace.docks.items():
        text = tr("Show panel {name}", name=dock.windowTitle())
        yield Command(f"panel {name}", text, partial(workspace.show_panel, name), tr("View"))


def _batches(window: "MainWindow") -> Iterator[Command]:
    shown = window.session.pool.batch
    for batch in reversed(window.session.pool.batches):
        text = tr(
            "Show batch {number}: {count:,} by {strategy}",
            number=batch.number,
            count=batch.count,
            strategy=batch.strategy,
        )
        here = shown is not None and shown.number == batch.number
        yield Command(
            f"batch {batch.number}",
            text,
            partial(window.session.show_batch, batch.number),
            tr("Batch"),
            icon="list",
            why_not=tr("It is shown already") if here else "",
        )


def _colours(workspace: "Workspace") -> Iterator[Command]:
    from desktop_al.gui.map.colouring import choices

    for by in choices(workspace.map.pool):
        text = tr("Colour by {what}", what=readable(by.title))
        yield Command(f"colour {by}", text, partial(workspace.map.set_colour, by), tr("Map"), icon="map")


def _gallery(workspace: "Workspace") -> Iterator[Command]:
    from desktop_al.gui.gallery.shown import TITLES

    for show, title in TITLES.items():
        text = tr("Gallery: {what}", what=tr(title))
        yield Command(f"gallery {show}", text, partial(workspace.show_in_gallery, show), tr("Gallery"))


def _kept(workspace: "Workspace") -> Iterator[Command]:
    """Highlights that were kept by name, and tags."""
    pool = workspace.map.pool
    for name, ids in pool.saved_highlights.items():
        text = tr("Highlight {name}", name=readable(name))

        def highlight(ids: NDArray[np.int64] = ids) -> None:
            rows = pool.rows_of(ids)
            pool.set_highlight(rows[rows >= 0])

        yield Command(f"saved {name}", text, highlight, tr("Kept highlights"))
    for name, text in pool.saved_filters.items():
        yield Command(
            f"filter {name}",
            tr("Filter by the saved {name}", name=readable(name)),
            partial(workspace.filter_bar.saved.use, name),
            tr("Saved filters"),
            icon="filter",
            words=text,
        )
    for name in pool.tag_names:
        text = tr("Show only the tag {name}", name=readable(name))
        yield Command(
            f"tag {name}", text, partial(workspace.filter_bar.add, equals("tag", name)), tr("Edit"), icon="filter"
        )


def _aims(workspace: "Workspace") -> Iterator[Command]:
    form = workspace.batch_panel.form
    for place in range(form.preset.count()):
        text = tr("Aim: {what}", what=form.preset.itemText(place))
        yield _choice(workspace, form.preset, place, text)
    for place in range(form.strategy.count()):
        text = tr("Strategy: {what}", what=form.strategy.itemText(place))
        yield _choice(workspace, form.strategy, place, text)


def _choice(workspace: "Workspace", box: QComboBox, place: int, text: str) -> Command:
    """Choose what stands at ``place`` of ``box`` in the batch panel."""

    def choose() -> None:
        workspace.show_panel("batch")
        box.setCurrentIndex(place)
        box.activated.emit(place)

    can = bool(box.model().index(place, 0).flags() & Qt.ItemFlag.ItemIsEnabled)
    tip = str(box.itemData(place, Qt.ItemDataRole.ToolTipRole) or "")
    return Command(
        text, text, choose, tr("Batch"), icon="select", why_not="" if can else tip or tr("It is not possible now")
    )


def _appearances(window: "MainWindow") -> Iterator[Command]:
    from desktop_al.gui.appearance_menu import APPEARANCES, set_appearance

    for name, text in APPEARANCES.items():
        yield Command(
            f"appearance {name}",
            tr("Appearance: {what}", what=tr(text)),
            partial(set_appearance, name, window.messages),
            tr("View"),
            also=also("appearance"),
        )


def _languages(window: "MainWindow") -> Iterator[Command]:
    for code, name in languages().items():
        choose = partial(keep_language, code, name, window.messages)
        text = tr("Language: {what}", what=name)
        yield Command(f"language {code}", text, choose, tr("View"), also=also("language"))


def _projects(window: "MainWindow") -> Iterator[Command]:
    for path in settings.recent_projects():
        text = tr("Open project {name}", name=readable(path.stem))
        yield Command(
            f"project {path}",
            text,
            partial(window.session.open, path),
            tr("File"),
            icon="project",
            words=readable(path),
        )
