"""When to stop labelling: predictions that no longer change, and the risk that a class was never seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LEAST_DRAWN = 10
"""So many labels drawn at random before they tell of unseen classes."""

STABLE = 0.99
"""Successive probes that agree this well, as the mean of Cohen's kappa, have settled."""

STOP_SET = 2000
"""So many samples are enough to compare probes on."""

_PAIRS = 3
_FIRST_ROUND = 3


def kappa(a: NDArray[np.integer], b: NDArray[np.integer]) -> float:
    """Cohen's kappa of two predictions, in [-1, 1]: their agreement beyond what their class shares give by chance.

    Parameters
    ----------
    a, b : (m,) class codes of the same samples, at least one.

    Returns
    -------
    (p_o - p_e) / (1 - p_e) (Cohen, Educational and Psychological Measurement 1960); 1 where both say one and the same
    class throughout, for they agree wholly.

    Raises
    ------
    ValueError
        Where the two differ in length or are empty.
    """
    if len(a) != len(b) or len(a) == 0:
        raise ValueError(f"kappa compares as many codes with as many, at least one, and got {len(a)} and {len(b)}")
    classes, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    first, second = codes.reshape(2, -1)
    shares = [np.bincount(part, minlength=len(classes)) / len(part) for part in (first, second)]
    observed, expected = float((first == second).mean()), float(shares[0] @ shares[1])
    return 1.0 if expected >= 1 else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Stability:
    """How well the predictions of successive probes agree.

    ``kappas`` are those of the last three pairs of rounds at most, ``mean`` theirs, None where there is no pair;
    ``judged`` says that there were rounds enough to judge, ``stable`` that the mean reaches `STABLE` then.
    """

    kappas: tuple[float, ...]
    mean: float | None
    judged: bool
    stable: bool


def stabilising(predictions: Sequence[NDArray[np.integer]]) -> Stability:
    """Whether predictions on a fixed stop set have settled (Bloodgood & Vijay-Shanker, CoNLL 2009).

    Parameters
    ----------
    predictions : one (m,) array of class codes for each round's probe, oldest first, all of the same samples in the
        same order and of the same codes. It is judged from the third round on, over the last three pairs at most.

    Raises
    ------
    ValueError
        Where the arrays differ in length or are empty.
    """
    kappas = tuple(kappa(a, b) for a, b in pairwise(predictions))[-_PAIRS:]
    mean = math.fsum(kappas) / len(kappas) if kappas else None
    judged = len(predictions) >= _FIRST_ROUND
    return Stability(kappas, mean, judged, judged and mean is not None and mean >= STABLE)


def stop_set(n: int, size: int = STOP_SET) -> NDArray[np.int64]:
    """Positions of a fixed random stop set among ``n`` samples, (min(n, size),) int64 in order, always the same."""
    return np.sort(np.random.default_rng(0).permutation(n)[:size]).astype(np.int64)


def new_class_risk(codes: NDArray[np.integer]) -> float | None:
    """The probability that the next random image shows a class that none of these show (Good, Biometrika 1953).

    Parameters
    ----------
    codes : (N,) class codes of labelled samples that were drawn uniformly at random; any others bias it.

    Returns
    -------
    f1 / N, where f1 classes were seen exactly once; None where N is below `LEAST_DRAWN`, for then it says little.
    """
    if len(codes) < LEAST_DRAWN:
        return None
    counts = np.unique(codes, return_counts=True)[1]
    return float((counts == 1).sum() / len(codes))
