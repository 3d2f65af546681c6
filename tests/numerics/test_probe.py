"""The probe and its fit."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import desktop_al
from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.logistic import Labelled, fit_linear
from desktop_al.numerics.probe import fit_probe
from desktop_al.numerics.softmax import softmax, surprise
from desktop_al.numerics.span import span_of


def classes_of(
    per_class: int, count: int = 5, dim: int = 32, spread: float = 1.0, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Grid vectors around ``count`` directions, and their classes in turn; each seed has the same directions."""
    centres = np.random.default_rng(99).normal(size=(count, dim))
    codes = np.arange(count * per_class) % count
    rows = centres[codes] + spread * np.random.default_rng(seed).normal(size=(len(codes), dim)) + 1.0
    return GridVectors(rows.astype(np.float32)).block(), codes


@pytest.mark.parametrize(("per_class", "dim"), [(1, 64), (4, 64), (40, 16)])
@pytest.mark.parametrize("penalty", [1.0, 0.01])
def test_that_the_fit_is_the_minimum_that_another_library_finds(per_class: int, dim: int, penalty: float) -> None:
    from sklearn.linear_model import LogisticRegression

    vectors, codes = classes_of(per_class, dim=dim, spread=1.5)
    span = span_of(vectors)
    ours = fit_linear(span.coordinates, codes, penalty)
    theirs = LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=10_000).fit(vectors.astype(np.float64), codes)
    fresh = classes_of(40, dim=dim, spread=1.5, seed=1)[0].astype(np.float64)
    found = softmax(fresh @ span.lift(ours.weights) + ours.intercepts)
    off = np.abs(found - theirs.predict_proba(fresh))
    assert off.max() < 2e-2
    assert off.mean() < 1e-3


def test_that_coordinates_have_the_inner_products_of_the_vectors() -> None:
    vectors = classes_of(4, dim=64)[0]
    vectors[7] = vectors[2]
    span = span_of(vectors)
    assert span.coordinates.shape == (20, 19)
    assert np.abs(span.coordinates @ span.coordinates.T - vectors.astype(np.float64) @ vectors.T).max() < 1e-3
    weights = np.random.default_rng(0).normal(size=(19, 3))
    assert np.abs(vectors @ span.lift(weights) - span.coordinates @ weights).max() < 2e-3


def test_that_vectors_that_outnumber_their_dimensions_are_their_own_coordinates() -> None:
    vectors = classes_of(10, dim=16)[0]
    assert np.array_equal(span_of(vectors).coordinates, vectors)


def test_that_softmax_and_surprise_are_what_their_formulas_say() -> None:
    logits = np.random.default_rng(0).normal(size=(50, 7)) * 10
    logits[0] = [0, -1e6, -np.inf, 0, 0, -50, 700]
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    wanted = shifted / shifted.sum(axis=1, keepdims=True)
    assert np.abs(softmax(logits) - wanted).max() < 1e-12
    codes = np.arange(49) % 7
    logs = np.log(wanted[1:])
    rows = np.arange(49)
    assert surprise(logits[1:], codes) == pytest.approx(-logs[rows, codes].sum(), abs=1e-9)
    mixed = 0.75 * logs[rows, codes].sum() + 0.25 * logs.mean(axis=1).sum()
    assert surprise(logits[1:], codes, 0.25) == pytest.approx(-mixed, abs=1e-9)


def test_that_it_learns_what_can_be_learned() -> None:
    vectors, codes = classes_of(5)
    fresh, truth = classes_of(100, seed=1)
    found = fit_probe(vectors, codes, 5).probabilities(fresh)
    assert found.dtype == np.float32
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-5
    assert (found.argmax(axis=1) == truth).mean() > 0.95


def test_that_probabilities_do_not_depend_on_the_block() -> None:
    vectors, codes = classes_of(5, dim=300)
    fresh = classes_of(100, dim=300, seed=1)[0]
    probe = fit_probe(vectors, codes, 6)
    whole = probe.probabilities(fresh)
    assert all(np.array_equal(probe.probabilities(fresh[i : i + 1])[0], whole[i]) for i in range(0, 500, 25))


def test_that_a_class_without_labels_gets_no_made_up_certainty() -> None:
    vectors, codes = classes_of(5)
    probe = fit_probe(vectors, codes, 7)
    fresh = classes_of(100, seed=1)[0]
    found = probe.probabilities(fresh)
    assert (found[:, 5] == found[:, 6]).all()
    assert (found[:, 5] > 0).all()
    # As if each of the two had one label beside the 25.
    assert 0.5 * 2 / 27 < found[:, 5:].sum(axis=1).mean() < 4 * 2 / 27
    away = GridVectors(np.random.default_rng(5).normal(size=(100, 32)).astype(np.float32)).block()
    assert probe.probabilities(away)[:, 5].mean() > 2 * found[:, 5].mean()


def test_that_classes_without_labels_may_come_first() -> None:
    vectors, codes = classes_of(5)
    plain, shifted = fit_probe(vectors, codes, 7), fit_probe(vectors, codes + 2, 7)
    fresh = classes_of(10, seed=1)[0]
    assert np.array_equal(plain.probabilities(fresh)[:, :5], shifted.probabilities(fresh)[:, 2:])


@pytest.mark.parametrize(
    ("codes", "classes", "words"), [([1, 1, 1, 1], 2, "at least two classes"), ([0, 1, 2, 1], 2, "there are 2 classes")]
)
def test_that_labels_that_do_not_do_are_refused(codes: list[int], classes: int, words: str) -> None:
    with pytest.raises(SelectionError, match=words):
        fit_probe(classes_of(4, 1)[0], np.array(codes), classes)


def test_that_identical_vectors_of_different_classes_can_be_fitted() -> None:
    vectors = np.repeat(classes_of(1, 1)[0], 6, axis=0)
    found = fit_probe(vectors, np.array([0, 1, 2, 0, 1, 2]), 3).probabilities(vectors)
    assert np.abs(found - 1 / 3).max() < 1e-3


def test_that_a_cancel_is_heard() -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        fit_probe(*classes_of(3), 5, ctx)


def test_that_neither_threads_nor_the_processor_change_a_bit() -> None:
    code = (
        "import hashlib, numpy as np\n"
        "from desktop_al.numerics.grid import GridVectors\n"
        "from desktop_al.numerics.probe import fit_probe\n"
        "found = hashlib.sha256()\n"
        "for m, d in ((60, 300), (400, 200)):\n"
        "    y = np.arange(m) % 7\n"
        "    x = np.random.default_rng(1).normal(size=(7, d))[y] + np.random.default_rng(0).normal(size=(m, d))\n"
        "    probe = fit_probe(GridVectors(x).block(), y, 9)\n"
        "    fresh = GridVectors(np.random.default_rng(2).normal(size=(3000, d))).block()\n"
        "    found.update(probe.coefficients.tobytes() + probe.probabilities(fresh).tobytes())\n"
        "print(found.hexdigest())"
    )
    root = Path(desktop_al.__file__).parents[1]
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            timeout=200,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OPENBLAS_CORETYPE": core},
        ).stdout
        for threads, core in (("1", "Haswell"), ("2", "Haswell"), ("2", "Prescott"))
    }
    assert len(printed) == 1


@pytest.mark.parametrize(("m", "r", "s"), [(3, 5, 2), (64, 65, 8), (131, 70, 9)])
def test_that_products_are_those_of_plain_matrices_bit_for_bit(m: int, r: int, s: int) -> None:
    rng = np.random.default_rng(m)
    x = np.rint(rng.normal(size=(m, r)) * 2**12) / 2**16
    codes = np.arange(m) % s
    given = Labelled(x, codes)
    weights, residual = (np.rint(rng.normal(size=(n, s)) * 2**20) / 2**20 for n in (r, m))
    assert np.array_equal(given.forward(weights), x @ weights)
    assert np.array_equal(given.backward(residual), x.T @ residual)


def test_that_a_fit_from_a_near_one_ends_where_one_from_nothing_does() -> None:
    vectors, codes = classes_of(20, dim=16, spread=1.5)
    x, codes = span_of(vectors).coordinates, codes.astype(np.int64)
    cold = fit_linear(x, codes, 0.01)
    warm = fit_linear(x, codes, 0.01, near=fit_linear(x, codes, 0.1))
    assert np.abs(softmax(cold.logits(x)) - softmax(warm.logits(x))).max() < 5e-3


def test_that_equal_labels_are_fitted_once() -> None:
    vectors, codes = classes_of(4, dim=16)
    first = fit_probe(vectors, codes, 6)
    assert fit_probe(vectors.copy(), codes.copy(), 6) is first
    assert fit_probe(vectors, codes, 7) is not first
    assert fit_probe(vectors, codes[::-1], 6) is not first
