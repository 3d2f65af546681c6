"""The budget rules on curves whose answer is known."""

import math

import numpy as np
import pytest

from desktop_al.numerics.budget import MOST_POINTS, elastic_stop, elasticity, hoeffding, points, second_opinion


@pytest.mark.parametrize("power", [0.05, 0.3, 0.9])
def test_that_a_power_law_has_its_power_as_elasticity(power: float) -> None:
    curve = np.arange(400, dtype=np.float64) ** power
    assert elasticity(curve)[1:] == pytest.approx(np.full(len(elasticity(curve)) - 1, power))


def test_that_earlier_labels_count() -> None:
    curve = (50 + np.arange(400, dtype=np.float64)) ** 0.3
    assert elasticity(curve, labelled=50) == pytest.approx(0.3, abs=1e-9)


def test_that_a_steep_curve_goes_on_and_a_flat_one_stops_at_once() -> None:
    k = np.arange(1, 402, dtype=np.float64)
    assert elastic_stop(k**0.2) is None
    assert elastic_stop(np.concatenate([[0.0], k**0.05])) == 1


def test_that_the_stop_is_where_the_elasticity_falls_below_a_tenth() -> None:
    k = np.arange(3000, dtype=np.float64)
    # d ln F / d ln k = 30 / (k + 30), which is 0.1 at 270; over half as many again a little earlier.
    stop = elastic_stop(k / (k + 30))
    assert stop is not None
    assert 200 <= stop <= 270


@pytest.mark.parametrize("clusters", [1, 2, 3, 7, 20, 300])
@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_that_a_curve_that_rises_to_a_corner_stops_there(clusters: int, floor: float) -> None:
    k = np.arange(4 * clusters + 100)
    curve = np.where(k > 0, floor + (1 - floor) * np.minimum(k, clusters) / clusters, 0)
    stop = elastic_stop(curve)
    assert stop is not None
    assert abs(stop - clusters) <= 0.2 * clusters


def test_that_a_short_curve_confirms_nothing_unless_it_is_complete() -> None:
    k = np.arange(40)
    curve = np.minimum(k, 20) / 20
    assert elastic_stop(curve) is None
    stop = elastic_stop(curve, complete=True)
    assert stop is not None
    assert abs(stop - 20) <= 4


@pytest.mark.parametrize("curve", [[0.0], [0.0, 0.5], [0.0, 0.5, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
def test_that_the_shortest_curves_give_a_budget(curve: list[float]) -> None:
    assert elastic_stop(np.array(curve), complete=True) in {1, 2}


def test_that_a_curve_complete_after_many_labels_stops_at_once() -> None:
    assert elastic_stop(np.linspace(0.95, 0.951, 50), labelled=2000, complete=True) == 1


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


@pytest.mark.parametrize("horizon", [1, 5, 199, 200, 5000, 100_000])
def test_that_a_curve_is_kept_at_few_points_with_its_ends_and_marks(horizon: int) -> None:
    mark = horizon // 3
    kept = points(horizon, (mark,))
    assert len(kept) <= MOST_POINTS
    assert {0, 1, mark, horizon} <= set(kept.tolist())
    assert np.all(np.diff(kept) > 0)
