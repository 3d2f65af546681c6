"""What every query strategy must do; a test module inherits `Conformance` and names its strategy."""

from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import Ranker, Strategy, StrategyInput, complete
from desktop_al.strategies.registry import strategies, strategy


def make_input(
    matrix: NDArray[np.float32],
    known: Strategy,
    labelled: tuple[int, ...] = (),
    seed: int = 0,
    held_out: NDArray[np.bool_] | None = None,
) -> StrategyInput:
    """The input over ``matrix``, whose rows ``labelled`` are references and whose other rows are the pool."""
    rows = np.setdiff1d(np.arange(len(matrix)), labelled)
    pool, references = GridVectors(matrix, rows), GridVectors(matrix, np.array(labelled, dtype=np.int64))
    options = complete(known, {})
    return StrategyInput(Similarity(pool, references, 0.8), seed, held_out=held_out, options=options)


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
        assert self.known().needs <= {"labels", "probabilities"}
        for option in self.known().options:
            assert option.help
            assert option.parse(option.default) == option.default

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

    def test_that_a_cancel_is_heard(self) -> None:
        ctx = Context()
        ctx.cancel()
        with pytest.raises(CancelledError):
            self.known().start(make_input(pool_of(50), self.known(), (1,)), ctx).extend(20, ctx)

    def test_that_an_unknown_option_is_refused(self) -> None:
        with pytest.raises(SelectionError, match="no option colour"):
            complete(self.known(), {"colour": 1})
