"""What a person writes down about samples: tags, notes, labels by hand, and highlights to find again."""

import re

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import LabelError, Remedy
from desktop_al.domain.records import Change, Ids
from desktop_al.domain.results import HighlightResult, LabelResult, NoteResult, TagResult
from desktop_al.domain.sentence import say, say_n
from desktop_al.domain.specs import HighlightSpec, LabelSpec, NoteSpec, TagSpec
from desktop_al.store import highlights, labels, notes, tags
from desktop_al.store.project import Project

LONGEST_NAME = 200
LONGEST_NOTE = 10_000
BY_HAND = "window"
"""The origin of labels that were given by hand, in the window or on the command line."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def run_tag(project: Project, spec: TagSpec, ctx: Context = SILENT) -> TagResult:
    """Give samples a tag, or take it from them.

    Raises
    ------
    LabelError
        The name is no name, a sample is not in the project, or the project has as many tags as it can hold.
    """
    name = checked_name(spec.name, "tag")
    _require(project, spec.ids)
    ctx.check()
    changed = project.write(lambda db: tags.set_tag(db, name, spec.ids, spec.on))
    table = project.tags()
    tagged = len(table.members[table.names.index(name)]) if name in table.names else 0
    change = Change(
        frozenset({"tags"}),
        say_n("Tag {count:,} image “{name}”", "Tag {count:,} images “{name}”", len(changed), name=name)
        if spec.on
        else say_n("Untag {count:,} image “{name}”", "Untag {count:,} images “{name}”", len(changed), name=name),
        len(changed),
    )
    return TagResult(name, spec.on, changed, tagged, change)


def run_note(project: Project, spec: NoteSpec, ctx: Context = SILENT) -> NoteResult:
    """Write a note about a sample, or take it away.

    Raises
    ------
    LabelError
        The note is too long, or the sample is not in the project.
    """
    text = spec.text.strip()
    if len(text) > LONGEST_NOTE:
        raise LabelError(
            say(
                "A note holds at most {most:,} characters, and this one has {count:,}.",
                most=LONGEST_NOTE,
                count=len(text),
            )
        )
    if "\0" in text:
        raise LabelError(say("A note holds text only, and this one holds a zero byte; remove it."))
    _require(project, np.array([spec.sample], np.int64))
    ctx.check()
    before = project.write(lambda db: notes.set_note(db, spec.sample, text))
    sentence = f"{'Write' if text else 'Remove'} the note on sample {spec.sample}"
    return NoteResult(spec.sample, text, before, Change(frozenset({"notes"}), sentence, int(text != before)))


def run_label(project: Project, spec: LabelSpec, ctx: Context = SILENT) -> LabelResult:
    """Give samples a class by hand, or take their labels away; like an import it closes the round that is open.

    Samples that have this label already stay as they are, in their round.

    Raises
    ------
    LabelError
        The name is no name, or a sample is not in the project.
    """
    label = None if spec.label is None else checked_name(spec.label, "class")
    _require(project, spec.ids)
    ctx.check()
    ids = np.unique(spec.ids)
    undo = project.write(lambda db: labels.set_labels(db, ids, [label] * len(ids), origin=BY_HAND, only_changes=True))
    count = len(undo.previous)
    sentence = f"Label {_images(count)} “{label}”" if label is not None else f"Unlabel {_images(count)}"
    return LabelResult(
        label,
        count,
        undo.round if count else 0,
        project.read(labels.count_classes),
        Change(frozenset({"labels"}), sentence, count),
        undo if count else None,
    )


def run_highlight(project: Project, spec: HighlightSpec, ctx: Context = SILENT) -> HighlightResult:
    """Keep samples under a name, in place of what is kept there, or forget it.

    Raises
    ------
    LabelError
        The name is no name, a sample is not in the project, or nothing is kept under a name to forget.
    """
    name, ids = checked_name(spec.name, "highlight"), spec.ids
    if ids is not None:
        _require(project, ids)
    elif name not in (kept := project.highlights()):
        listed = ", ".join(f"“{known}”" for known in kept) or "none"
        raise LabelError(
            say("No highlight is called “{name}”; the saved highlights are: {listed}.", name=name, listed=listed)
        )
    ctx.check()
    before = project.write(lambda db: highlights.save(db, name, ids))
    count = 0 if ids is None else len(np.unique(ids))
    sentence = (
        say("Forget the highlight “{name}”", name=name)
        if ids is None
        else say("Save the highlight “{name}”", name=name)
    )
    return HighlightResult(
        name,
        count,
        before,
        Change(frozenset({"highlights"}), sentence),
    )


_KINDS = {"tag": say("tag"), "class": say("class"), "highlight": say("highlight"), "filter": say("filter")}


def checked_name(text: str, what: str) -> str:
    """``text`` as the name of a ``what``, blanks around it removed; raises `LabelError` where it is none."""
    name = text.strip()
    if not name:
        raise LabelError(say("A {what} needs a name; give it one.", what=_KINDS[what]))
    if len(name) > LONGEST_NAME:
        raise LabelError(
            say(
                "The name of a {what} has at most {most} characters; shorten it.",
                what=_KINDS[what],
                most=LONGEST_NAME,
            )
        )
    if _CONTROL.search(name):
        raise LabelError(
            say("The name of a {what} stands on one line, without control characters; change it.", what=_KINDS[what])
        )
    try:
        name.encode()
    except UnicodeEncodeError:
        raise LabelError(
            say("The name of a {what} is text, and this one holds undecodable bytes; change it.", what=_KINDS[what])
        ) from None
    return name


def _require(project: Project, ids: Ids) -> None:
    known = project.samples().ids
    strangers = ids[~np.isin(ids, known)]
    if len(strangers):
        if len(strangers) == 1:
            raise LabelError(
                say("Sample {sample} is not in the project; see the gallery for those that are.", sample=strangers[0]),
                (Remedy.LIST_SAMPLES,),
            )
        raise LabelError(
            say(
                "Sample {sample} and {others:,} others are not in the project; see the gallery for those that are.",
                sample=strangers[0],
                others=len(strangers) - 1,
            ),
            (Remedy.LIST_SAMPLES,),
        )


def _images(count: int) -> str:
    return f"{count:,} {'image' if count == 1 else 'images'}"
