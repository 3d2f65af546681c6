"""The automatic strategy: what it weighs, and when it reaches out."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics import similarity as similarities
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.density import spacing
from desktop_al.numerics.outskirts import tail
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.api import select
from desktop_al.strategies.auto import Reach, class_weights, objective_weights, reach, tempered, widening
from desktop_al.strategies.base import Known, StrategyInput
from desktop_al.strategies.coverage import greedy, integer_weights
from desktop_al.strategies.reaching import Reaching
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


def reached(given: StrategyInput) -> Reach:
    apart = spacing(given.pool)
    return reach(given, apart, tail(apart, given.similarity.copies()))


class TestAuto(Conformance):
    name = "auto"


def test_that_each_class_weighs_the_same_where_the_pool_has_a_tail() -> None:
    certain = np.repeat(np.eye(3), (90, 9, 1), axis=0)
    weights = class_weights(certain)
    assert [weights[certain[:, c] == 1].sum() for c in range(3)] == pytest.approx([100 / 3] * 3)
    unseen = np.concatenate([certain, np.zeros((100, 1))], axis=1)
    assert class_weights(unseen) == pytest.approx(weights)


def test_that_a_rare_class_weighs_by_the_root_of_its_rarity_in_an_even_pool() -> None:
    certain = np.repeat(np.eye(3), (100, 25, 4), axis=0)
    totals = np.array([class_weights(certain, 0)[certain[:, c] == 1].sum() for c in range(3)])
    assert totals / totals[0] == pytest.approx([1, 0.5, 0.2])


def test_that_tempering_lies_between_the_root_and_the_whole() -> None:
    rarity = np.array([0.25, 1.0, 4.0])
    assert tempered(rarity, 0) == pytest.approx([0.5, 1, 2])
    assert tempered(rarity, 1) == pytest.approx(rarity)
    assert tempered(rarity, 0.5) == pytest.approx([0.375, 1, 3])


def test_that_doubt_and_the_users_weights_multiply() -> None:
    given = make_input(pool_of(5), strategy("auto"), (0,))
    beliefs = Beliefs(np.array([[0.9, 0.1], [0.5, 0.5], [0.9, 0.1], [0.5, 0.5]], dtype=np.float32))
    both = objective_weights(replace(given, beliefs=beliefs, weights=np.array([1.0, 1.0, 2.0, 2.0])), 0.3)
    alone = objective_weights(replace(given, beliefs=beliefs), 0.3)
    assert both is not None
    assert alone is not None
    assert both == pytest.approx(alone * [1, 1, 2, 2])
    assert alone[1] > alone[0]


def test_that_crowds_count_no_more_than_a_few_while_nothing_is_labelled() -> None:
    matrix = np.concatenate(
        [np.repeat(np.eye(8)[:1], 90, axis=0), np.repeat(np.eye(8)[1:2], 9, axis=0), np.eye(8)[2:3]]
    )
    given = make_input(matrix.astype(np.float32), strategy("auto"))
    weights = objective_weights(given, 1.0)
    assert weights is not None
    slow = np.exp(-(np.linalg.norm(matrix[:, None] - matrix[None], axis=2) ** 2) / given.similarity.bandwidth**2)
    assert weights == pytest.approx(slow.sum(axis=1).mean() / slow.sum(axis=1), rel=1e-3)
    even = objective_weights(given, 0.0)
    assert even == pytest.approx(np.sqrt(weights), rel=1e-3)
    known = Known(np.array([0]), np.array([0], dtype=np.int32))
    alike = replace(make_input(matrix.astype(np.float32), strategy("auto"), (0,)), known=known)
    assert objective_weights(alike, 0.0) is None


def test_that_a_pool_of_even_density_is_covered_without_reaching_out() -> None:
    matrix = pool_of(400)
    given = make_input(matrix, strategy("auto"))
    ranker = strategy("auto").start(given)
    ranker.extend(30)
    plain = greedy(given, integer_weights(replace(given, weights=objective_weights(given, 0.0))))
    plain.extend(30)
    assert np.array_equal(ranker.indices, plain.indices)
    assert "no images lie far from the rest" in ranker.account


def test_that_it_reaches_out_on_a_dense_pool_with_outskirts_before_any_label() -> None:
    matrix, _ = dense_with_outskirts()
    found = reached(make_input(matrix, strategy("auto")))
    assert 0 < found.share <= 0.7
    assert "rare outskirts" in found.why


def test_that_labels_all_alike_make_it_reach_out_the_more_the_more_there_are() -> None:
    matrix, codes = dense_with_outskirts()
    shares = []
    for m in (1, 2, 6):
        given = given_with(matrix, tuple(range(m)), codes)
        shares.append(reached(given).share)
    assert shares == [0, 0.5, 1 - 0.5**5]


def test_that_rare_classes_on_the_outskirts_make_it_reach_out_and_common_ones_do_not() -> None:
    matrix, codes = dense_with_outskirts()
    labelled = (*range(12), *range(600, 608))
    rare = given_with(matrix, labelled, codes)
    assert reached(rare).share > 0.5
    # The same places, with classes that lie everywhere.
    mixed = given_with(matrix, labelled, np.arange(len(codes)) % 3)
    assert reached(mixed).share == 0


def test_that_labels_alone_in_their_class_make_it_reach_out_in_a_pool_with_a_tail() -> None:
    matrix, codes = dense_with_outskirts()
    labelled = (*range(4), *range(600, 604))
    # Four classes of one label each, among eight labels: as many as make every pick reach out.
    found = reached(given_with(matrix, labelled, codes))
    assert found.share == 1
    assert "50%" in found.why
    twice = reached(given_with(matrix, labelled, np.where(codes > 0, 1, 0)))
    assert "from the outskirts" in twice.why
    even = reached(given_with(pool_of(400), tuple(range(8)), np.arange(400)))
    assert even.share == 0


def test_that_the_kernel_widens_with_the_tail() -> None:
    assert [widening(heavy) for heavy in (0, 0.5, 0.501, 1)] == [1, 1.25, 1.25, 1.5]


def test_that_a_dense_pool_with_outskirts_is_covered_with_the_wider_kernel() -> None:
    matrix, codes = dense_with_outskirts()
    # Labels of two classes that lie everywhere: nothing says that it should reach out.
    given = given_with(matrix, (*range(12), *range(600, 608)), np.arange(len(codes)) % 2)
    heavy = tail(spacing(given.pool), given.similarity.copies())
    found = strategy("auto").start(given)
    found.extend(20)
    wide = Similarity(given.pool, given.references, widening(heavy) * given.similarity.bandwidth)
    gains = []
    for similarity in (wide, given.similarity):
        under = replace(given, similarity=similarity)
        plain = greedy(under, integer_weights(replace(under, weights=objective_weights(under, heavy))))
        plain.extend(20)
        gains.append(plain.gains)
    assert np.array_equal(found.gains, gains[0])
    assert not np.array_equal(found.gains, gains[1])


def test_that_labels_on_the_outskirts_of_an_even_pool_do_not_make_it_reach_out() -> None:
    matrix = pool_of(400)
    given = make_input(matrix, strategy("auto"))
    order = np.argsort(spacing(given.pool))
    labelled = (*order[:10].tolist(), *order[-10:].tolist())
    codes = np.zeros(400, dtype=np.int64)
    codes[order[-10:]] = np.arange(10) % 3
    found = reached(given_with(matrix, labelled, codes))
    assert found.share == 0
    assert "no images lie far" in str(found.why)


def test_that_bursts_of_near_copies_are_no_dense_mass_to_reach_out_from() -> None:
    rng = np.random.default_rng(5)
    pool = pool_of(300)
    bursts = np.repeat(pool[:20], 15, axis=0)
    copied = np.concatenate([pool, bursts + 0.01 * rng.normal(size=bursts.shape)]).astype(np.float32)
    given = make_input(copied, strategy("auto"))
    assert tail(spacing(given.pool)) > 0
    assert reached(given).share == 0


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


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_that_the_share_reaches_for_the_farthest_by_brute_force(share: float) -> None:
    matrix, _ = dense_with_outskirts()
    given = make_input(matrix, strategy("auto"), (3, 610))
    ranker = Reaching(greedy(given, integer_weights(given)), given, spacing(given.pool), share, "")
    ranker.extend(16)
    whole, members = given.pool.block().astype(np.float64), given.references.block().astype(np.float64)
    reached = 0
    for pick in ranker.indices:
        away = np.linalg.norm(whole[:, None] - members[None], axis=2).min(axis=1)
        reached += int(away[pick] == away.max())
        members = np.concatenate([members, whole[pick : pick + 1]])
    assert reached >= round(16 * share)


def test_that_a_reaching_ranker_heeds_what_is_barred() -> None:
    matrix, _ = dense_with_outskirts()
    given = make_input(matrix, strategy("auto"), (3,))
    barred = np.zeros(len(given.pool), dtype=bool)
    barred[610:] = True
    given = replace(given, limits=replace(given.limits, barred=barred))
    ranker = Reaching(greedy(given, integer_weights(given)), given, spacing(given.pool), 1.0, "")
    ranker.extend(40)
    assert not barred[ranker.indices].any()


def test_that_short_vectors_change_nothing_but_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    matrix = (rng.normal(size=(400, 150)) * 0.97 ** np.arange(150)).astype(np.float32)
    orders = []
    for most in (10**9, 1):
        given = make_input(matrix, strategy("auto"), (3, 60))
        coverage = greedy(given, integer_weights(given))
        with monkeypatch.context() as patch:
            patch.setattr(similarities, "_MANY", most)
            patch.setattr(Similarity, "fits", False)
            assert (given.similarity.components(400) is None) == (most > 1)
            ranker = Reaching(coverage, given, spacing(given.pool), 0.8, "")
        ranker.extend(120)
        orders.append(ranker.indices)
    assert np.array_equal(orders[0], orders[1])
