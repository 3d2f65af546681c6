"""`desktop_al.select`: the selection as a function of arrays."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import desktop_al
from desktop_al import select
from desktop_al.domain.errors import EmbeddingError, SelectionError
from desktop_al.numerics import similarity
from desktop_al.strategies import api
from tests.jobs.pools import clusters


def coverage_of(matrix: NDArray[Any], chosen: NDArray[np.int64], pool: NDArray[np.int64], width: float) -> float:
    """Mean over ``pool`` of the similarity to the nearest of ``chosen``, from float64 distances."""
    unit = matrix.astype(np.float64) / np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    squared = np.maximum(2 - 2 * unit[pool] @ unit[chosen].T, 0)
    return float(np.exp(-squared / width**2).max(axis=1).mean())


@pytest.mark.parametrize("name", ["auto", "coverage"])
def test_that_picks_are_rows_with_falling_gains(name: str) -> None:
    picks = select(clusters((20,) * 6), count=6, strategy=name)
    assert picks.indices.dtype == np.int64
    assert len({int(row) // 20 for row in picks.indices}) == 6
    assert np.all(np.diff(picks.gains) <= 0)
    if name == "coverage":
        assert picks.coverage["after"] - picks.coverage["before"] == pytest.approx(picks.gains.sum())


def test_that_reported_coverage_is_that_of_the_whole_pool() -> None:
    matrix = clusters((50,) * 6, spread=1.0)
    labelled = np.array([0, 60])
    picks = select(matrix, count=10, labelled=labelled)
    pool = np.setdiff1d(np.arange(300), labelled)
    width = picks.budget["bandwidth"]
    assert picks.coverage["before"] == pytest.approx(coverage_of(matrix, labelled, pool, width), abs=1e-4)
    everything = np.concatenate([labelled, picks.indices])
    assert picks.coverage["after"] == pytest.approx(coverage_of(matrix, everything, pool, width), abs=1e-4)
    assert picks.coverage["after"] <= picks.certificate <= 1
    assert picks.coverage["random_mean"] + 3 * picks.coverage["random_sd"] < picks.coverage["after"]


@pytest.mark.parametrize(
    "request_", [{"strategy": "k-center"}, {"strategy": "random"}, {"strategy": "coverage", "options": {"density": 4}}]
)
def test_that_the_certificate_is_the_same_for_each_strategy(request_: dict[str, Any]) -> None:
    matrix = clusters((50,) * 6, spread=1.0)
    best, other = select(matrix, count=20), select(matrix, count=20, **request_)
    assert other.certificate == best.certificate
    assert other.coverage["after"] < best.coverage["after"] <= best.certificate


def test_that_the_curve_is_nested_and_within_its_band_and_certificate() -> None:
    curve = select(clusters((50,) * 6, spread=1.0), count=20).budget["curve"]
    columns = {name: np.array(values, dtype=float) for name, values in curve.items()}
    assert len({len(values) for values in columns.values()}) == 1
    assert np.all(np.diff(columns["coverage"]) >= 0)
    assert np.all(columns["coverage"] <= columns["certificate"] + 1e-12)
    assert np.all(np.diff(columns["certificate"]) >= 0)
    held = np.isfinite(columns["heldout"])
    assert np.all(columns["low"][held] <= columns["heldout"][held])
    assert np.all(columns["heldout"][held] <= columns["high"][held])
    assert 20 in curve["k"]


@pytest.mark.parametrize("strategy", ["coverage", "k-center", "random"])
def test_that_labelled_rows_are_never_picked_even_when_all_is_covered(strategy: str) -> None:
    matrix = np.repeat(clusters((1, 1)), 10, axis=0)
    picks = select(matrix, count=18, labelled=[0, 10], strategy=strategy)
    assert sorted(picks.indices.tolist()) == [*range(1, 10), *range(11, 20)]


@pytest.mark.parametrize(("groups", "size"), [(3, 60), (8, 40), (20, 30), (60, 20), (200, 8)])
def test_that_tight_equal_clusters_give_their_number(groups: int, size: int) -> None:
    picks = select(clusters((size,) * groups, dim=64))
    assert abs(len(picks.indices) - groups) <= 0.2 * groups
    assert len({int(row) // size for row in picks.indices}) == len(picks.indices)


def uneven(seed: int = 0) -> NDArray[np.float32]:
    """Thirty wide clusters of uneven size."""
    sizes = tuple(int(size) for size in np.random.default_rng(seed).geometric(1 / 40, 30))
    return clusters(sizes, dim=48, spread=0.9, seed=seed)


def test_that_ten_seeds_give_budgets_within_15_percent() -> None:
    matrix = uneven()
    budgets = [len(select(matrix, seed=seed).indices) for seed in range(10)]
    assert max(budgets) <= 1.15 * min(budgets)


def test_that_the_order_of_the_rows_moves_the_budget_little() -> None:
    matrix = uneven()
    orders = [np.random.default_rng(seed).permutation(len(matrix)) for seed in range(6)]
    budgets = [len(select(matrix[order]).indices) for order in orders]
    assert max(budgets) - min(budgets) <= 0.3 * np.mean(budgets)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_doubling_a_pool_by_near_copies_keeps_its_budget(seed: int) -> None:
    matrix = uneven(seed)
    noise = np.random.default_rng(1).normal(size=matrix.shape).astype(np.float32)
    doubled = np.concatenate([matrix, matrix + 0.01 / np.sqrt(48) * noise])
    once, twice = len(select(matrix).indices), len(select(doubled).indices)
    assert abs(twice - once) <= 0.15 * once


def test_that_an_automatic_budget_is_at_least_the_number_of_classes() -> None:
    picks = select(clusters((30, 30)), labelled=list(range(9)), labels=list("abcdefghi"))
    assert len(picks.indices) >= 9


def test_that_the_same_seed_gives_the_same_picks() -> None:
    matrix = uneven()
    first, second = (select(matrix, count=20, strategy="random", seed=3) for _ in range(2))
    assert np.array_equal(first.indices, second.indices)
    assert first.budget == second.budget


@pytest.mark.parametrize("strategy", ["coverage", "k-center", "random"])
def test_that_picks_are_the_same_where_they_are_not_judged(strategy: str) -> None:
    matrix = uneven()
    judged = select(matrix, count=12, strategy=strategy, labelled=[3, 4])
    bare = select(matrix, count=12, strategy=strategy, labelled=[3, 4], judged=False)
    assert np.array_equal(bare.indices, judged.indices)
    assert bare.coverage == bare.budget == {}


def test_that_a_memory_mapped_file_gives_the_same(tmp_path: Path) -> None:
    matrix = clusters((30,) * 5)
    np.save(tmp_path / "e.npy", matrix)
    mapped = np.load(tmp_path / "e.npy", mmap_mode="r")
    assert np.array_equal(select(mapped, count=9).indices, select(matrix, count=9).indices)


def test_that_a_large_pool_goes_through_the_graph_and_loses_little(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = uneven()
    exact = select(matrix, count=30)
    monkeypatch.setattr(similarity, "DENSE_LIMIT", 200)
    monkeypatch.setattr(api, "DENSE_LIMIT", 200)
    monkeypatch.setattr("desktop_al.strategies.held_out._LARGE_REFERENCE", 300)
    thin = select(matrix, count=30)
    assert thin.coverage["after"] >= 0.98 * exact.coverage["after"]
    assert thin.certificate >= exact.coverage["after"]
    assert thin.coverage["after"] > thin.coverage["random_mean"]


def test_that_the_lengths_of_vectors_do_not_matter_in_a_large_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "DENSE_LIMIT", 200)
    monkeypatch.setattr(api, "DENSE_LIMIT", 200)
    matrix = uneven()
    lengths = np.random.default_rng(0).uniform(0.5, 8, size=(len(matrix), 1)).astype(np.float32)
    assert np.array_equal(select(matrix * lengths, 30).indices, select(matrix * np.float32(4), 30).indices)


def test_that_uncertain_rows_weigh_more_once_there_are_labels() -> None:
    matrix = clusters((40, 40), spread=0.3)
    sure = np.tile([0.99, 0.01], (80, 1))
    sure[40:] = [0.5, 0.5]
    with_labels = select(matrix, 5, [0, 40], probabilities=sure, strategy="uncertainty-herding")
    assert (with_labels.indices >= 40).sum() >= 4
    without = select(matrix, 2, probabilities=sure, strategy="coverage")
    assert np.array_equal(without.indices, select(matrix, count=2).indices)


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"count": 0}, "zero"),
        ({"count": "lots"}, "count must be"),
        ({"strategy": "guess"}, "no strategy"),
        ({"labelled": [20]}, "between 0 and 19"),
        ({"labelled": [-1]}, "between 0 and 19"),
        ({"labelled": [0.5]}, "row numbers"),
        ({"labelled": [1, 2], "labels": ["a"]}, "as many"),
        ({"labelled": list(range(20))}, "nothing to select"),
        ({"options": {"density": -1}}, "density"),
        ({"probabilities": np.ones((19, 2)) / 2}, "one row for each"),
        ({"probabilities": np.ones((20, 2))}, "sum to 1"),
        ({"probabilities": np.full((20, 2), np.nan)}, "sum to 1"),
    ],
)
def test_that_a_request_that_does_not_fit_gets_one_sentence(kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(SelectionError, match=words) as caught:
        select(clusters((10, 10)), **kwargs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_that_embeddings_that_are_not_finite_or_zero_are_refused(value: float) -> None:
    matrix = clusters((10, 10))
    matrix[7] = value
    with pytest.raises(EmbeddingError, match="row 7"):
        select(matrix, count=3)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("count", ["auto", 1, 9, "50%"])
@pytest.mark.parametrize("strategy", ["coverage", "k-center", "random"])
def test_that_the_smallest_pools_have_batches(n: int, count: str | int, strategy: str) -> None:
    picks = select(clusters((1,) * n), count=count, strategy=strategy)
    assert 1 <= len(picks.indices) <= n
    assert len(set(picks.indices.tolist())) == len(picks.indices)
    assert np.isfinite(picks.coverage["after"])


def test_that_an_empty_pool_says_so() -> None:
    with pytest.raises(SelectionError, match="nothing to select"):
        select(np.zeros((0, 4), dtype=np.float32))


def test_that_identical_rows_need_one_label() -> None:
    picks = select(np.repeat(clusters((1,)), 30, axis=0))
    assert len(picks.indices) == 1
    assert picks.coverage["after"] == 1


def test_that_selecting_loads_neither_qt_nor_torch() -> None:
    code = (
        "import sys, numpy as np\nfrom desktop_al import select\n"
        "select(np.random.default_rng(0).normal(size=(30, 4)), count=3)\n"
        "print(sorted({'torch', 'PySide6', 'openvino', 'sqlite_utils'} & set(sys.modules)))"
    )
    root = Path(desktop_al.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root, timeout=200
    )
    assert done.stdout.strip() == "[]"


def test_that_the_number_of_threads_changes_no_bit() -> None:
    code = (
        "import hashlib, numpy as np\nfrom desktop_al import select\n"
        "x = np.random.default_rng(0).normal(size=(1500, 300)).astype(np.float32)\n"
        "p = select(x, count=60, strategy='coverage', options={'density': 2}, labelled=[4, 5])\n"
        "print(hashlib.sha256(p.indices.tobytes() + p.gains.tobytes() + repr(p.budget).encode()).hexdigest())"
    )
    root = Path(desktop_al.__file__).parents[1]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            timeout=200,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OPENBLAS_CORETYPE": core},
        ).stdout
        for threads, core in (("1", "Haswell"), ("2", "Haswell"), ("2", "Prescott"))
    }
    assert len(printed) == 1
