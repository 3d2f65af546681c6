"""The automatic budget over whole pools: clusters, near-copies, orders, references, and pools that are hardly pools."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al import select
from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.bandwidth import FIRST_BUDGET, bandwidth
from desktop_al.numerics.budget import Stop
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.engine import Request, rank
from desktop_al.strategies.held_out import HeldOut, folds_of
from scripts.bench_parts.budget import KINDS, beside_copies, unit
from tests.jobs.pools import clusters
from tests.strategies.conformance import make_input


def budget(matrix: NDArray[np.float32], width: float | None = None, least: float = 0.0) -> Stop:
    """The automatic budget of a pool without labels, without ranking and judging the batch."""
    given = make_input(matrix, Coverage())
    pool, none = given.pool, given.references
    width = width or bandwidth(pool, none, FIRST_BUDGET)
    return HeldOut(Coverage(), replace(given, similarity=Similarity(pool, none, width))).stop(256, least)[0]


def decaying(n: int, dim: int = 128, power: float = 1.5, seed: int = 0) -> NDArray[np.float32]:
    """Vectors whose variance falls from axis to axis, as that of embeddings does."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, dim)) * np.arange(1, dim + 1) ** (-power / 2)).astype(np.float32)


def doubled(matrix: NDArray[np.float32], by: float = 0.01) -> NDArray[np.float32]:
    """The pool and near-copies of all of it."""
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    noise = np.random.default_rng(1).normal(size=unit.shape) / np.sqrt(unit.shape[1])
    return np.concatenate([unit, unit + by * noise]).astype(np.float32)


@pytest.mark.parametrize(
    ("groups", "size", "dim"),
    [(5, 5, 8), (5, 40, 512), (20, 5, 8), (20, 8, 1280), (60, 10, 64), (100, 5, 16), (200, 5, 64), (200, 6, 512)],
)
def test_that_tight_equal_clusters_give_their_number(groups: int, size: int, dim: int) -> None:
    found = budget(clusters((size,) * groups, dim=dim))
    assert abs(found.count - groups) <= 0.05 * groups
    assert found.high - found.low <= 0.1 * groups


@pytest.mark.parametrize("spread", [0.02, 0.1, 0.2, 0.3, 0.5])
def test_that_clusters_may_be_wide(spread: float) -> None:
    assert abs(budget(clusters((20,) * 20, dim=64, spread=spread)).count - 20) <= 1


def test_that_clusters_of_unequal_size_give_about_their_number() -> None:
    sizes = tuple(np.maximum(5, np.rint(300 / np.arange(1, 31))).astype(int).tolist())
    assert abs(budget(clusters(sizes, dim=64, spread=0.2)).count - 30) <= 5


def test_that_clusters_in_a_few_groups_are_counted_and_not_the_groups() -> None:
    rng = np.random.default_rng(0)
    centres = np.repeat(clusters((1, 1), dim=64), 50, axis=0) + 0.4 / 8 * rng.normal(size=(100, 64))
    matrix = np.repeat(centres, 8, axis=0) + 0.03 / 8 * rng.normal(size=(800, 64))
    assert abs(budget(matrix.astype(np.float32)).count - 100) <= 10


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param(decaying(400), id="decaying"),
        pytest.param(decaying(456, power=1, seed=2), id="slowly decaying"),
        pytest.param(np.random.default_rng(0).standard_t(2, size=(500, 32)).astype(np.float32), id="heavy tails"),
        pytest.param(np.random.default_rng(0).normal(size=(300, 16)).astype(np.float32), id="no structure"),
        pytest.param(np.random.default_rng(0).random((300, 8)).astype(np.float32), id="uniform"),
        pytest.param(clusters((10,) * 40, dim=48, spread=0.9), id="wide clusters"),
    ],
)
def test_that_doubling_a_pool_by_near_copies_keeps_its_budget(matrix: NDArray[np.float32]) -> None:
    once = budget(matrix).count
    twice = {by: budget(doubled(matrix, by)).count for by in (0.0, 0.01, 0.04)}
    assert {by: count for by, count in twice.items() if abs(count - once) > max(1, 0.15 * once)} == {}


def test_that_a_pool_where_more_labels_are_about_worth_it_for_long_keeps_its_budget_too() -> None:
    # From some 70 labels to 160 ten percent more buy about one percent, whatever hair decides.
    matrix = unit(KINDS["wide clusters"](400, np.random.default_rng([16, 11])))
    once, twice = budget(matrix).count, budget(beside_copies(matrix, 0.01, 16)).count
    assert abs(twice - once) <= 0.1 * once


def test_that_how_a_small_pool_is_divided_moves_its_budget_by_little() -> None:
    for seed in range(5):
        matrix = np.random.default_rng(seed).standard_t(3, size=(200, 24)).astype(np.float32)
        # Copies change the order of the content, and with it every division.
        once, twice = budget(matrix).count, budget(doubled(matrix)).count
        assert abs(twice - once) <= 0.06 * once


def test_that_pools_of_some_hundreds_are_ranked_as_often_as_they_have_samples() -> None:
    counts = {size: len(folds_of(np.arange(size))) for size in (60, 250, 400, 1000, 3000, 30_000)}
    assert counts == {60: 100, 250: 250, 400: 400, 1000: 60, 3000: 10, 30_000: 2}


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param(decaying(240), id="decaying"),
        pytest.param(clusters((8,) * 30, dim=48, spread=0.9), id="wide clusters"),
        pytest.param(doubled(decaying(200)), id="copies"),
        pytest.param(np.repeat(decaying(120), 2, axis=0), id="equal vectors"),
    ],
)
def test_that_shuffling_the_rows_of_a_pool_moves_nothing_at_all(matrix: NDArray[np.float32]) -> None:
    shuffled = matrix[np.random.default_rng(3).permutation(len(matrix))]
    assert budget(shuffled) == budget(matrix)


def test_that_copies_are_found_along_a_graph_too(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = doubled(decaying(200))
    given = make_input(matrix, Coverage())
    exact = HeldOut(Coverage(), given)
    away = np.linalg.norm(given.pool.block()[:, None] - given.pool.block()[None], axis=2)
    np.fill_diagonal(away, np.inf)
    graph = np.argsort(away, axis=1)[:, :64].astype(np.int32)
    monkeypatch.setattr(Similarity, "fits", False)
    along = HeldOut(Coverage(), replace(make_input(matrix, Coverage()), neighbours=graph))
    assert exact.distinct == along.distinct == 200


def test_that_a_small_pool_of_images_that_differ_much_is_not_labelled_whole() -> None:
    told = select(np.random.default_rng(0).normal(size=(300, 16)).astype(np.float32)).budget
    assert told["count"] < 200
    assert told["interval"][1] == 300
    assert "nine tenths" in told["note"]


def test_that_the_bandwidth_moves_the_budget_little() -> None:
    # Coverage by one image grows thirtyfold from the first of these to the last.
    matrix = decaying(600, power=1)
    counts = [budget(matrix, width).count for width in (0.6, 0.8, 1.0, 1.3)]
    assert max(counts) <= 2 * min(counts)


def test_that_the_automatic_budget_is_one_for_all_seeds_and_strategies() -> None:
    matrix = clusters((15,) * 12, dim=32, spread=0.6)
    found = {
        select(matrix, strategy=strategy, seed=seed).budget["elastic"]
        for strategy in ("coverage", "random", "k-center")
        for seed in (0, 7)
    }
    assert len(found) == 1


def test_that_what_is_asked_for_is_set_beside_the_automatic_budget() -> None:
    told = select(clusters((20,) * 15, dim=64), count=60).budget
    assert told["elastic"] == 15
    assert told["interval"] == [15, 15]
    assert "15 would do" in told["note"]
    assert told["next_batch_buys"] < 0.01
    assert "can be the last" in told["stop_advice"]


@pytest.mark.parametrize("count", ["auto", 60, 1000])
def test_that_a_batch_that_limits_end_is_told_as_such_beside_the_automatic_budget(count: str | int) -> None:
    matrix = clusters((20,) * 15, dim=64)
    groups = [row // 20 % 4 for row in range(300)]
    told = select(matrix, count, strategy="k-center", groups=groups).budget
    assert told["count"] == 4
    assert told["elastic"] == 15
    assert told["interval"] == [15, 15]
    assert "the limits leave no more than 4." in told["note"]


def test_that_a_first_part_of_what_a_pool_needs_brings_no_advice_to_stop() -> None:
    told = select(clusters((20,) * 15, dim=64), count=5).budget
    assert told["stop_advice"] is None
    assert told["next_batch_buys"] > 0.1


def test_that_labels_that_suffice_bring_the_advice_to_stop() -> None:
    matrix = clusters((20,) * 15, dim=64)
    told = select(matrix, labelled=list(range(0, 300, 20))).budget
    assert told["count"] == 1
    assert told["stop_advice"]


def test_that_each_label_can_be_asked_to_stand_for_many_images() -> None:
    matrix = clusters((40,) * 5 + (12,) * 10, dim=64)
    assert abs(budget(matrix).count - 15) <= 1
    assert abs(budget(matrix, least=15).count - 5) <= 1


@pytest.mark.parametrize("least", [321, 1e9])
def test_that_a_label_cannot_stand_for_more_images_than_there_are(least: float) -> None:
    matrix = GridVectors(clusters((40,) * 8, dim=64))
    told = rank(Coverage(), matrix, matrix.subset(np.zeros(0, dtype=np.int64)), Request(least_images=least)).verdict
    assert told.budget["rule"] == "least images"
    assert told.budget["count"] == 1
    assert "No label can stand for" in told.budget["note"]


@pytest.mark.parametrize("least", [-1.0, float("nan"), float("inf")])
def test_that_images_that_no_label_can_stand_for_are_refused(least: float) -> None:
    matrix = GridVectors(clusters((4,) * 8))
    with pytest.raises(SelectionError, match="0 or more"):
        rank(Coverage(), matrix, matrix.subset(np.zeros(0, dtype=np.int64)), Request(least_images=least))


def test_that_copies_are_held_out_together_and_every_sample_once_in_a_division() -> None:
    groups = np.concatenate([np.arange(700), np.arange(700)])
    folds = folds_of(groups)
    assert len(folds) % 5 == 0
    for start in range(0, len(folds), 5):
        assert sorted(np.concatenate(folds[start : start + 5]).tolist()) == list(range(1400))
    for fold in folds:
        assert np.array_equal(fold[: len(fold) // 2], fold[len(fold) // 2 :] - 700)


def test_that_a_large_pool_holds_out_copies_together_as_well() -> None:
    (fold,) = folds_of(np.arange(60_000) // 3)
    assert 19_990 <= len(fold) <= 20_000
    assert len(np.unique(fold // 3)) == len(fold) // 3


def test_that_a_large_pool_holds_out_one_reference_set() -> None:
    (fold,) = folds_of(np.arange(50_000))
    assert len(np.unique(fold)) == 20_000


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 11])
@pytest.mark.parametrize("alike", [True, False])
def test_that_the_smallest_pools_have_budgets(n: int, alike: bool) -> None:
    matrix = np.repeat(clusters((1,)), n, axis=0) if alike else clusters((1,) * n)
    told = select(matrix).budget
    assert 1 <= told["interval"][0] <= told["count"] <= told["interval"][1] <= n
    assert told["count"] == 1 or not alike


@pytest.mark.parametrize("count", ["auto", 1, 40, "100%"])
def test_that_a_pool_with_one_image_left_takes_it(count: str | int) -> None:
    matrix = clusters((10,) * 4)
    told = select(matrix, count=count, labelled=list(range(39)), labels=["a"] * 39).budget
    assert told["count"] == 1
    assert told["next_batch_buys"] is None
    assert told["stop_advice"] is None
