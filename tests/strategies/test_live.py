"""Live rankings: what pins and vetoes lead to is what a ranking from the start gives."""

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.exchange import Exchange
from desktop_al.numerics.greedy import Mark
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.outskirts import tail
from desktop_al.numerics.similarity import Similarity
from desktop_al.strategies.auto import Auto, widening
from desktop_al.strategies.base import Limits, Strategy, StrategyInput, complete
from desktop_al.strategies.coverage import Coverage, CoverageRanker
from desktop_al.strategies.gate import Gate
from desktop_al.strategies.k_center import KCenter
from desktop_al.strategies.live import Head, Live
from desktop_al.strategies.mixed import Mixed
from desktop_al.strategies.random import Random
from tests.numerics.kernels import similarity, slow_standing
from tests.strategies.test_limits import given_of, limits_of, thinned

N = 60


def afresh(
    strategy: Strategy, given_: StrategyInput, horizon: int, share: float, pins: tuple[int, ...], vetoes: list[int]
) -> Mixed:
    barred = np.zeros(len(given_.pool), dtype=bool)
    barred[vetoes] = True
    if given_.limits.barred is not None:
        barred |= given_.limits.barred
    free = replace(given_, limits=replace(given_.limits, barred=barred))
    ranker = Mixed(strategy.start(free), free, pins, share)
    ranker.extend(horizon)
    return ranker


def with_outskirts(given_: StrategyInput, seed: int) -> StrategyInput:
    """The same over a dense mass with far samples, of which so few are asked for that the kernel of auto is wide."""
    rng = np.random.default_rng(seed)
    rows = np.ones(8) + rng.normal(size=(N + 2, 8)) * np.where(np.arange(N + 2) % 4, 0.1, 0.8)[:, None]
    grid = GridVectors(rows.astype(np.float32))
    found = Similarity(grid.subset(np.arange(N)), grid.subset(np.arange(N, N + 2)), 0.1)
    given_ = replace(given_, similarity=found, asked=6)
    assert widening(given_) > 1
    assert tail(found.spacing()) > 0
    return given_


def changes(
    order: NDArray[np.int64], barred: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[list[int], list[int]]:
    """Some pins and some vetoes, of what is ranked and of what is not."""
    drawn = np.concatenate([rng.choice(order, 4), rng.integers(0, len(barred), 2)])
    drawn = np.unique(drawn[~barred[drawn]])
    rng.shuffle(drawn)
    return drawn[:1].tolist(), drawn[1:].tolist()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    horizon=st.integers(1, N),
    share=st.sampled_from([0.0, 0.2]),
    distance=st.sampled_from([0.0, 0.3]),
    limited=st.booleans(),
    sparse=st.booleans(),
    plain=st.booleans(),
)
def test_that_pins_and_vetoes_lead_to_what_a_ranking_from_the_start_gives(
    seed: int, horizon: int, share: float, distance: float, limited: bool, sparse: bool, plain: bool
) -> None:
    strategy: Strategy = Coverage() if plain else Auto()
    given_ = given_of(N, seed, limits_of(N, seed, distance, 3) if limited else Limits(), terms=limited)
    if not plain:
        given_ = with_outskirts(given_, seed)
    rng = np.random.default_rng(seed)
    barred = np.zeros(N, dtype=bool) if given_.limits.barred is None else given_.limits.barred
    pins: list[int] = []
    vetoes: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        if sparse:
            given_ = thinned(given_, patch)
        live = Live(strategy, given_, horizon, share)
        order = live.adjust().order
        for step in range(6):
            more_pins, more_vetoes = changes(order, barred, rng) if len(order) else ([], [])
            if step == 4:
                # What was vetoed and pinned is let go.
                pins, vetoes = [], vetoes[1:]
            elif step % 2:
                pins = [*pins, *more_pins]
                vetoes = [veto for veto in vetoes if veto not in pins]
            vetoes += [veto for veto in more_vetoes if veto not in pins]
            count = max(1, horizon // 2 + step - 3)
            heads: list[Head] = []

            def hear(head: Head, heads: list[Head] = heads) -> Callable[[], object]:
                heads.append(head)
                return int

            found = live.adjust(tuple(pins), tuple(vetoes), SILENT, count if step % 3 else None, hear)
            expected = afresh(strategy, given_, horizon, share, tuple(pins), vetoes)
            assert np.array_equal(found.order, expected.indices[:horizon])
            assert np.array_equal(found.gains, expected.gains[:horizon])
            assert np.array_equal(found.origins, expected.origins[:horizon])
            assert np.array_equal(found.order[: found.kept], order[: found.kept])
            order = found.order
            count = min(len(order), count)
            exchanged, measured = live.standing(count), slow_standing(given_.similarity, order[:count])
            assert np.array_equal(exchanged.best, measured.best)
            assert np.array_equal(exchanged.second, measured.second)
            assert np.array_equal(exchanged.by, measured.by)
            for head in heads:
                assert np.array_equal(head.places, found.order[:count])
                assert np.array_equal(head.gains, found.gains[:count])
                assert np.array_equal(head.origins, found.origins[:count])
                assert head.served is exchanged


def test_that_the_head_is_told_before_what_comes_behind_it_is_ranked() -> None:
    live = Live(Coverage(), given_of(N, 0, Limits()), 48)
    order = live.adjust().order
    heads: list[Head] = []
    done, extend = threading.Event(), CoverageRanker.extend

    def hear(head: Head) -> Callable[[], None]:
        heads.append(head)
        return done.set

    def wait(ranker: CoverageRanker, count: int, ctx: Context = SILENT) -> None:
        # What comes behind is ranked beside what is done with the head.
        assert len(ranker.indices) < 10 or (heads and done.wait(30))
        extend(ranker, count, ctx)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CoverageRanker, "extend", wait)
        found = live.adjust((), (int(order[3]),), count=10, on_head=hear)
    assert len(found.order) == 48
    assert np.array_equal(heads[0].places, found.order[:10])


@pytest.mark.parametrize("late", [False, True])
def test_that_a_fault_of_who_hears_the_head_leaves_a_ranking_that_starts_again(late: bool) -> None:
    given_ = given_of(N, 0, Limits())
    live = Live(Coverage(), given_, 20)
    order = live.adjust().order

    def fail() -> None:
        raise SelectionError(say("No."))

    def hear(head: Head) -> Callable[[], None]:
        if not late:
            fail()
        return fail

    with pytest.raises(SelectionError):
        live.adjust((), (int(order[3]),), count=5, on_head=hear)
    expected = afresh(Coverage(), given_, 20, 0.0, (), [int(order[4])])
    assert np.array_equal(live.adjust((), (int(order[4]),)).order, expected.indices)


@pytest.mark.parametrize("strategy", [KCenter(), Random()], ids=lambda strategy: strategy.name)
def test_that_other_strategies_are_started_again(strategy: Strategy) -> None:
    given_ = replace(given_of(N, 1, Limits()), options=complete(strategy, {}))
    live = Live(strategy, given_, 20, 0.1)
    for pins, vetoes in (((), [1, 2]), ((5, 6), [2]), ((), [])):
        expected = afresh(strategy, given_, 20, 0.1, pins, vetoes)
        assert np.array_equal(live.adjust(pins, tuple(vetoes)).order, expected.indices)


@pytest.mark.parametrize("strategy", [Coverage(), Random()], ids=lambda strategy: strategy.name)
def test_that_nothing_is_ranked_again_where_nothing_changes(strategy: Strategy) -> None:
    live = Live(strategy, replace(given_of(N, 1, Limits()), options=complete(strategy, {})), 20)
    first = live.adjust((5,), (2, 3))
    ranked = live.mixed
    second = live.adjust((5,), (3, 2))
    assert live.mixed is ranked
    assert second.kept == 20
    assert np.array_equal(first.order, second.order)
    assert np.array_equal(first.gains, second.gains)


def test_that_a_veto_starts_from_what_stands() -> None:
    live = Live(Coverage(), given_of(N, 0, Limits()), 48)
    order = live.adjust().order
    taken = []

    def stop(ranker: CoverageRanker, mark: Mark, gate: Gate) -> None:
        del ranker, gate
        taken.append(mark.picks)
        raise CancelledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CoverageRanker, "rewind", stop)
        with pytest.raises(CancelledError):
            live.adjust((), (int(order[40]),))
    assert taken == [39]


def test_that_a_veto_of_what_is_not_ranked_keeps_all() -> None:
    live = Live(Coverage(), given_of(N, 0, Limits()), 20)
    first = live.adjust()
    other = int(np.setdiff1d(np.arange(N), first.order)[0])
    second = live.adjust((), (other,))
    assert second.kept == 20
    assert np.array_equal(first.order, second.order)


def test_that_a_cancelled_change_leaves_a_ranking_that_starts_again() -> None:
    given_ = given_of(N, 0, Limits())
    live, ctx = Live(Coverage(), given_, 20), Context()
    order = live.adjust().order
    ctx.cancel()
    with pytest.raises(CancelledError):
        live.adjust((), (int(order[3]),), ctx)
    expected = afresh(Coverage(), given_, 20, 0.0, (), [int(order[4])])
    assert np.array_equal(live.adjust((), (int(order[4]),)).order, expected.indices)


def test_that_what_is_pinned_and_vetoed_is_refused() -> None:
    live = Live(Coverage(), given_of(N, 0, Limits()), 20)
    with pytest.raises(SelectionError, match="row 7 "):
        live.adjust((7,), (7,))


def test_that_equals_stand_with_the_lowest_position_whatever_the_order() -> None:
    found = similarity(30, 3, 0, 0.8, 2)
    members = np.array([9, 4, 21, 0])
    first, second = Exchange(found).standing(members), Exchange(found).standing(members[::-1].copy())
    assert np.array_equal(np.append(members, -1)[first.by], np.append(members[::-1], -1)[second.by])
    assert np.array_equal(first.best, np.maximum(found.before().similarity, found.dense()[members].max(axis=0)))


def test_that_what_is_weighed_beside_says_nothing_and_hears_a_cancel() -> None:
    said: list[object] = []
    ctx = Context(on_progress=said.append, on_message=said.append)
    quiet = ctx.quiet()
    quiet.report("Selecting", 1, 2)
    quiet.message("Done.")
    quiet.check()
    assert not said
    ctx.cancel()
    with pytest.raises(CancelledError):
        quiet.check()
