"""What the commands do beyond handing an operation to the session."""

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from desktop_al.domain.records import SampleState
from desktop_al.domain.specs import ImportLabelsSpec, SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.commands import Commands
from desktop_al.gui.counts_bar import CountsBar


def test_that_a_selected_batch_is_shown_from_its_first_pick(qtbot: QtBot, commands: Commands) -> None:
    pool = commands.pool
    pool.set_focus(int(pool.pick_order[3]))
    pool.set_highlight(np.arange(20))
    commands.select(SelectSpec(count="5"))
    qtbot.waitUntil(lambda: pool.batch is not None and pool.batch.number == 2, timeout=20_000)
    assert pool.focus == pool.pick_order[0]
    assert not pool.highlight.any()
    # From here on the focus is the user's.
    pool.set_focus(int(pool.pick_order[2]))
    commands.session.refresh()
    qtbot.waitUntil(lambda: not commands.session.bridge.busy, timeout=20_000)
    assert pool.focus == pool.pick_order[2]


def test_that_a_labelled_pick_waits_for_no_decision(qtbot: QtBot, commands: Commands, tmp_path: Path) -> None:
    pool, session = commands.pool, commands.session
    labelled, *others = pool.pick_order.tolist()
    (tmp_path / "labels.csv").write_text(f"file,label\n{pool.path(labelled).name},cat\n", encoding="utf-8")
    session.run(operations.import_labels(ImportLabelsSpec(tmp_path / "labels.csv")))
    qtbot.waitUntil(lambda: pool.state[labelled] == SampleState.LABELLED, timeout=20_000)
    counts = CountsBar(pool)
    qtbot.addWidget(counts)
    assert counts.numbers[SampleState.PENDING].text() == f"{len(others)} pending"
    commands.accept_rest()
    assert session.undo_stack.undoText() == f"Accept {len(others)} picks"
    assert counts.numbers[SampleState.PENDING].text() == "0 pending"
