"""The filters of the window: evaluated beside the GUI thread, shown in the pool, undone by name."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_al.domain.errors import FilterError
from desktop_al.gui.columns import Column
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.filter_model import FilterModel
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from tests.gui.filters.conftest import settle


def refuse(error: FilterError) -> None:
    pytest.fail(str(error))


def add(qtbot: QtBot, model: FilterModel, text: str) -> None:
    before = model.chips
    model.add(text, refuse)
    qtbot.waitUntil(lambda: model.chips != before and None not in model.counts)


def rows(pool: Pool) -> list[int]:
    found: list[int] = np.flatnonzero(pool.visible).tolist()
    return found


def test_that_each_part_is_a_chip_with_a_count_of_its_own(qtbot: QtBot, model: FilterModel, pool: Pool) -> None:
    add(qtbot, model, "label is none and site == north weight >= 6")
    assert [chip.text for chip in model.chips] == ["label is none", "site == north", "weight >= 6"]
    assert model.counts == (8, 4, 6)
    assert rows(pool) == [6]
    assert model.shown == 1
    assert model.where() == "label is none and site == north and weight >= 6"


def test_that_every_change_is_a_step_with_a_name(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    stack = model._stack
    add(qtbot, model, "weight >= 6")
    add(qtbot, model, "site == north")
    model.toggle(0)
    settle(qtbot, bridge)
    assert rows(pool) == [0, 3, 6, 9]
    model.remove(1)
    model.clear()
    settle(qtbot, bridge)
    assert [stack.text(step) for step in range(stack.count())] == [
        "Filter weight >= 6",
        "Filter site == north",
        "Switch off filter weight >= 6",
        "Remove filter site == north",
        "Remove 1 filter",
    ]
    assert rows(pool) == list(range(12))
    for _ in range(4):
        stack.undo()
    settle(qtbot, bridge)
    assert rows(pool) == list(range(6, 12))
    stack.redo()
    settle(qtbot, bridge)
    assert rows(pool) == [6, 9]


def test_that_a_wrong_filter_changes_nothing_and_says_where(qtbot: QtBot, model: FilterModel, pool: Pool) -> None:
    errors: list[FilterError] = []
    for text in ("wieght > 3", "weight > 'x'", "weight >"):
        model.add(text, errors.append)
        qtbot.waitUntil(lambda: len(errors) > 0)
    qtbot.waitUntil(lambda: len(errors) == 3 or len(errors) == 1)
    assert model.chips == ()
    assert model._stack.count() == 0
    assert pool.visible.all()


def test_that_a_misspelt_column_and_value_get_a_hint(qtbot: QtBot, model: FilterModel, bridge: JobBridge) -> None:
    errors: list[FilterError] = []
    model.add("wieght > 3", errors.append)
    settle(qtbot, bridge)
    assert (errors[0].start, errors[0].end, errors[0].instead) == (0, 6, ("weight",))
    hints: list[str] = []
    model.add("site == nroth", refuse, hints.append)
    settle(qtbot, bridge)
    assert hints == ["No image has the site “nroth”; did you mean north?"]


def test_that_a_filter_follows_the_column_that_it_names_and_no_other(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    add(qtbot, model, "label == cat")
    assert rows(pool) == [8, 10]
    labels = pool.label_code.copy()
    labels[0] = 0
    pool.apply(PoolPatch(label_code=labels, classes=pool.classes))
    settle(qtbot, bridge)
    assert rows(pool) == [0, 8, 10]
    evaluations: list[None] = []
    model.counted.connect(lambda: evaluations.append(None))
    pool.apply(PoolPatch(metadata={"other": Column("other", None, (), np.zeros(12))}))
    settle(qtbot, bridge)
    assert evaluations == []


def test_that_a_filter_whose_column_went_leaves_nothing_out_and_says_so(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    add(qtbot, model, "site == north")
    kept = pool.metadata("site")
    pool.apply(PoolPatch(metadata={}))
    settle(qtbot, bridge)
    assert pool.visible.all()
    assert model.errors[0] is not None
    assert model.where() == ""
    pool.apply(PoolPatch(metadata={"site": kept}))
    settle(qtbot, bridge)
    assert model.errors == (None,)
    assert rows(pool) == [0, 3, 6, 9]


def test_that_tags_and_notes_are_columns_that_filters_follow(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    pool.set_tag(np.array([1, 4]), "blurry", True)
    add(qtbot, model, "tag == blurry")
    assert rows(pool) == [1, 4]
    pool.set_tag(np.array([5]), "blurry", True)
    settle(qtbot, bridge)
    assert rows(pool) == [1, 4, 5]
    pool.set_note(int(pool.ids[4]), "Ask Ada")
    add(qtbot, model, "ada")
    assert rows(pool) == [4]
    pool.set_note(int(pool.ids[4]), "")
    settle(qtbot, bridge)
    assert rows(pool) == []


def test_that_samples_can_be_a_filter(qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge) -> None:
    model.add_samples(pool.ids[[2, 5]], "highlight of 2 images")
    settle(qtbot, bridge)
    assert rows(pool) == [2, 5]
    assert model.where() == "id in (3, 6)"
    add(qtbot, model, "id == 3")
    assert rows(pool) == [2]


def test_that_select_takes_the_filters_over_only_where_it_is_told_to(qtbot: QtBot, model: FilterModel) -> None:
    told = []
    model.set_scopes(True)
    told.append(model.scopes)
    add(qtbot, model, "site == north")
    model.set_scopes(True)
    told.append(model.scopes)
    model.clear()
    told.append(model.scopes)
    assert told == [False, True, False]


def test_that_the_filters_come_back_where_the_person_left_them(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    add(qtbot, model, "site == north")
    add(qtbot, model, "weight > 3")
    model.toggle(1)
    model.add_samples(pool.ids[:7], "highlight of 7 images")
    settle(qtbot, bridge)
    spot, shown = model.spot(), rows(pool)
    model.forget()
    settle(qtbot, bridge)
    assert pool.visible.all()
    model.restore_spot(spot)
    settle(qtbot, bridge)
    assert rows(pool) == shown
    assert [chip.on for chip in model.chips] == [True, False, True]


@pytest.mark.parametrize(
    "spot",
    [
        {},
        {"chips": 3},
        {"chips": [{"text": "width >"}, {"on": True}, 7, {"text": "a", "ids": "?"}]},
        {"chips": [{"text": ""}]},
    ],
)
def test_that_a_damaged_spot_filters_by_nothing(model: FilterModel, spot: dict[str, object]) -> None:
    model.restore_spot(spot)
    assert model.chips == ()


def test_that_adding_a_filter_twice_keeps_one(qtbot: QtBot, model: FilterModel, bridge: JobBridge) -> None:
    add(qtbot, model, "site == north")
    model.add("site == north", refuse)
    settle(qtbot, bridge)
    assert model.chips == (Chip("site == north"),)
    assert model._stack.count() == 1


def test_that_columns_that_are_still_to_come_are_asked_for(qtbot: QtBot, model: FilterModel) -> None:
    with qtbot.waitSignal(model.needed) as asked:
        model.show((Chip("novelty > 0.5"),))
    assert "novelty" in asked.args[0]


def test_that_what_replaces_a_chip_finds_it_where_others_went_meanwhile(
    qtbot: QtBot, model: FilterModel, bridge: JobBridge
) -> None:
    for text in ("weight >= 2", "site == north", "label is none"):
        add(qtbot, model, text)
    model.replace(model.chips[1], "site == south", refuse)
    model.remove(0)
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["site == south", "label is none"]
    gone = model.chips[0]
    model.replace(gone, "site == north", refuse)
    model.remove(0)
    settle(qtbot, bridge)
    assert [chip.text for chip in model.chips] == ["label is none", "site == north"]


def test_that_a_column_that_changes_often_is_not_remembered_as_it_was(
    qtbot: QtBot, model: FilterModel, pool: Pool, bridge: JobBridge
) -> None:
    add(qtbot, model, "label is none")
    add(qtbot, model, "site == north")
    for row in range(12):
        pool.set_labels(np.array([row]), np.array([row % 2], np.int32), ("owl", "wren"))
        settle(qtbot, bridge)
        assert model.counts[0] == int(np.count_nonzero(pool.label_code < 0))
    assert len(model._memo) <= 4
