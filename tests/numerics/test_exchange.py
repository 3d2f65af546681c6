"""Exchanging members of a batch: what is brought up to date is what is measured anew, ties included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_al.numerics import exchange
from desktop_al.numerics.exchange import Exchange, standing_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing
from tests.numerics.kernels import vectors


def copied(n: int, copies: int, bandwidth: float) -> Similarity:
    """The similarities of ``n`` vectors, each ``copies`` times, beside three references that are copies too."""
    matrix = np.repeat(vectors(n), copies, axis=0)
    return Similarity(GridVectors(matrix), GridVectors(matrix, np.array([0, copies, 2 * copies])), bandwidth)


def equal(first: Standing, second: Standing) -> bool:
    pairs = ((first.best, second.best), (first.second, second.second), (first.by, second.by))
    return all(np.array_equal(a, b) for a, b in pairs)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    copies=st.integers(1, 4),
    bandwidth=st.sampled_from([0.05, 0.5, 1.5]),
    kept=st.booleans(),
)
def test_that_a_few_exchanged_members_give_what_measuring_anew_gives(
    seed: int, copies: int, bandwidth: float, kept: bool
) -> None:
    found = copied(25, copies, bandwidth)
    rng = np.random.default_rng(seed)
    members = rng.permutation(len(found))[:20]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "_MANY", 0.5)
        if not kept:
            patch.setattr(exchange, "_KEPT", 0)
        live = Exchange(found)
        live.standing(members)
        patch.setattr(exchange, "standing_of", lambda *_: 1 / 0)
        for _ in range(2):
            others = np.setdiff1d(np.arange(len(found)), members)
            members = rng.permutation(members)[int(rng.integers(0, 3)) :]
            members = rng.permutation(np.concatenate([members, rng.choice(others, int(rng.integers(0, 2)))]))
            assert equal(live.standing(members), standing_of(found, members))


def test_that_another_batch_altogether_is_measured_anew() -> None:
    found = copied(25, 2, 0.5)
    live = Exchange(found)
    live.standing(np.arange(10))
    assert equal(live.standing(np.arange(20, 40)), standing_of(found, np.arange(20, 40)))
