"""What `select` makes of bad input: one clear sentence or a sensible batch, never a silent wrong answer."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al import select
from desktop_al.domain.errors import EmbeddingError, SelectionError, WorldError
from desktop_al.strategies.api import Picks
from desktop_al.strategies.registry import strategies
from tests.jobs.pools import clusters

NAMES = [known.name for known in strategies()]
NEEDY = [known.name for known in strategies() if known.needs & {"labels", "probabilities"}]


def ask(matrix: NDArray[Any], count: str | int, name: str, labelled: int = 0, **kwargs: Any) -> Picks:
    """Select with all that the strategy called ``name`` could need; the first rows are labelled, of two classes."""
    known = next(one for one in strategies() if one.name == name)
    if known.needs & {"labels", "probabilities"}:
        labelled = max(labelled, 2)
    labels = [number % 2 for number in range(labelled)]
    like = [0] if "queries" in known.needs else None
    return select(matrix, count, labelled=list(range(labelled)), labels=labels, strategy=name, like=like, **kwargs)


def sentence(error: WorldError) -> str:
    """The message of ``error``, which must be one sentence or a few and fit a line."""
    text = str(error)
    assert "\n" not in text
    assert text[-1] == "."
    return text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_that_rows_that_are_no_direction_are_named(name: str, value: float) -> None:
    matrix = clusters((10, 10))
    matrix[7] = value
    with pytest.raises(EmbeddingError, match="row 7") as caught:
        ask(matrix, 3, name)
    sentence(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_labelled_row_that_is_no_direction_is_named(name: str) -> None:
    matrix = clusters((10, 10))
    matrix[1] = np.nan
    with pytest.raises(EmbeddingError, match="row 1 "):
        ask(matrix, 3, name, labelled=2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("labelled", [0, 3])
def test_that_identical_rows_give_a_batch(name: str, labelled: int) -> None:
    matrix = np.repeat(clusters((1,)), 20, axis=0)
    picks = ask(matrix, 5, name, labelled)
    assert len(set(picks.indices.tolist())) == 5
    assert np.isfinite(picks.gains).all()
    assert picks.coverage["after"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_that_two_images_without_a_label_are_enough(name: str) -> None:
    matrix = clusters((1, 1, 1, 1))
    labelled = 2 if name in NEEDY else 0
    matrix = matrix if labelled else matrix[:2]
    for count, wanted in ((1, 1), (2, 2), (9, 2), ("auto", None)):
        picks = ask(matrix, count, name)
        assert 1 <= len(picks.indices) <= 2
        assert wanted is None or len(picks.indices) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_that_a_budget_of_zero_is_refused(name: str) -> None:
    for count in (0, "0", "0%"):
        with pytest.raises(SelectionError, match="zero"):
            ask(clusters((10, 10)), count, name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("more", [0, 1, 1000])
def test_that_a_budget_of_all_or_more_takes_all(name: str, more: int) -> None:
    matrix = clusters((10, 8))
    labelled = 2 if name in NEEDY else 0
    picks = ask(matrix, 18 - labelled + more, name)
    assert sorted(picks.indices.tolist()) == list(range(labelled, 18))
    assert picks.coverage["after"] == 1


@pytest.mark.parametrize("name", NAMES)
def test_that_labels_of_one_class_are_no_model(name: str) -> None:
    matrix = clusters((10, 10))
    kwargs: dict[str, Any] = {"labelled": [0, 1], "labels": ["cat", "cat"], "strategy": name}
    if name == "similar":
        kwargs["like"] = [0]
    if name in NEEDY:
        with pytest.raises(SelectionError, match="all labels so far are of one class"):
            select(matrix, 3, **kwargs)
        return
    assert len(select(matrix, 3, **kwargs).indices) == 3


def test_that_uncertainty_without_a_model_is_coverage() -> None:
    matrix = clusters((10, 10), spread=0.8)
    plain = select(matrix, 5, [0, 1], strategy="coverage")
    doubted = select(matrix, 5, [0, 1], ["cat", "cat"], strategy="uncertainty-herding")
    assert np.array_equal(plain.indices, doubted.indices)


@pytest.mark.parametrize("name", NEEDY)
def test_that_a_strategy_without_labels_says_what_it_lacks(name: str) -> None:
    with pytest.raises(SelectionError, match=f"{name} needs .* no labels yet") as caught:
        select(clusters((10, 10)), 3, strategy=name)
    sentence(caught.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (np.full((20, 2), 0.4), "sum to 1"),
        (np.tile([1.5, -0.5], (20, 1)), "at least 0"),
        (np.full((20, 2), np.nan), "row 0"),
        (np.where(np.arange(20)[:, None] == 6, np.inf, 0.5) * np.ones((20, 2)), "row 6"),
        (np.full((19, 2), 0.5), "one row for each"),
        (np.full(20, 1.0), "one row for each"),
        (np.full((20, 1), 1.0), "at least two classes"),
        (np.full((20, 2), "a"), "must be numbers"),
        (np.full((20, 3), 1 / 3), "3 columns and there are 2 classes"),
    ],
)
def test_that_probabilities_that_are_none_are_refused(table: NDArray[Any], words: str) -> None:
    with pytest.raises(SelectionError, match=words) as caught:
        select(clusters((10, 10)), 3, [0, 10], ["cat", "dog"], table, "margin")
    sentence(caught.value)


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"pins": [3], "vetoes": [3]}, "pinned must not be vetoed"),
        ({"pins": [3], "protected": [3]}, "pinned must not be vetoed or protected"),
        ({"pins": [1, 2, 3, 4]}, "4 images are pinned and the batch is to have 3:"),
        ({"pins": [0], "labelled": [0]}, "row 0 is labelled"),
        ({"pins": [20]}, "between 0 and 19"),
        ({"vetoes": [-1]}, "between 0 and 19"),
        ({"vetoes": [0.5]}, "row numbers"),
        ({"vetoes": range(20)}, "No image may be picked"),
        ({"protected": range(20)}, "No image may be picked"),
        ({"protected": np.ones((5, 3))}, "embeddings of 32 dimensions"),
        ({"like": [3]}, None),
        ({"like": [30], "strategy": "similar"}, "between 0 and 19"),
        ({"strategy": "similar"}, "similar"),
        ({"groups": ["a"] * 19}, "each of the 20 embeddings"),
        ({"groups": ["a"] * 20, "group_cap": 0}, "from 1 on, and it is 0"),
        ({"groups": ["a"] * 20, "group_cap": 1.5}, "from 1 on, and it is 1.5"),
        ({"groups": ["a"] * 20, "group_cap": np.nan}, "from 1 on, and it is nan"),
        ({"groups": ["a"] * 20, "group_cap": "2"}, "from 1 on, and it is 2"),
        ({"groups": [np.nan] * 20}, "give None for a row of no group"),
        ({"groups": np.full(20, np.nan)}, "give None for a row of no group"),
        ({"groups": ["a"] * 20, "group_cap": 1, "labelled": [3]}, "No image may be picked"),
        ({"minimum_distance": -1}, "between 0 and 2"),
        ({"minimum_distance": np.nan}, "between 0 and 2"),
        ({"random_share": 1.5}, "between 0 and 1"),
        ({"weights": [1.0] * 19}, "one for each of the embeddings"),
        ({"weights": [0.0] * 20}, "above 0"),
        ({"weights": [np.nan] * 20}, "above 0"),
        ({"labelled": [1, 1], "labels": ["cat", "dog"]}, "Row 1 has two labels"),
        ({"labelled": [1, 2], "labels": ["cat", float("nan")]}, "NaN"),
        ({"labelled": [1], "labels": ["cat"], "classes": ["dog"]}, "“cat” is not among the classes"),
        ({"labelled": [1], "labels": ["cat"], "classes": ["cat", "cat"]}, "named once"),
    ],
)
def test_that_what_does_not_fit_gets_one_sentence(kwargs: dict[str, Any], words: str | None) -> None:
    if words is None:
        assert len(select(clusters((10, 10)), 3, **kwargs).indices) == 3
        return
    with pytest.raises(WorldError, match=words) as caught:
        select(clusters((10, 10)), 3, **kwargs)
    sentence(caught.value)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.full((20, 4), 1 + 2j), "real numbers, and these are of the kind complex128"),
        (np.full((20, 4), "1"), "real numbers"),
        (np.full((20, 4), None), "real numbers, and these are of the kind object"),
        (np.ma.masked_less(clusters((20,)), 0), "must not be masked"),
        ([[1.0, 2.0]] * 19 + [[1.0]], "as many in each row"),
    ],
)
def test_that_embeddings_that_are_not_all_real_numbers_are_refused(matrix: Any, words: str) -> None:
    with pytest.raises(EmbeddingError, match=words) as caught:
        select(matrix, 3)
    sentence(caught.value)


@pytest.mark.parametrize("judged", [True, False])
def test_that_a_pool_of_barred_images_is_refused_judged_or_not(judged: bool) -> None:
    with pytest.raises(SelectionError, match="No image may be picked"):
        select(clusters((10, 10)), 3, vetoes=range(20), judged=judged)


def test_that_a_protected_set_may_be_larger_than_the_pool() -> None:
    matrix = clusters((10, 10, 10))
    # A test set of copies of the first cluster, and of images from elsewhere.
    rng = np.random.default_rng(5)
    protected = np.concatenate([np.repeat(matrix[:10], 9, axis=0), rng.normal(size=(60, 32))])
    picks = select(matrix, 20, protected=protected)
    assert sorted(picks.indices.tolist()) == list(range(10, 30))


def test_that_near_duplicates_of_protected_rows_stay_out() -> None:
    matrix = clusters((1,) * 12, dim=16)
    twin = matrix[3:4] + 1e-3
    picks = select(np.concatenate([matrix, twin]), "100%", protected=[12])
    assert sorted(picks.indices.tolist()) == [*range(3), *range(4, 12)]


def test_that_pins_come_first_and_vetoes_never() -> None:
    matrix = clusters((10, 10), spread=0.5)
    free = select(matrix, 6)
    picks = select(matrix, 6, pins=[7, 3], vetoes=[int(free.indices[0])])
    assert picks.indices[:2].tolist() == [7, 3]
    assert picks.origins == ("pin", "pin", *["strategy"] * 4)
    assert free.indices[0] not in picks.indices


def test_that_groups_are_capped_with_what_is_labelled() -> None:
    matrix = clusters((10, 10), spread=0.5)
    groups = [None if row % 5 == 4 else row % 5 for row in range(20)]
    picks = select(matrix, 20, labelled=[0, 1], groups=groups, group_cap=2)
    taken = [groups[row] for row in (0, 1, *picks.indices.tolist())]
    assert [taken.count(group) for group in (0, 1, 2, 3, None)] == [2, 2, 2, 2, 4]


def test_that_labels_may_be_of_any_kind() -> None:
    matrix = clusters((10, 10), spread=0.8)
    rows = [0, 1, 10, 11]
    plain = select(matrix, 5, rows, ["a", "a", "b", "b"], strategy="margin")
    for labels in (
        [1, 1, 2, 2],
        np.array([1, 1, 2, 2]),
        [("x", 1), ("x", 1), ("x", 2), ("x", 2)],
        [1, 1, "one", "one"],
        [True, True, False, False],
    ):
        assert np.array_equal(select(matrix, 5, rows, labels, strategy="margin").indices, plain.indices)


def test_that_a_row_that_was_picked_and_has_no_label_yet_teaches_nothing() -> None:
    matrix = clusters((10, 10), spread=0.8)
    picks = select(matrix, 5, [0, 10, 15], ["a", "b", None], strategy="margin")
    plain = select(np.delete(matrix, 15, axis=0), 5, [0, 10], ["a", "b"], strategy="margin")
    assert np.array_equal(np.delete(np.arange(20), 15)[plain.indices], picks.indices)


def test_that_the_order_of_labelled_rows_changes_nothing() -> None:
    matrix = clusters((10, 10), spread=0.8)
    first = select(matrix, 5, [0, 10, 1], ["a", "b", "b"], strategy="margin")
    second = select(matrix, 5, [1, 0, 10, 10], ["b", "a", "b", "b"], strategy="margin")
    assert np.array_equal(first.indices, second.indices)
    assert np.array_equal(first.gains, second.gains)


def test_that_classes_without_labels_make_all_less_certain() -> None:
    matrix = clusters((10, 10, 10), spread=0.8)
    rows, labels = [0, 1, 10, 11], ["a", "a", "b", "b"]
    few = select(matrix, 3, rows, labels, strategy="least-confidence")
    many = select(matrix, 3, rows, labels, strategy="least-confidence", classes=["c", "a", "d", "b"])
    assert many.gains[0] > few.gains[0]


def test_that_columns_go_by_the_classes() -> None:
    matrix = clusters((10, 10), spread=0.8)
    table = np.random.default_rng(0).dirichlet([1, 1, 1], 20)
    rows, labels = [0, 10], ["a", "b"]
    first = select(matrix, 5, rows, labels, table, "margin", classes=["a", "b", "c"])
    turned = select(matrix, 5, rows, labels, table[:, [2, 0, 1]], "margin", classes=["c", "a", "b"])
    assert np.array_equal(first.indices, turned.indices)


def test_that_own_probabilities_are_flattened_by_what_labels_say() -> None:
    matrix = clusters((100, 100), spread=0.8)
    rng = np.random.default_rng(0)
    guess = rng.random(200) < 0.6
    table = np.where(guess[:, None], [0.999, 0.001], [0.001, 0.999])
    rows = list(range(0, 200, 4))
    # Right in six of ten, and certain of it.
    truth = [int(not guess[row]) if rng.random() < 0.6 else int(guess[row]) for row in rows]
    plain = select(matrix, 5, rows, probabilities=table, strategy="least-confidence")
    told = select(matrix, 5, rows, truth, table, "least-confidence")
    assert plain.gains.max() < 0.01
    assert 0.2 < told.gains.max() <= 0.5


def test_that_a_seed_below_zero_is_refused() -> None:
    with pytest.raises(SelectionError, match="seed must be"):
        select(np.eye(4, dtype=np.float32), 2, seed=-1)
