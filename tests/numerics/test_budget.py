"""The budget rules on curves whose answer is known."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics.budget import (
    MOST_POINTS,
    Evidence,
    Stop,
    costs,
    elastic_stop,
    elasticity,
    hoeffding,
    image_stop,
    points,
    second_opinion,
)

Curve = NDArray[np.float64]


def evidence(
    parts: Curve, random: Curve | None = None, chance: float = 0.0, labelled: int = 0, complete: bool = False
) -> Evidence:
    """Evidence of one or more curves, beside ``random`` ones or without a lead over them."""
    several = np.atleast_2d(parts)
    return Evidence(
        parts=several,
        random=several if random is None else np.atleast_2d(random),
        sizes=np.ones(len(several)),
        chance=chance,
        labelled=labelled,
        whole=5000,
        complete=complete,
    )


def count_of(found: Evidence) -> int | None:
    stop = elastic_stop(found)
    return None if stop is None else stop.count


def test_that_dividing_the_same_samples_more_often_does_not_pass_for_more_samples() -> None:
    k, rng = np.arange(2000), np.random.default_rng(1)
    parts = np.stack([0.9 * k / (k + scale) for scale in 30 * np.exp(0.5 * rng.normal(size=20))])
    once, often = elastic_stop(evidence(parts)), elastic_stop(evidence(np.tile(parts, (5, 1))))
    assert once is not None
    assert often is not None
    assert often.high - often.low >= 0.75 * (once.high - once.low) > 3
    assert abs(often.count - once.count) <= 0.05 * once.count


@pytest.mark.parametrize("power", [0.05, 0.3, 0.9])
def test_that_a_power_law_has_its_power_as_elasticity(power: float) -> None:
    curve = np.arange(400, dtype=np.float64) ** power / 400
    assert elasticity(curve)[1:] == pytest.approx(np.full(len(elasticity(curve)) - 1, power))


@given(st.floats(0, 0.9), st.floats(0.05, 0.9))
def test_that_chance_is_taken_off(chance: float, power: float) -> None:
    curve = chance + (1 - chance) * (np.arange(1, 200) / 200) ** power
    beyond = elasticity(np.concatenate([[0.0], curve]), chance=chance)
    assert beyond[1:] == pytest.approx(np.full(len(beyond) - 1, power), abs=1e-6)


def test_that_earlier_labels_count() -> None:
    curve = (50 + np.arange(400, dtype=np.float64)) ** 0.3 / 20
    assert elasticity(curve, labelled=50) == pytest.approx(0.3, abs=1e-9)


def test_that_a_steep_curve_goes_on_and_a_flat_one_stops_at_once() -> None:
    k = np.arange(1, 402, dtype=np.float64)
    assert count_of(evidence(k**0.2 / 4)) is None
    assert count_of(evidence(np.concatenate([[0.0], k**0.05 / 2]))) == 1


def test_that_the_stop_is_where_the_elasticity_falls_below_a_tenth() -> None:
    k = np.arange(3000, dtype=np.float64)
    # d ln F / d ln k = 30 / (k + 30), which is 0.1 at 270; over half as many again a little earlier.
    stop = count_of(evidence(0.9 * k / (k + 30)))
    assert stop is not None
    assert 200 <= stop <= 270


@pytest.mark.parametrize("clusters", [1, 2, 3, 7, 20, 300])
@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_that_a_curve_that_rises_to_a_corner_stops_there(clusters: int, floor: float) -> None:
    k = np.arange(4 * clusters + 100)
    curve = np.where(k > 0, floor + (0.95 - floor) * np.minimum(k, clusters) / clusters, 0)
    stop = count_of(evidence(curve, chance=floor))
    assert stop is not None
    assert abs(stop - clusters) <= 0.05 * clusters


def test_that_a_flat_stretch_before_the_greatest_lead_is_passed_over() -> None:
    # Two groups of fifty clusters each: two picks find the groups, the next ninety-eight the clusters.
    k = np.arange(300)
    curve = np.interp(k, [0, 2, 100, 299], [0, 0.5, 0.95, 0.95])
    random = 0.5 * (1 - 0.5**k) + 0.45 * (1 - np.exp(-k / 100))
    assert elasticity(curve)[4] < 0.1 < elasticity(curve)[60]
    stop = count_of(evidence(curve, random))
    assert stop is not None
    assert 90 <= stop <= 100


def test_that_a_late_rise_of_a_pool_that_ends_does_not_move_the_stop() -> None:
    k = np.arange(400)
    curve = np.interp(k, [0, 20, 300, 399], [0, 0.5, 0.52, 0.7])
    random = np.interp(k, [0, 399], [0.0, 0.7])
    stop = count_of(evidence(curve, random, complete=True))
    assert stop is not None
    assert 15 <= stop <= 20


def test_that_a_short_curve_confirms_nothing_unless_it_is_complete() -> None:
    k = np.arange(40)
    curve = 0.9 * np.minimum(k, 20) / 20
    assert count_of(evidence(curve)) is None
    stop = count_of(evidence(curve, complete=True))
    assert stop is not None
    assert abs(stop - 20) <= 4


@pytest.mark.parametrize(("power", "chance"), [(0.5, 0.0), (0.5, 0.2), (0.3, 0.1)])
def test_that_a_pool_where_every_label_buys_needs_what_brings_nine_tenths(power: float, chance: float) -> None:
    curve = chance + (np.arange(401) / 400) ** power * 0.5
    needed = math.ceil(400 * 0.9 ** (1 / power))
    assert elastic_stop(evidence(curve, chance=chance, complete=True)) == Stop(needed, needed, 5000, ends=False)


def test_that_a_pool_whose_images_tell_nothing_of_each_other_is_labelled_whole() -> None:
    assert elastic_stop(evidence(np.full(400, 0.1), chance=0.1, complete=True)) == Stop(5000, 5000, 5000)


def test_that_labels_that_all_stand_for_enough_images_are_all_asked_for() -> None:
    curve = (np.arange(400) / 400) ** 0.5 * 0.5
    assert image_stop(evidence(curve, complete=True), 10_000, 2) == Stop(5000, 5000, 5000)


def test_that_a_rule_that_hangs_on_a_hair_does_not_leap_to_the_whole_pool() -> None:
    # The slope falls to a little above or below a tenth before it rises where the candidates are used up.
    k = np.arange(400, dtype=np.float64)
    counts = []
    for low in (0.09, 0.11):
        slope = np.where(k < 60, low + 0.4 * (60 - k) / 60, low + 0.1 * (k - 60) / 340)
        curve = 0.1 * np.exp(np.cumsum(slope / (60 + k)))
        stop = elastic_stop(evidence(curve, labelled=60, complete=True))
        assert stop is not None
        counts.append((stop.count, stop.ends))
    assert counts[0][0] < counts[1][0] < 350
    assert [ends for _, ends in counts] == [True, False]


def test_that_the_budget_follows_a_slope_about_a_tenth_step_by_step() -> None:
    # As above; noise moves the least slope of a pool by some thousandths.
    k, counts = np.arange(400, dtype=np.float64), []
    for low in np.linspace(0.08, 0.12, 11):
        slope = np.where(k < 60, low + 0.4 * (60 - k) / 60, low + 0.1 * (k - 60) / 340)
        stop = elastic_stop(evidence(0.1 * np.exp(np.cumsum(slope / (60 + k))), labelled=60, complete=True))
        assert stop is not None
        counts.append(stop.count)
    assert counts == sorted(counts)
    assert counts[-1] > 2 * counts[0]
    assert all(later <= 1.35 * earlier for earlier, later in pairwise(counts))


def test_that_of_two_leads_as_great_the_later_one_counts() -> None:
    k = np.arange(300)
    curve = np.interp(k, [0, 2, 100, 299], [0, 0.5, 0.95, 0.95])
    random = np.interp(k, [0, 2, 60, 100, 299], [0, 0.2, 0.6, 0.66, 0.95])
    assert (curve - random)[2] > (curve - random)[100] > 0.9 * (curve - random)[2]
    stop = count_of(evidence(curve, random))
    assert stop is not None
    assert 90 <= stop <= 100


@pytest.mark.parametrize("curve", [[0.0, 0.5, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0]])
def test_that_no_more_are_picked_than_cover_all(curve: list[float]) -> None:
    assert count_of(evidence(np.array(curve), complete=True)) == curve.index(1.0)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
    st.integers(0, 50),
    st.floats(0, 0.99),
    st.booleans(),
)
def test_that_any_complete_curve_gives_a_budget_within_its_interval(
    gains: list[float], labelled: int, chance: float, noisy: bool
) -> None:
    curve = np.concatenate([[0.0], np.cumsum(gains)]) / max(1.0, sum(gains))
    parts = np.stack([curve, curve**2]) if noisy else curve
    stop = elastic_stop(evidence(parts, chance=chance, labelled=labelled, complete=True))
    assert stop is not None
    assert 1 <= stop.low <= stop.count <= stop.high <= 5000


def test_that_parts_that_disagree_widen_the_interval() -> None:
    k = np.arange(3000, dtype=np.float64)
    early, late = 0.9 * k / (k + 10), 0.9 * k / (k + 60)
    agreed = elastic_stop(evidence(np.stack([early, early])))
    torn = elastic_stop(evidence(np.stack([early, late])))
    assert agreed is not None
    assert torn is not None
    assert agreed.high - agreed.low <= 1
    assert torn.high - torn.low > 50
    assert torn.low <= torn.count <= torn.high


def test_that_a_curve_complete_after_many_labels_stops_at_once() -> None:
    assert count_of(evidence(np.linspace(0.95, 0.951, 50), labelled=2000, complete=True)) == 1


def test_that_a_label_stands_for_the_images_that_its_slope_says() -> None:
    # 1,000 images: 0.01 of them for each of 50 labels, then 0.002 for each of 200.
    curve = np.interp(np.arange(600), [0, 50, 250, 599], [0, 0.5, 0.9, 0.9])
    for least, expected in ((11, 1), (5, 50), (1, 250)):
        stop = image_stop(evidence(curve), 1000, least)
        assert stop is not None
        assert abs(stop.count - expected) <= 0.2 * expected


def test_that_more_images_for_each_label_give_smaller_budgets() -> None:
    k = np.arange(2000)
    found = [image_stop(evidence(0.9 * k / (k + 40)), 5000, least) for least in (1, 3, 10, 40, 100, 10_000)]
    counts = [stop.count for stop in found if stop is not None]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 6
    assert counts[-1] == 1


def test_that_the_band_holds_the_mean_95_times_in_100() -> None:
    rng = np.random.default_rng(0)
    means = (rng.random((2000, 50)) < 0.5).mean(axis=1)
    assert (np.abs(means - 0.5) > hoeffding(50)).mean() <= 0.05
    assert hoeffding(400) == pytest.approx(math.sqrt(math.log(40) / 800))
    assert hoeffding(0) == 1


def test_that_the_second_opinion_is_the_first_count_that_reaches_nine_tenths() -> None:
    shares, gaps = np.array([0, 0.5, 0.8, 0.92, 0.97]), np.ones(4)
    assert second_opinion(shares, gaps, 0.1) == 3


def test_that_the_second_opinion_ends_where_picks_repeat() -> None:
    shares, gaps = np.array([0, 0.5, 0.8, 0.92, 0.97]), np.array([1, 0.5, 0.05, 0.4])
    assert second_opinion(shares, gaps, 0.1) == 2
    assert second_opinion(shares[:2], gaps[:1], 0.1) is None


def test_that_labels_cost_hours_and_money() -> None:
    hours, money = costs(np.array([0, 60, 7200]), seconds=6, price=0.05)
    assert hours.tolist() == pytest.approx([0, 0.1, 12])
    assert money.tolist() == pytest.approx([0, 3, 360])


@pytest.mark.parametrize(("seconds", "price"), [(-1, 0), (1, -1), (math.nan, 0), (1, math.inf)])
def test_that_a_cost_that_is_none_is_refused(seconds: float, price: float) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        costs(np.array([1]), seconds, price)


@pytest.mark.parametrize("horizon", [1, 5, 199, 200, 5000, 100_000])
def test_that_a_curve_is_kept_at_few_points_with_its_ends_and_marks(horizon: int) -> None:
    mark = horizon // 3
    kept = points(horizon, (mark,))
    assert len(kept) <= MOST_POINTS
    assert {0, 1, mark, horizon} <= set(kept.tolist())
    assert np.all(np.diff(kept) > 0)
