"""The coverage strategy."""

import numpy as np
import pytest

from desktop_al.domain.errors import SelectionError
from desktop_al.numerics.greedy_dense import naive_greedy
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.base import StrategyInput, complete
from desktop_al.strategies.coverage import Coverage, integer_weights
from tests.strategies.conformance import Conformance, make_input, pool_of


class TestCoverage(Conformance):
    name = "coverage"

    def test_that_it_picks_what_naive_greedy_picks(self) -> None:
        given = make_input(pool_of(80), Coverage(), (0, 9))
        similarity = given.similarity
        expected = naive_greedy(similarity.dense(), integer_weights(given), similarity.before().similarity, 20)
        assert np.array_equal(self.ranked(given, 20).indices, expected)

    def test_that_labelled_samples_spare_their_neighbours(self) -> None:
        matrix = pool_of(60)
        matrix[1] = matrix[0] + 1e-3
        ranker = self.ranked(make_input(matrix, Coverage(), (0,)), 59)
        # Row 1 is the first of the pool, and all but labelled.
        assert ranker.indices[-1] == 0


def test_that_density_moves_picks_from_the_typical_to_the_rare() -> None:
    rng = np.random.default_rng(0)
    crowd = np.eye(8)[0] + 0.1 * rng.normal(size=(190, 8))
    rare = np.eye(8)[1] + 0.3 * rng.normal(size=(10, 8))
    matrix = np.concatenate([crowd, rare]).astype(np.float32)
    share = []
    for exponent in (0, 4):
        plain = make_input(matrix, Coverage())
        given = StrategyInput(plain.similarity, 0, options=complete(Coverage(), {"density": exponent}))
        ranker = Coverage().start(given)
        ranker.extend(10)
        share.append(int((ranker.indices >= 190).sum()))
    assert share[0] < share[1]


def test_that_weights_are_positive_and_held_out_samples_weigh_nothing() -> None:
    held_out = np.arange(30) < 5
    given = StrategyInput(
        make_input(np.repeat(pool_of(10), 3, axis=0), Coverage()).similarity,
        0,
        weights=np.linspace(0.05, 1, 30),
        held_out=held_out,
        options={"density": 8.0},
    )
    weights = integer_weights(given)
    assert (weights[:5] == 0).all()
    assert (weights[5:] >= 1).all()


def test_that_a_large_pool_without_neighbours_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Similarity, "fits", False)
    with pytest.raises(SelectionError, match="make the map first"):
        Coverage().start(make_input(pool_of(20), Coverage()))


@pytest.mark.parametrize(
    ("value", "words"), [("much", "a number from 0 to 8"), (9, "from 0 to 8"), ("nan", "from 0 to 8")]
)
def test_that_an_unfit_option_is_refused(value: object, words: str) -> None:
    with pytest.raises(SelectionError, match=words):
        complete(Coverage(), {"density": value})


def test_that_an_option_may_be_text() -> None:
    assert complete(Coverage(), {"density": "2.5"}) == {"density": 2.5}
