"""Exchanging members of a batch: what is brought up to date is what is measured anew, ties included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import servers
from desktop_al.numerics import similarity as similarities
from desktop_al.numerics.exchange import Exchange
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import Standing
from tests.numerics.kernels import slow_standing, vectors


def copied(n: int, copies: int, bandwidth: float, dim: int = 3) -> Similarity:
    """The similarities of ``n`` vectors, each ``copies`` times, beside three references that are copies too."""
    matrix = np.repeat(vectors(n, dim), copies, axis=0)
    return Similarity(GridVectors(matrix), GridVectors(matrix, np.array([0, copies, 2 * copies])), bandwidth)


def equal(first: Standing, second: Standing) -> bool:
    pairs = ((first.best, second.best), (first.second, second.second), (first.by, second.by))
    return all(np.array_equal(a, b) for a, b in pairs)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    copies=st.integers(1, 4),
    bandwidth=st.sampled_from([0.05, 0.5, 1.5]),
    kept=st.booleans(),
    dense=st.booleans(),
    dim=st.sampled_from([3, 140]),
)
def test_that_exchanged_members_give_what_measuring_anew_gives(
    seed: int, copies: int, bandwidth: float, kept: bool, dense: bool, dim: int
) -> None:
    found = copied(140 // copies if dim > 3 else 25, copies, bandwidth, dim)
    rng = np.random.default_rng(seed)
    members = rng.permutation(len(found))[:20]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarities, "DENSE_LIMIT", 0)
        patch.setattr(similarities, "_MANY", 1)
        if not kept:
            patch.setattr(servers, "_KEPT", 0)
        if dense:
            found.dense()
        live = Exchange(found)
        for _ in range(6):
            assert equal(live.standing(members), slow_standing(found, members))
            others = np.setdiff1d(np.arange(len(found)), members)
            members = rng.permutation(members)[int(rng.integers(0, 5)) :]
            members = rng.permutation(np.concatenate([members, rng.permutation(others)[: int(rng.integers(0, 8))]]))


def test_that_plain_products_give_what_short_vectors_give() -> None:
    found = copied(300, 1, 3.0, 140)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarities, "DENSE_LIMIT", 0)
        patch.setattr(similarities, "_MANY", 1)
        patch.setattr(servers, "_COLUMNS", 16)
        live = Exchange(found)
        assert equal(live.standing(np.arange(0, 300, 5)), slow_standing(found, np.arange(0, 300, 5)))


def test_that_another_batch_altogether_is_measured_anew() -> None:
    found = copied(25, 2, 0.5)
    live = Exchange(found)
    live.standing(np.arange(10))
    assert equal(live.standing(np.arange(20, 40)), slow_standing(found, np.arange(20, 40)))


def test_that_a_cancelled_exchange_begins_anew() -> None:
    found, ctx = copied(25, 2, 0.5), Context()
    live = Exchange(found)
    live.standing(np.arange(10))
    ctx.cancel()
    with pytest.raises(CancelledError):
        live.standing(np.arange(2, 12), ctx)
    assert equal(live.standing(np.arange(3, 13)), slow_standing(found, np.arange(3, 13)))
