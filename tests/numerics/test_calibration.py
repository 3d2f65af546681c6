"""Temperatures and penalties, on fresh data of the same classes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics.beliefs import flattened, log_probabilities
from desktop_al.numerics.calibration import PENALTIES, calibrate, parts_of, smoothing_of, temperature_of
from desktop_al.numerics.logistic import fit_linear
from desktop_al.numerics.probe import fit_probe
from desktop_al.numerics.softmax import softmax, surprise
from desktop_al.numerics.span import span_of
from tests.numerics.test_probe import classes_of


def calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The expected calibration error of the likeliest class over ten bins."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


@pytest.mark.parametrize("per_class", [1, 2, 5])
def test_that_fresh_data_surprise_less_than_without_calibration(per_class: int) -> None:
    before, after = np.zeros(2), np.zeros(2)
    for seed in range(12):
        vectors, codes = classes_of(per_class, dim=32, spread=2.0, seed=seed)
        fresh, truth = classes_of(100, dim=32, spread=2.0, seed=1000 + seed)
        span = span_of(vectors)
        plain = fit_linear(span.coordinates, codes, PENALTIES[-1])
        raw = softmax(fresh @ span.lift(plain.weights) + plain.intercepts)
        ours = fit_probe(vectors, codes, 5).probabilities(fresh).astype(np.float64)
        rows = np.arange(len(truth))
        for total, found in ((before, raw), (after, ours)):
            total += [-np.log(np.maximum(found[rows, truth], 1e-9)).mean(), calibration_error(found, truth)]
    assert (after < before).all()


@pytest.mark.parametrize("per_class", [1, 2, 5, 20])
@pytest.mark.parametrize("spread", [0.5, 1.5, 4.0])
def test_that_it_is_never_far_surer_than_right(per_class: int, spread: float) -> None:
    excess = []
    for seed in range(8):
        vectors, codes = classes_of(per_class, spread=spread, seed=seed)
        fresh, truth = classes_of(100, spread=spread, seed=1000 + seed)
        found = fit_probe(vectors, codes, 5).probabilities(fresh)
        excess.append(found.max(axis=1).mean() - (found.argmax(axis=1) == truth).mean())
    assert np.mean(excess) < 0.1


def test_that_overconfident_probabilities_get_the_temperature_that_made_them_so() -> None:
    rng = np.random.default_rng(0)
    honest = 2 * rng.normal(size=(4000, 6))
    codes = np.array([rng.choice(6, p=row) for row in softmax(honest)])
    temperature, _ = temperature_of(3 * honest, codes, smoothing_of(len(codes)))
    assert temperature == pytest.approx(3, rel=0.1)
    sharp = softmax(3 * honest)
    assert np.abs(flattened(sharp, 3.0) - softmax(log_probabilities(sharp) / 3)).max() < 1e-6
    assert surprise(log_probabilities(flattened(sharp, temperature)), codes) < surprise(log_probabilities(sharp), codes)


def test_that_no_temperature_is_below_one() -> None:
    logits = np.tile([0.1, 0.0], (500, 1))
    assert temperature_of(logits, np.zeros(500, dtype=np.int64), smoothing_of(500))[0] == 1.0


def test_that_a_few_right_answers_are_no_proof_of_certainty() -> None:
    certain = np.tile([30.0, 0.0], (4, 1))
    assert temperature_of(certain, np.zeros(4, dtype=np.int64), smoothing_of(4))[0] > 4


def test_that_each_class_keeps_a_label_in_each_training_set() -> None:
    codes = np.array([0, 1, 1, 2, 2, 2, 0, 3, 1, 2, 2, 2, 2])
    parts = parts_of(codes)
    assert parts[codes == 3].tolist() == [-1]
    for fold in range(5):
        assert set(codes[parts != fold].tolist()) == {0, 1, 2, 3}
    assert parts_of(np.arange(4)).tolist() == [-1] * 4
    assert parts_of(np.arange(10) % 5).tolist() == [0] * 5 + [1] * 5


def test_that_single_labels_are_honest_about_what_they_scored() -> None:
    vectors, codes = classes_of(1)
    found = calibrate(span_of(vectors).coordinates, codes)
    assert found.scored == 0
    assert found.temperature >= 1


def test_that_many_labels_are_thinned_and_lose_no_class() -> None:
    vectors, codes = classes_of(500, dim=8)
    codes[17] = 5
    assert calibrate(span_of(vectors).coordinates, codes).scored <= 2001
