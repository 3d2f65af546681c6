"""The nearest member, kept up to date, is the one that a search over all finds, and serves as coverage says."""

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics.coverage import serve
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor
from desktop_al.numerics.nearest_member import NearestMember, joined, left, similarities
from tests.jobs.pools import clusters

POOL = GridVectors(clusters((300, 200, 100), spread=0.6))


def by_brute_force(members: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Squared grid distances to the nearest of ``members``, and which it is."""
    whole = POOL.block().astype(np.float64)
    away = ((whole[:, None, :] - whole[None, members, :]) ** 2).sum(axis=2)
    return away.min(axis=1), np.array(members)[away.argmin(axis=1)]


def of(members: list[int]) -> NearestMember:
    """The nearest of the pool's ``members``."""
    numbers = np.array(members, np.int64)
    return joined(NearestMember.none(len(POOL)), POOL, POOL.subset(numbers), numbers)


def test_that_the_nearest_is_found_exactly() -> None:
    found = of([5, 310, 555, 42])
    squared, who = by_brute_force([5, 310, 555, 42])
    assert np.allclose(found.squared, squared, atol=1e-6)
    assert np.array_equal(found.by, who)


def test_that_members_that_come_later_are_the_same_as_all_at_once() -> None:
    numbers = np.array([555, 42], np.int64)
    later = joined(of([5, 310]), POOL, POOL.subset(numbers), numbers)
    assert np.array_equal(later.squared, of([5, 310, 555, 42]).squared)


def test_that_members_that_leave_are_forgotten() -> None:
    stay = np.array([5, 42], np.int64)
    found = left(of([5, 310, 555, 42]), POOL, np.array([310, 555]), POOL.subset(stay), stay)
    squared, who = by_brute_force([5, 42])
    assert np.allclose(found.squared, squared, atol=1e-6)
    assert np.array_equal(found.by, who)


def test_that_the_last_member_leaves_nothing_near() -> None:
    none = np.array([], np.int64)
    found = left(of([7]), POOL, np.array([7]), POOL.subset(none), none)
    assert np.isinf(found.squared).all()
    assert (found.by == -1).all()


def test_that_similarities_are_those_of_coverage_bit_for_bit() -> None:
    members = np.array([5, 310, 555, 42], np.int64)
    scale = factor(0.7, POOL.norm)
    assert np.array_equal(
        similarities(of(members.tolist()).squared, scale), serve(POOL, POOL.subset(members), scale).similarity
    )
    assert not similarities(NearestMember.none(3).squared, scale).any()


def test_that_it_can_be_cancelled() -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        joined(NearestMember.none(len(POOL)), POOL, POOL.subset(np.arange(3)), np.arange(3), ctx)
