"""The undo stack and the project say the same, also where the disk was full while a step was turned."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import StorageError
from desktop_al.domain.records import Decision, SampleState
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import ImportLabelsSpec
from desktop_al.gui import operations
from desktop_al.gui.history_panel import StepItems
from desktop_al.gui.marks import Mark
from desktop_al.gui.session import Session
from desktop_al.gui.steps import Step, remove
from desktop_al.store.project import Project
from tests.gui.projects import settle

Named = dict[int, str]


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def write(project: Project, work: Callable[..., Any]) -> Any:
        raise StorageError(say("The disk is full."))

    with monkeypatch.context() as patch:
        patch.setattr(Project, "write", write)
        yield


def labels(session: Session) -> Named:
    assert session.project is not None
    table = session.project.labels()
    return {sample: table.classes[code] for sample, code in zip(table.ids.tolist(), table.codes, strict=True)}


def shown(session: Session) -> Named:
    pool = session.pool
    return {int(pool.ids[row]): pool.classes[pool.label_code[row]] for row in np.flatnonzero(pool.label_code >= 0)}


def imported(qtbot: QtBot, session: Session, folder: Path, count: int = 10) -> Named:
    table = folder / "labels.csv"
    lines = [f"{session.pool.path(row).name},{'cat' if row % 2 else 'dog'}" for row in range(count)]
    table.write_text("\n".join(["image,label", *lines]), encoding="utf-8")
    session.run(operations.import_labels(ImportLabelsSpec(table, replace=True)), session.record_import)
    settle(qtbot, session)
    return labels(session)


def test_that_an_import_whose_undo_failed_is_not_taken_back_by_redo_and_can_be_undone_later(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, given = session.undo_stack, imported(qtbot, session, tmp_path)
    with full_disk(monkeypatch), qtbot.waitSignal(session.bridge.failed):
        stack.undo()
        settle(qtbot, session)
    settle(qtbot, session)
    assert labels(session) == shown(session) == given
    assert stack.undoText() == "Import 10 labels"
    assert not stack.canRedo()
    stack.undo()
    settle(qtbot, session)
    assert labels(session) == shown(session) == {}
    with full_disk(monkeypatch), qtbot.waitSignal(session.bridge.failed):
        stack.redo()
        settle(qtbot, session)
    settle(qtbot, session)
    assert labels(session) == shown(session) == {}
    assert stack.canRedo()
    stack.redo()
    settle(qtbot, session)
    assert labels(session) == shown(session) == given


def test_that_undo_and_redo_in_one_go_on_a_full_disk_change_nothing(
    qtbot: QtBot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, row = session.undo_stack, np.array([3], np.int64)
    session.annotations.label(row, "wren")
    session.annotations.label(row, "finch")
    settle(qtbot, session)
    undo_in_vain(qtbot, session, monkeypatch)
    assert set(labels(session).values()) == {"finch"}
    stack.undo()
    settle(qtbot, session)
    assert set(labels(session).values()) == {"wren"}
    assert labels(session) == shown(session)


def undo_in_vain(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo on a full disk; once more with a redo behind it, where the undo fails and the redo does not."""
    with full_disk(monkeypatch):
        session.undo_stack.undo()
        settle(qtbot, session)
    fail_once(monkeypatch)
    session.undo_stack.undo()
    session.undo_stack.redo()
    settle(qtbot, session)


def fail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[object] = []
    real = Project.write

    def write(project: Project, work: Callable[..., Any]) -> Any:
        writes.append(work)
        if len(writes) == 1:
            raise StorageError(say("The disk is full."))
        return real(project, work)

    monkeypatch.setattr(Project, "write", write)


def test_that_all_steps_that_were_undone_in_vain_are_back(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, pool = session.undo_stack, session.pool
    for row in range(3):
        session.annotations.tag(np.array([row]), "blurred", True)
        pool.set_highlight(np.array([row, row + 1]))
    settle(qtbot, session)
    with full_disk(monkeypatch):
        stack.setIndex(0)
        settle(qtbot, session)
    settle(qtbot, session)
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [0, 1, 2]
    # What the highlight was is no business of the project, and stays undone.
    assert stack.index() == 1
    stack.setIndex(6)
    settle(qtbot, session)
    assert np.flatnonzero(pool.tagged("blurred")).tolist() == [0, 1, 2]
    stack.setIndex(0)
    settle(qtbot, session)
    assert session.project is not None
    assert not session.project.tags().names or not len(session.project.tags().members[0])


def test_that_a_batch_whose_undo_failed_is_as_it_was_and_redo_does_not_take_it_away(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, pool = session.undo_stack, session.pool
    session.batch_steps.resize(1, 4)
    settle(qtbot, session)
    undo_in_vain(qtbot, session, monkeypatch)
    assert session.project is not None
    assert len(session.project.picks(1)) == len(pool.picks) == 4
    assert stack.undoText() == "Resize batch 1 to 4"
    stack.undo()
    settle(qtbot, session)
    assert len(session.project.picks(1)) == len(pool.picks) == 8


def test_that_a_resize_waits_for_the_veto_before_it_and_both_are_undone_in_turn(qtbot: QtBot, session: Session) -> None:
    stack, pool = session.undo_stack, session.pool
    assert session.project is not None
    project = session.project
    first = [pick.sample for pick in project.picks(1)]
    session.mark(np.array([int(pool.pick_order[1])]), Mark.VETOED)
    session.batch_steps.resize(1, 5)
    settle(qtbot, session)
    assert len(project.picks(1)) == 5
    assert first[1] not in [pick.sample for pick in project.picks(1)]
    stack.undo()
    settle(qtbot, session)
    vetoed = [pick.sample for pick in project.picks(1)]
    assert len(vetoed) == 8
    assert first[1] not in vetoed
    stack.undo()
    settle(qtbot, session)
    assert [pick.sample for pick in project.picks(1)] == first


def test_that_undone_labels_of_an_import_and_by_hand_come_back_in_their_order(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    stack = session.undo_stack
    session.annotations.label(np.array([0], np.int64), "wren")
    settle(qtbot, session)
    imported(qtbot, session, tmp_path)
    stack.undo()
    stack.undo()
    settle(qtbot, session)
    assert labels(session) == shown(session) == {}


def test_that_a_decision_of_which_undo_failed_can_be_undone_once_there_is_room(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, pool = session.undo_stack, session.pool
    session.decide(pool.pick_order[:2], Decision.ACCEPTED)
    settle(qtbot, session)
    with full_disk(monkeypatch):
        stack.undo()
        settle(qtbot, session)
    settle(qtbot, session)
    assert int((pool.decision == SampleState.ACCEPTED).sum()) == 2
    stack.undo()
    settle(qtbot, session)
    assert not (pool.decision == SampleState.ACCEPTED).any()


class Counted(Step):
    def __init__(self, name: str, turned: list[str]) -> None:
        super().__init__(name)
        self._turned = turned

    def turn(self, now: bool) -> None:
        self._turned.append(f"{'+' if now else '-'}{self.text()}")


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("place", range(5))
def test_that_a_step_leaves_the_history_wherever_it_is_and_turns_no_other(index: int, place: int) -> None:
    stack, turned = QUndoStack(), list[str]()
    for name in "abcde":
        stack.push(Counted(name, turned))
    stack.setIndex(index)
    turned.clear()
    heard: list[str] = []
    stack.redoTextChanged.connect(heard.append)
    step = stack.command(place)
    assert isinstance(step, Step)
    remove(stack, step)
    left = [stack.text(at) for at in range(stack.count())]
    assert left == [name for at, name in enumerate("abcde") if at != place]
    assert turned == []
    assert stack.index() == index - (place < index)
    assert heard[-1] == stack.redoText()
    stack.setIndex(0)
    stack.setIndex(4)
    assert turned[-4:] == [f"+{name}" for name in left]


def test_that_the_history_no_longer_lists_a_step_that_was_refused_while_undone(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, owner = session.undo_stack, QWidget()
    qtbot.addWidget(owner)
    items = StepItems(stack, owner)
    stack.indexChanged.connect(items.follow)
    session.annotations.tag(np.array([1]), "blurred", True)
    settle(qtbot, session)
    fail_once(monkeypatch)
    session.annotations.note(4, "Ask the lab.")
    stack.undo()
    stack.undo()
    settle(qtbot, session)
    assert stack.count() == 1
    assert items.rowCount() == 2
