"""What a person writes down in the window: tags, notes, labels by hand, saved highlights; each a step with a name.

A step shows at once, reaches the project on the quick lane in the order of the steps, and is taken from the screen
again where the project refuses it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import LabelError
from desktop_al.domain.records import MOST_TAGS
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import FilterSpec, HighlightSpec, LabelSpec, NoteSpec, TagSpec
from desktop_al.gui import operations
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.operations import Operation
from desktop_al.gui.pool import Pool
from desktop_al.gui.turning import LabelHolder, label, take_label_back
from desktop_al.gui.undo import StepCommand
from desktop_al.jobs.annotate import checked_name

Rows = NDArray[np.int64]
Push = Callable[[StepCommand], None]
Send = Callable[[StepCommand, bool, Operation, frozenset[str]], None]


class Annotations:
    """Changes tags, notes, labels and saved highlights of ``pool``.

    ``push`` puts a step on the undo stack and ``send`` runs an operation of it on the project; see `Steps.send`.
    """

    def __init__(self, pool: Pool, push: Push, send: Send) -> None:
        self._pool, self._push, self._send = pool, push, send

    def tag(self, rows: Rows, name: str, on: bool) -> int:
        """Give ``rows`` the tag ``name``, or take it from them; return how many this changes.

        Raises
        ------
        LabelError
            The name is none, or the project has as many tags as it can hold.
        """
        name, pool = checked_name(name, "tag"), self._pool
        rows = np.asarray(rows, np.int64)
        rows = rows[pool.tagged(name)[rows] != on]
        if on and name not in pool.tag_names and len(pool.tag_names) >= MOST_TAGS:
            raise LabelError(
                say("A project holds at most {count} tags; take one away from all its images first.", count=MOST_TAGS)
            )
        ids = pool.ids[rows]
        text = (
            trn("Tag {count:,} image “{name}”", "Tag {count:,} images “{name}”", len(ids), name=name)
            if on
            else trn("Untag {count:,} image “{name}”", "Untag {count:,} images “{name}”", len(ids), name=name)
        )

        def bring(command: StepCommand, now: bool) -> None:
            given = on is now
            pool.set_tag(self._known(ids), name, given)
            self._send(command, now, operations.tag(TagSpec(name, ids, given)), frozenset({"tags"}))

        if len(ids):
            self._push(StepCommand(text, bring, ids))
        return len(ids)

    def note(self, row: int, text: str) -> bool:
        """Write ``text`` about ``row``, "" takes its note away; return whether this changes anything."""
        pool, text = self._pool, text.strip()
        sample = int(pool.ids[row])
        before = pool.notes.get(sample, "")
        if text == before:
            return False

        def bring(command: StepCommand, now: bool) -> None:
            words = text if now else before
            pool.set_note(sample, words)
            self._send(command, now, operations.note(NoteSpec(sample, words)), frozenset({"notes"}))

        name = tr("Write a note") if text else tr("Remove the note")
        self._push(StepCommand(name, bring, np.array([sample], np.int64)))
        return True

    def label(self, rows: Rows, name: str | None) -> int:
        """Give ``rows`` the class ``name``, None takes their labels away; return how many this changes.

        Raises
        ------
        LabelError
            The name is none.
        """
        pool, rows = self._pool, np.asarray(rows, np.int64)
        name = None if name is None else checked_name(name, "class")
        codes = pool.label_code[rows]
        same = codes == pool.classes.index(name) if name in pool.classes else codes < 0 if name is None else codes < -1
        rows, codes = rows[~same], codes[~same]
        ids, classes, undo = pool.ids[rows], pool.classes, LabelHolder()
        after = np.full(len(rows), -1 if name is None else 0, np.int32)

        def bring(command: StepCommand, now: bool) -> None:
            if now:
                pool.set_labels(*self._placed(ids, after), () if name is None else (name,))
            else:
                pool.set_labels(*self._placed(ids, codes), classes)
            operation = label(LabelSpec(ids, name), undo) if now else take_label_back(undo)
            self._send(command, now, operation, frozenset({"labels"}))

        if len(ids):
            self._push(StepCommand(_label_name(name, len(ids)), bring, ids))
        return len(ids)

    def save_highlight(self, name: str) -> int:
        """Keep what is highlighted under ``name``; return how many samples that are.

        Raises
        ------
        LabelError
            The name is none, or nothing is highlighted.
        """
        ids = self._pool.ids[self._pool.highlight]
        if not len(ids):
            raise LabelError(say("Nothing is highlighted; mark the images that you want to find again first."))
        self._keep(checked_name(name, "highlight"), ids)
        return len(ids)

    def forget_highlight(self, name: str) -> None:
        """Forget what is kept under ``name``."""
        if name in self._pool.saved_highlights:
            self._keep(name, None)

    def save_filter(self, name: str, expression: str) -> None:
        """Keep the filter ``expression`` under ``name``; raises `LabelError` where that is none."""
        self._keep_filter(checked_name(name, "filter"), expression)

    def forget_filter(self, name: str) -> None:
        """Forget the filter that is kept under ``name``."""
        if name in self._pool.saved_filters:
            self._keep_filter(name, None)

    def _keep_filter(self, name: str, expression: str | None) -> None:
        pool, before = self._pool, self._pool.saved_filters.get(name)

        def bring(command: StepCommand, now: bool) -> None:
            kept = expression if now else before
            pool.set_saved_filter(name, kept)
            self._send(
                command, now, operations.save_filter(FilterSpec(name, kept, tried=False)), frozenset({"filters"})
            )

        saved = tr("Save the filter “{name}”", name=name)
        form = saved if expression is not None else tr("Forget the filter “{name}”", name=name)
        self._push(StepCommand(form, bring))

    def _keep(self, name: str, ids: Rows | None) -> None:
        pool, before = self._pool, self._pool.saved_highlights.get(name)

        def bring(command: StepCommand, now: bool) -> None:
            kept = ids if now else before
            pool.set_saved_highlight(name, kept)
            self._send(command, now, operations.save_highlight(HighlightSpec(name, kept)), frozenset({"highlights"}))

        form = tr("Save the highlight “{name}”", name=name) if ids is not None else tr("Forget “{name}”", name=name)
        self._push(StepCommand(form, bring))

    def _known(self, ids: Rows) -> Rows:
        rows = self._pool.rows_of(ids)
        return rows[rows >= 0]

    def _placed(self, ids: Rows, codes: NDArray[np.int32]) -> tuple[Rows, NDArray[np.int32]]:
        rows = self._pool.rows_of(ids)
        return rows[rows >= 0], codes[rows >= 0]


def _label_name(name: str | None, count: int) -> str:
    if name is None:
        return trn("Remove the label of {count:,} image", "Remove the labels of {count:,} images", count)
    return trn("Label {count:,} image “{name}”", "Label {count:,} images “{name}”", count, name=name)
