"""What a person writes down about samples in the window: classes by the keys 1 to 9, tags and notes."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from desktop_al.domain.errors import LabelError
from desktop_al.gui.actions import Actions
from desktop_al.gui.class_keys import MOST, ClassKeys
from desktop_al.gui.commands import Commands
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.sentences import told
from desktop_al.gui.targets import Aim, aim, is_one, labelled, meant, spared, spared_sentence, sparing
from desktop_al.gui.text import readable

Rows = NDArray[np.int64]
TAGS_LISTED = 20


def label_text(name: str, count: int) -> str:
    """What giving ``count`` images the class ``name`` is called, in a menu."""
    name = readable(name).replace("&", "&&")
    return trn("Label the image “{name}”", "Label {count:,} images “{name}”", count, name=name)


class Annotating(QObject):
    """Labels, tags and notes on what is highlighted, or on the focused image alone.

    Signals: ``class_asked`` a person wants to write the name of a class; ``tag_asked`` and ``note_asked`` the same for
    tags and notes.
    """

    class_asked = Signal()
    tag_asked = Signal()
    note_asked = Signal()

    def __init__(self, commands: Commands, parent: QObject | None = None) -> None:
        super().__init__(parent or commands)
        self._commands, self._session = commands, commands.session
        self.pool = commands.pool
        self.keys = ClassKeys(self.pool, self)
        self.next_shown: Callable[[int], int] = lambda row: -1
        """The row that a view shows after another one: where to go on after a sample that is no pick."""

    def targets(self) -> Rows:
        """What would be labelled or tagged: what is highlighted and shown, or the focused one where it is not."""
        return meant(self.pool, alone=self._commands.alone())

    def aim(self) -> Aim:
        """The same as `targets`, to be counted."""
        return aim(self.pool, alone=self._commands.alone())

    @property
    def alone(self) -> bool:
        """Whether what is done now is about the focused image alone, whatever is highlighted."""
        return self._commands.alone()

    def spared(self) -> int:
        """How many highlighted images would be left alone, since a filter hides them."""
        return spared(self.pool, alone=self._commands.alone())

    # Classes

    def press(self, key: int) -> None:
        """Give the class on ``key`` to the targets; 0 takes their labels away."""
        name = self.keys.on(key)
        if key == 0 or name is not None:
            self.label(name)

    def label(self, name: str | None) -> None:
        """Give the class ``name`` to the targets, or take their labels away with None, and go on."""
        left = self.spared()
        self.label_rows(self.targets(), name)
        if left:
            self._commands.messages.show_message("info", spared_sentence(left))

    def label_rows(self, rows: Rows, name: str | None) -> None:
        """Give the class ``name`` to ``rows``; after a single one go to the next pick that waits."""
        if len(rows) == 0:
            self._commands.messages.show_message("warning", tr("Focus or highlight the images to label first."))
            return
        one = is_one(self.pool, rows)
        done = self._tried(lambda: self._session.annotations.label(rows, name))
        if done and name is not None:
            self.keys.add(name.strip())
        if done and one:
            self._advance(int(rows[0]), name is not None)

    def _advance(self, row: int, labelled: bool) -> None:
        if self.pool.rank[row] >= 0:
            self._commands.advance(row, pending=labelled)
            return
        after = self.next_shown(row)
        if after >= 0:
            self.pool.set_focus(after)

    # Tags and notes

    def tag_rows(self, rows: Rows, name: str, on: bool) -> None:
        """Give ``rows`` the tag ``name``, or take it from them."""
        if len(rows):
            self._tried(lambda: self._session.annotations.tag(rows, name, on))

    def note_on(self, row: int, text: str) -> None:
        """Write the note ``text`` on ``row``."""
        self._tried(lambda: self._session.annotations.note(row, text))

    def save_highlight(self, name: str) -> None:
        """Keep what is highlighted under ``name``."""
        self._tried(lambda: self._session.annotations.save_highlight(name))

    def save_filter(self, name: str, expression: str) -> None:
        """Keep the filter ``expression`` under ``name``."""
        self._tried(lambda: self._session.annotations.save_filter(name, expression))

    def _tried(self, change: Callable[[], object]) -> bool:
        """Make ``change``, or say why it cannot be made; returns whether it was."""
        try:
            change()
        except LabelError as error:
            self._commands.messages.show_message("error", told(str(error)))
            return False
        return True

    # Menus and actions

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the actions do."""
        return {
            **{f"label_{key}": partial(self.press, key) for key in range(1, MOST + 1)},
            "unlabel": partial(self.press, 0),
            "label_new": self.class_asked.emit,
            "tag": self.tag_asked.emit,
            "note": self.note_asked.emit,
        }

    def update(self, actions: Actions) -> None:
        """Let the actions say how many images they change."""
        about, hidden = self.aim(), self.spared()
        count = about.count
        for key in range(1, MOST + 1):
            action, name = actions.by_name[f"label_{key}"], self.keys.on(key)
            action.setVisible(name is not None)
            action.setEnabled(name is not None and count > 0)
            if name is not None:
                action.setText(sparing(label_text(name, max(1, count)), hidden))
        given = about.among(labelled(self.pool))
        # What would change nothing is disabled, and says what it does to one.
        some = max(1, count)
        texts = {
            "unlabel": trn("&Unlabel the image", "&Unlabel {count:,} images", max(1, given)),
            "label_new": trn("Label the image with a &new class…", "Label {count:,} images with a &new class…", some),
            "tag": trn("&Tag the image…", "&Tag {count:,} images…", some),
        }
        for name, text in texts.items():
            actions.by_name[name].setText(sparing(text, hidden))
            actions.by_name[name].setEnabled(count > 0 if name != "unlabel" else given > 0)
        actions.by_name["note"].setEnabled(self.pool.focus >= 0)

    def fill_menu(self, menu: QMenu, rows: Rows) -> None:
        """Add what can be written down about ``rows`` to their context menu."""
        pool = self.pool
        labels = menu.addMenu(trn("&Label the image", "&Label {count:,} images", len(rows)))
        for name in self.keys.names:
            text = f"{readable(name).replace('&', '&&')}\t{self.keys.key_of(name)}"
            labels.addAction(text, partial(self.label_rows, rows, name))
        labels.addSeparator()
        labels.addAction(tr("&New class…"), self.class_asked.emit)
        unlabel = labels.addAction(tr("&Unlabel\t0"), partial(self.label_rows, rows, None))
        unlabel.setEnabled(bool(np.any(pool.label_code[rows] >= 0)))
        tags = menu.addMenu(trn("&Tag the image", "&Tag {count:,} images", len(rows)))
        for name in sorted(pool.tag_names)[:TAGS_LISTED]:
            everywhere = bool(pool.tagged(name)[rows].all())
            action = tags.addAction(readable(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(everywhere)
            action.triggered.connect(partial(self._on_tag_chosen, rows, name, not everywhere))
        tags.addSeparator()
        tags.addAction(tr("&New tag…\tT"), self.tag_asked.emit)
        menu.addAction(tr("N&ote…\tW"), self.note_asked.emit)

    def _on_tag_chosen(self, rows: Rows, name: str, on: bool, _checked: bool = False) -> None:
        self.tag_rows(rows, name, on)
