"""The automatic strategy: what it weighs, how wide its kernel is, and what it says."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.bandwidth import middle_distance
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.density import spacing
from desktop_al.numerics.greedy_dense import naive_greedy
from desktop_al.numerics.outskirts import tail
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.terms import fixed_weights
from desktop_al.strategies import auto
from desktop_al.strategies.api import select
from desktop_al.strategies.auto import class_weights, objective_weights, place_weights, places_of, widening
from desktop_al.strategies.base import Known, StrategyInput
from desktop_al.strategies.coverage import greedy, integer_weights
from desktop_al.strategies.registry import strategy
from tests.strategies.conformance import Conformance, make_input, pool_of


def dense_with_outskirts(rare: int = 40) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """A tight mass of class 0, and ``rare`` samples of the classes 1 to 4, far from it and from each other."""
    rng = np.random.default_rng(5)
    mass = np.ones(16) + 0.05 * rng.normal(size=(600, 16))
    far = np.ones(16) + 0.8 * rng.normal(size=(rare, 16))
    codes = np.concatenate([np.zeros(600, dtype=np.int64), 1 + np.arange(rare) % 4])
    return np.concatenate([mass, far]).astype(np.float32), codes


def given_with(matrix: NDArray[np.float32], labelled: tuple[int, ...], codes: NDArray[np.int64]) -> StrategyInput:
    known = Known(np.arange(len(labelled)), codes[list(labelled)].astype(np.int32))
    return replace(make_input(matrix, strategy("auto"), labelled), known=known)


def heavy_of(given: StrategyInput) -> float:
    return tail(spacing(given.pool), given.similarity.copies())


class TestAuto(Conformance):
    name = "auto"


def test_that_a_rare_class_weighs_by_the_root_of_its_rarity() -> None:
    certain = np.repeat(np.eye(3), (100, 25, 4), axis=0)
    weights = class_weights(certain)
    totals = np.array([weights[certain[:, c] == 1].sum() for c in range(3)])
    assert totals / totals[0] == pytest.approx([1, 0.5, 0.2])
    # A class that is expected nowhere changes nothing.
    unseen = np.concatenate([certain, np.zeros((129, 1))], axis=1)
    assert class_weights(unseen) == pytest.approx(weights)


@pytest.mark.parametrize("heavy", [0.0, 0.3])
def test_that_doubt_place_and_the_users_weights_multiply(heavy: float) -> None:
    given = make_input(pool_of(5), strategy("auto"), (0,))
    apart = np.array([1.0, 2.0, 3.0, 4.0])
    beliefs = Beliefs(np.array([[0.9, 0.1], [0.5, 0.5], [0.9, 0.1], [0.5, 0.5]], dtype=np.float32))
    places = place_weights(apart, 2.0, heavy)
    both = objective_weights(replace(given, beliefs=beliefs, weights=np.array([1.0, 1.0, 2.0, 2.0])), places)
    alone = objective_weights(replace(given, beliefs=beliefs), places)
    nowhere = objective_weights(replace(given, beliefs=beliefs), None)
    assert both is not None
    assert alone is not None
    assert nowhere is not None
    assert both == pytest.approx(alone * [1, 1, 2, 2])
    assert nowhere[1] > nowhere[0]
    assert alone == pytest.approx(nowhere * places)


def test_that_places_weigh_by_a_power_of_their_spacing_as_far_as_the_pool_has_a_tail() -> None:
    apart = np.array([0.0, 0.5, 1.0, 2.0, 2.0, 2.0, 8.0, 80.0])
    assert place_weights(apart, 2.0, 0) == pytest.approx(np.ones(8))
    assert place_weights(apart, 2.0, 1) == pytest.approx([1 / 32, 1 / 32, 2**-2.5, 1, 1, 1, 32, 32])
    assert place_weights(apart, 2.0, 0.5) == pytest.approx([33 / 64, 33 / 64, 0.5 + 2**-3.5, 1, 1, 1, 16.5, 16.5])


def test_that_nothing_weighs_more_in_an_even_pool_until_labels_of_two_classes_say_what_is_in_doubt() -> None:
    given = make_input(pool_of(400), strategy("auto"))
    assert heavy_of(given) == 0
    assert objective_weights(given, places_of(given)[0]) is None
    alike = given_with(pool_of(400), (1, 2, 3), np.zeros(400, dtype=np.int64))
    assert objective_weights(alike, places_of(alike)[0]) is None


@pytest.mark.parametrize("labelled", [(), (3, 60), tuple(range(30))])
@pytest.mark.parametrize("asked", [2, 20, 300, None])
def test_that_the_kernel_narrows_with_the_fourth_root_of_the_labels_to_the_bandwidth(
    labelled: tuple[int, ...], asked: int | None
) -> None:
    given = replace(make_input(pool_of(400), strategy("auto"), labelled), asked=asked)
    labels = len(labelled) + (asked or 1000)
    wide = 3 * middle_distance(given.pool) / labels**0.25
    ratio = widening(given)
    assert ratio * given.similarity.bandwidth == pytest.approx(
        max(wide, given.similarity.bandwidth), abs=given.similarity.bandwidth / 128 + 1e-9
    )
    assert (64 * ratio).is_integer()


@pytest.mark.parametrize("asked", [10, 5000])
def test_that_picks_are_the_greedy_ones_under_the_wide_kernel_by_brute_force(asked: int) -> None:
    matrix, codes = dense_with_outskirts()
    given = replace(given_with(matrix, (*range(12), *range(600, 608)), np.zeros_like(codes)), asked=asked)
    found = strategy("auto").start(given)
    found.extend(20)
    wide = Similarity(given.pool, given.references, widening(given) * given.similarity.bandwidth)
    weights = objective_weights(given, places_of(given)[0])
    assert weights is not None
    slow = naive_greedy(wide.dense(), fixed_weights(weights), wide.before().similarity, 20)
    assert np.array_equal(found.indices, slow)
    narrow = greedy(given, integer_weights(replace(given, weights=weights)))
    narrow.extend(20)
    assert np.array_equal(found.gains, narrow.gains) == (widening(given) == 1)


def test_that_far_samples_count_for_more_in_a_dense_pool_with_outskirts() -> None:
    matrix, _ = dense_with_outskirts()
    given = make_input(matrix, strategy("auto"))
    assert heavy_of(given) > 0
    ranker = strategy("auto").start(given)
    ranker.extend(6)
    assert (ranker.indices >= 600).sum() >= 4
    assert "rare outskirts" in ranker.account


def test_that_a_crowd_on_the_outskirts_counts_for_more_than_a_stray() -> None:
    rng = np.random.default_rng(6)
    mass = np.ones(16) + 0.05 * rng.normal(size=(600, 16))
    axes = np.eye(16)
    crowd = np.ones(16) + 1.5 * axes[0] + 0.15 * rng.normal(size=(30, 16))
    stray = np.ones(16) + 2.5 * axes[1:2]
    given = make_input(np.concatenate([mass, crowd, stray]).astype(np.float32), strategy("auto"))
    ranker = strategy("auto").start(given)
    ranker.extend(2)
    assert any(600 <= pick < 630 for pick in ranker.indices)
    assert 630 not in ranker.indices


@pytest.mark.parametrize(
    ("pool", "doubts", "said"),
    [
        ("even", False, "Covered the pool; no images lie far from the rest."),
        ("even", True, "Covered what the model doubts, rare classes counting more; no images lie far from the rest."),
        ("dense", False, "covered the pool, the farthest hundredth of the images counting"),
        ("dense", True, "covered what the model doubts, rare classes counting more, and the farthest hundredth"),
    ],
)
def test_that_it_says_what_it_did_and_why(pool: str, doubts: bool, said: str) -> None:
    matrix = dense_with_outskirts()[0] if pool == "dense" else pool_of(400)
    given = make_input(matrix, strategy("auto"), (0, 1))
    if doubts:
        given = replace(given, beliefs=Beliefs(np.full((len(given.pool), 2), 0.5, dtype=np.float32)))
    account = str(strategy("auto").start(given).account)
    assert said in account
    if pool == "dense":
        places, times = places_of(given)
        assert places is not None
        assert times == pytest.approx(np.quantile(places, 0.99), rel=0.05)
        assert times > 2
        assert f"{times:.1f} times as much" in account


def test_that_a_hardly_heavy_tail_is_not_worth_a_word() -> None:
    matrix = pool_of(400)
    given = make_input(matrix, strategy("auto"))
    said = []
    for heavy in (0.001, 1.0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(auto, "tail", lambda *_, heavy=heavy: heavy)
            said.append(str(strategy("auto").start(given).account))
    assert "no images lie far" in said[0]
    assert "Reached out" in said[1]


def test_that_outskirts_count_for_more_than_the_mass_where_most_of_the_pool_are_bursts_of_copies() -> None:
    rng = np.random.default_rng(8)
    matrix, _ = dense_with_outskirts()
    bursts = np.repeat(np.ones((20, 16)) + 0.05 * rng.normal(size=(20, 16)), 80, axis=0)
    copies = bursts + 1e-4 * rng.normal(size=bursts.shape)
    given = make_input(np.concatenate([matrix, copies]).astype(np.float32), strategy("auto"))
    places, _ = places_of(given)
    assert places is not None
    # The median sample is a copy of others; what is usual is the mass that stands alone.
    assert np.median(places[600:640]) > 8 * np.median(places[:600])


def test_that_bursts_of_near_copies_are_no_dense_mass_to_reach_out_from() -> None:
    rng = np.random.default_rng(5)
    pool = pool_of(300)
    bursts = np.repeat(pool[:20], 15, axis=0)
    copied = np.concatenate([pool, bursts + 0.01 * rng.normal(size=bursts.shape)]).astype(np.float32)
    given = make_input(copied, strategy("auto"))
    assert tail(spacing(given.pool)) > 0
    assert "no images lie far" in str(strategy("auto").start(given).account)


def test_that_it_finds_rare_classes_that_coverage_misses() -> None:
    matrix, codes = dense_with_outskirts()
    seen = {}
    for name in ("auto", "coverage"):
        labelled: list[int] = []
        for seed in range(4):
            labels = codes[labelled].tolist() if labelled else None
            labelled += select(matrix, 6, labelled, labels, strategy=name, seed=seed).indices.tolist()
        seen[name] = len(set(codes[labelled].tolist()))
    assert seen["auto"] == 5
    assert seen["auto"] > seen["coverage"]
