"""Undo and redo of labels and of the metadata that came with them."""

from dataclasses import dataclass

from desktop_al.domain.context import Context
from desktop_al.domain.records import Change
from desktop_al.domain.sentence import Sentence, say_n
from desktop_al.store import labels as store_labels
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class LabelStep:
    """Labels put back or taken away: the change, and what undoes it."""

    change: Change
    undo: store_labels.LabelUndo


def run_undo_labels(project: Project, undo: store_labels.LabelUndo, ctx: Context) -> LabelStep:
    """Take back the labels and the metadata of an import."""
    ctx.check()
    count, described = len(undo.previous), _described(undo)
    step = project.write(lambda db: store_labels.undo(db, undo))
    if count or not described:
        sentence = say_n("Take back {count:,} label", "Take back {count:,} labels", count)
    else:
        sentence = say_n(
            "Take back the metadata of {count:,} image", "Take back the metadata of {count:,} images", described
        )
    return LabelStep(_change(undo, sentence, count or described), step)


def run_redo_labels(
    project: Project, undo: store_labels.LabelUndo, closed_round: int | None, ctx: Context
) -> LabelStep:
    """Put back what `run_undo_labels` took; ``closed_round`` is that of the first undo."""
    ctx.check()
    count, described = len(undo.previous), _described(undo)
    step = project.write(lambda db: store_labels.redo(db, undo, closed_round))
    if count or not described:
        sentence = say_n("Import {count:,} label again", "Import {count:,} labels again", count)
    else:
        sentence = say_n(
            "Import the metadata of {count:,} image again", "Import the metadata of {count:,} images again", described
        )
    return LabelStep(_change(undo, sentence, count or described), step)


def _described(undo: store_labels.LabelUndo) -> int:
    """How many samples the metadata are about."""
    return len({sample for state in undo.metadata for sample in state.ids})


def _change(undo: store_labels.LabelUndo, sentence: Sentence, count: int) -> Change:
    kinds = {"labels"} if undo.previous or not undo.metadata else set[str]()
    return Change(frozenset(kinds | ({"metadata"} if undo.metadata else set())), sentence, count)
