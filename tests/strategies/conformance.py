"""What every query strategy must do; a test module inherits `Conformance` and names its strategy."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.numerics.beliefs import Beliefs
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Balance, Known, Limits, Ranker, Strategy, StrategyInput, complete
from desktop_al.strategies.engine import Request, rank
from desktop_al.strategies.registry import heeds, strategies, strategy


def make_input(
    matrix: NDArray[np.float32],
    known: Strategy,
    labelled: tuple[int, ...] = (),
    seed: int = 0,
    held_out: NDArray[np.bool_] | None = None,
    limits: Limits | None = None,
    asked: int | None = None,
) -> StrategyInput:
    """The input over ``matrix``, whose rows ``labelled`` are references and whose other rows are the pool.

    It holds what the strategy needs: labels of two classes in turn, on two references of its own where no row is
    labelled; a model's probabilities of three; two queries.
    """
    rows = np.setdiff1d(np.arange(len(matrix)), labelled)
    pool, references = GridVectors(matrix, rows), GridVectors(matrix, np.array(labelled, dtype=np.int64))
    if known.needs & {"labels", "probabilities"} and not labelled:
        references = GridVectors(_drawn(2, matrix.shape[1]))
    codes = np.arange(len(references), dtype=np.int32) % 2
    return StrategyInput(
        Similarity(pool, references, 0.8),
        seed,
        held_out=held_out,
        options=complete(known, {}),
        known=Known(np.arange(len(references)), codes, ("a", "b")) if len(references) else None,
        beliefs=believed(pool) if "probabilities" in known.needs else None,
        queries=GridVectors(_drawn(2, matrix.shape[1])) if "queries" in known.needs else None,
        limits=limits or Limits(),
        asked=asked,
    )


def _drawn(n: int, dim: int) -> NDArray[np.float32]:
    return np.random.default_rng(99).normal(size=(n, dim)).astype(np.float32)


def believed(pool: GridVectors) -> Beliefs:
    """What a model of three classes believes about ``pool``: the softmax of random directions."""
    directions = _drawn(3, pool.dim).T

    def predict(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        powers = np.exp(vectors @ directions)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    return Beliefs(predict(pool.block()), predict)


def pool_of(n: int, seed: int = 0) -> NDArray[np.float32]:
    """Random vectors (n, 8)."""
    return np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)


class Conformance:
    """The suite; ``name`` is the strategy's."""

    name: ClassVar[str]

    def known(self) -> Strategy:
        return strategy(self.name)

    def ranked(self, given: StrategyInput, count: int) -> Ranker:
        ranker = self.known().start(given)
        ranker.extend(count)
        return ranker

    def test_that_it_is_registered_and_described(self) -> None:
        assert self.known() in strategies()
        assert self.known().summary.endswith(".")
        assert self.known().needs | self.known().uses <= {"labels", "probabilities", "queries"}
        assert not self.known().needs & self.known().uses
        for option in self.known().options:
            assert option.help
            assert option.parse(option.default) == option.default

    def test_that_it_heeds_the_aims_that_it_says(self) -> None:
        given = make_input(pool_of(60), self.known(), (3, 4))
        strata = np.arange(58, dtype=np.int32) % 3
        share = np.array([0.9, 0.05, 0.05])
        aimed = {
            "strata": replace(given, weights=np.where(strata == 0, 5.0, 0.2)),
            "balance": replace(given, balance=Balance(strata, np.zeros(3, dtype=np.int64), 3 * share, share, 500.0)),
            "priority": replace(given, scores=np.where(strata == 1, 50.0, 0.0)),
        }
        plain = self.ranked(given, 20).indices
        moved = {name for name, one in aimed.items() if not np.array_equal(plain, self.ranked(one, 20).indices)}
        assert moved == heeds(self.name)

    @pytest.mark.parametrize("n", [1, 2, 3, 50])
    def test_that_it_ranks_the_whole_pool_once(self, n: int) -> None:
        ranker = self.ranked(make_input(pool_of(n), self.known()), n + 5)
        assert sorted(ranker.indices.tolist()) == list(range(n))
        assert ranker.indices.dtype == np.int64
        assert ranker.gains.dtype == np.float64
        assert len(ranker.gains) == n
        assert np.isfinite(ranker.gains).all()

    def test_that_a_longer_ranking_begins_with_a_shorter_one(self) -> None:
        given = make_input(pool_of(60), self.known(), (3, 4))
        steps = self.known().start(given)
        for count in (0, 1, 5, 5, 30):
            steps.extend(count)
            assert len(steps.indices) == count
        once = self.ranked(given, 30)
        assert np.array_equal(steps.indices, once.indices)
        assert np.array_equal(steps.gains, once.gains)

    def test_that_the_same_seed_gives_the_same_ranking(self) -> None:
        first, second = (self.ranked(make_input(pool_of(40), self.known(), seed=7), 40) for _ in range(2))
        assert np.array_equal(first.indices, second.indices)

    def test_that_what_is_held_out_is_not_ranked(self) -> None:
        held_out = np.zeros(40, dtype=bool)
        held_out[5:30] = True
        ranker = self.ranked(make_input(pool_of(40), self.known(), held_out=held_out), 40)
        assert sorted(ranker.indices.tolist()) == [*range(5), *range(30, 40)]

    def test_that_identical_samples_can_be_ranked(self) -> None:
        same = np.repeat(pool_of(1), 20, axis=0)
        for labelled in ((), (0, 1)):
            n = 20 - len(labelled)
            ranker = self.ranked(make_input(same, self.known(), labelled), n)
            assert sorted(ranker.indices.tolist()) == list(range(n))

    def test_that_what_it_needs_is_asked_for_in_one_sentence(self) -> None:
        matrix = pool_of(20)
        pool, none = GridVectors(matrix), GridVectors(matrix, np.zeros(0, dtype=np.int64))
        if not self.known().needs:
            assert rank(self.known(), pool, none, Request(count=3)).count == 3
            return
        with pytest.raises(SelectionError, match=self.name) as caught:
            rank(self.known(), pool, none, Request(count=3))
        assert str(caught.value).endswith(".")
        assert "\n" not in str(caught.value)

    def test_that_it_takes_what_it_uses_and_goes_on_without(self) -> None:
        matrix = pool_of(40)
        bare = replace(make_input(matrix, self.known(), (3, 4, 5)), known=None, beliefs=None, queries=None)
        full = make_input(matrix, self.known(), (3, 4, 5))
        given = replace(full, beliefs=believed(full.pool), queries=GridVectors(matrix[:2]))
        for one in (given,) if self.known().needs else (given, bare):
            assert sorted(self.ranked(one, 40).indices.tolist()) == list(range(37))

    @pytest.mark.parametrize("asked", [1, 7, 40])
    def test_that_it_ranks_beyond_what_was_asked_for(self, asked: int) -> None:
        ranker = self.ranked(make_input(pool_of(40), self.known(), asked=asked), 40)
        assert sorted(ranker.indices.tolist()) == list(range(40))

    def test_that_a_sample_can_be_forced_once(self) -> None:
        ranker = self.ranked(make_input(pool_of(40), self.known(), (3, 4)), 3)
        forced = next(position for position in range(38) if position not in ranker.indices)
        ranker.force(forced)
        ranker.force(forced)
        assert ranker.indices[3:].tolist() == [forced]
        ranker.extend(38)
        assert sorted(ranker.indices.tolist()) == list(range(38))
        assert np.isfinite(ranker.gains).all()

    def test_that_forcing_what_comes_next_changes_nothing(self) -> None:
        given = make_input(pool_of(40), self.known(), (3, 4))
        plain, forced = self.ranked(given, 20), self.known().start(given)
        for position in plain.indices[:5]:
            forced.force(int(position))
        forced.extend(20)
        assert np.array_equal(forced.indices, plain.indices)
        assert forced.gains == pytest.approx(plain.gains, abs=1e-12)

    def test_that_no_limit_holds_against_force(self) -> None:
        barred, held_out = np.arange(40) == 7, np.arange(40) == 8
        given = make_input(pool_of(40), self.known(), held_out=held_out, limits=Limits(barred=barred))
        ranker = self.known().start(given)
        ranker.force(7)
        ranker.force(8)
        ranker.extend(40)
        assert ranker.indices[:2].tolist() == [7, 8]
        assert sorted(ranker.indices.tolist()) == list(range(40))

    def test_that_what_is_barred_is_not_ranked(self) -> None:
        barred = np.arange(40) % 3 == 0
        ranker = self.ranked(make_input(pool_of(40), self.known(), limits=Limits(barred=barred)), 40)
        assert sorted(ranker.indices.tolist()) == np.flatnonzero(~barred).tolist()

    def test_that_groups_give_no_more_than_they_have_room_for(self) -> None:
        groups, room = np.arange(40, dtype=np.int32) % 5 - 1, np.array([2, 0, 3, 100])
        given = make_input(pool_of(40), self.known(), limits=Limits(groups=groups, room=room))
        taken = groups[self.ranked(given, 40).indices]
        # Samples of no group (-1) are as free as ever.
        assert np.bincount(taken + 1, minlength=5).tolist() == [8, 2, 0, 3, 8]

    def test_that_picks_keep_their_distance(self) -> None:
        matrix = pool_of(60)
        given = make_input(matrix, self.known(), (3, 4), limits=Limits(minimum_distance=0.9))
        ranker = self.ranked(given, 58)
        vectors = np.concatenate([given.references.block(), given.pool.block()]).astype(np.float64)
        gaps = np.linalg.norm(vectors[:, None] - vectors[None, :], axis=2) / given.pool.norm
        kept = np.concatenate([[0, 1], ranker.indices + 2])
        among = gaps[np.ix_(kept[2:], kept)]
        among[np.arange(len(kept) - 2), np.arange(2, len(kept))] = np.inf
        assert among.min() >= 0.9 - 1e-6
        left = np.setdiff1d(np.arange(60), kept)
        assert len(left) > 0
        assert gaps[np.ix_(left, kept)].min(axis=1).max() < 0.9 + 1e-6

    def test_that_its_account_is_in_sentences(self) -> None:
        account = self.ranked(make_input(pool_of(40), self.known(), (3, 4)), 10).account
        assert account == "" or account.endswith(".")
        assert "\n" not in account

    def test_that_a_cancel_is_heard(self) -> None:
        ctx = Context()
        ctx.cancel()
        with pytest.raises(CancelledError):
            self.known().start(make_input(pool_of(50), self.known(), (1,)), ctx).extend(20, ctx)

    def test_that_an_unknown_option_is_refused(self) -> None:
        with pytest.raises(SelectionError, match="no option colour"):
            complete(self.known(), {"colour": 1})
