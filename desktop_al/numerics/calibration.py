"""Temperatures: how far class probabilities must be flattened until they are no surer than they are right."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics.logistic import Labelled, Linear, fit_linear
from desktop_al.numerics.softmax import surprise
from desktop_al.numerics.threads import over_blocks

FOLDS = 5
PENALTIES = (1.0, 0.1, 0.01, 0.001, 0.0001)
"""The precisions of the prior that are tried, the strongest first."""

STAGE = "Fitting the probe"
STEPS = len(PENALTIES) + 1
"""Of `STAGE`: a step for each penalty, and one for whoever fits with the one that was found."""

TEMPERATURES: tuple[float, ...] = tuple(2.0 ** (step / 8) for step in range(57))
"""The temperatures that are tried, 1 to 128."""

# More labels than this tell nothing more of two numbers.
_MOST = 2000
# A weaker penalty must surprise less by this share: what rounding decides is no reason for it.
_LESS = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """The ``penalty`` and ``temperature`` under which labels surprise least.

    ``scored`` is the number of labels behind them, ``logits`` (b, s) those of the labels that were asked about.
    """

    penalty: float
    temperature: float
    scored: int
    logits: NDArray[np.float64]


def smoothing_of(scored: int) -> float:
    """The share of wrong answers to expect where ``scored`` were right: the rule of succession."""
    return 1.0 / (scored + 2)


def temperature_of(logits: NDArray[np.float64], codes: NDArray[np.int64], smoothing: float) -> tuple[float, float]:
    """The likeliest temperature >= 1 for the labels ``codes`` (m,) of ``logits`` (m, c), and its surprise in nats.

    Before the labels speak, each e-fold of flattening is one standard deviation off 1; a share ``smoothing`` of each
    label counts as spread over all classes. The first of equals.
    """
    found = [
        surprise(logits / temperature, codes, smoothing) + math.log(temperature) ** 2 / 2
        for temperature in TEMPERATURES
    ]
    best = int(np.argmin(found))
    return TEMPERATURES[best], found[best]


def parts_of(codes: NDArray[np.int64], count: int = FOLDS) -> NDArray[np.int64]:
    """The fold of each label, (m,) int64, the labels of each class in turn; -1 for the only label of its class.

    Classes with as many labels have as many in each training set, and each class keeps one there. A label that is the
    only one of its class always stays: without it the class would be unknown, and the label would measure that.
    """
    parts = np.full(len(codes), -1, dtype=np.int64)
    for code in np.unique(codes):
        members = np.flatnonzero(codes == code)
        if len(members) > 1:
            parts[members] = np.arange(len(members)) % count
    return parts


def calibrate(coordinates: NDArray[np.float64], codes: NDArray[np.int64], ctx: Context = SILENT) -> Calibration:
    """Choose penalty and temperature for labels ``codes`` (m,), 0 to s - 1, of grid ``coordinates`` (m, d).

    By the likelihood of labels that the fit has not seen, five-fold, each label taken to be wrong at the rate that the
    rule of succession gives for so many labels: a few right answers are no proof of certainty. Where no class has two
    labels nothing can be scored that way, and the fit is asked about its own labels at that rate. Above 2,000 labels an
    evenly spread 2,000 of them take part.
    """
    if len(codes) > _MOST:
        order = np.argsort(codes, kind="stable")
        chosen = np.sort(order[np.linspace(0, len(codes) - 1, _MOST).astype(np.int64)])
        # Every class keeps a label.
        chosen = np.union1d(chosen, np.unique(codes, return_index=True)[1])
        coordinates, codes = coordinates[chosen], codes[chosen]
    parts = parts_of(codes)
    scored = int((parts >= 0).sum())
    smoothing = smoothing_of(scored or len(codes))
    best, least = None, math.inf
    ctx.report(STAGE, 0, STEPS)
    for at, (penalty, logits, truth) in enumerate(_cross_fitted(coordinates, codes, parts, ctx), 1):
        ctx.report(STAGE, at, STEPS)
        temperature, found = temperature_of(logits, truth, smoothing)
        if best is not None and found > (1 - _LESS) * least:
            # Weaker ones still surprise more still, and take the longest to fit.
            break
        best, least = Calibration(penalty, temperature, scored, logits), found
    assert best is not None
    return best


def _cross_fitted(
    coordinates: NDArray[np.float64], codes: NDArray[np.int64], parts: NDArray[np.int64], ctx: Context
) -> Iterator[tuple[float, NDArray[np.float64], NDArray[np.int64]]]:
    """For each penalty the logits of the labels that are scored, by fits that have not seen them, and their classes.

    Each fit starts from the one before it, of the same labels under a stronger penalty.
    """
    folds = np.unique(parts[parts >= 0]).tolist() or [-2]
    asked = [parts == fold if fold >= 0 else parts < 0 for fold in folds]
    trained = [parts != fold if fold >= 0 else parts < 0 for fold in folds]
    given = [Labelled(coordinates[rows], codes[rows]) for rows in trained]
    fits: list[Linear | None] = [None] * len(folds)
    truth = np.concatenate([codes[rows] for rows in asked])
    for penalty in PENALTIES:

        def work(start: int, stop: int, penalty: float = penalty) -> None:
            for at in range(start, stop):
                fits[at] = fit_linear(given[at], given[at].codes, penalty, ctx, fits[at])

        over_blocks(len(folds), 1, work, ctx)
        logits = [
            fitted.logits(coordinates[rows]) for fitted, rows in zip(fits, asked, strict=True) if fitted is not None
        ]
        yield penalty, np.concatenate(logits), truth
