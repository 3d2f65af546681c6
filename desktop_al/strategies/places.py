"""The places of a ranking that go to another rule than the strategy's own: a share of all, spread evenly.

Which they are does not depend on how long the ranking gets, so that rankings stay nested.
"""

import numpy as np

MIDDLE = 0.5
"""The phase that gives as many of the first places as rounding the share does."""


def due(at: int, share: float, phase: float = MIDDLE) -> bool:
    """Whether place ``at``, from 0, is one of them; ``share`` lies in [0, 1], ``phase`` in [0, 1)."""
    return int((at + 1) * share + phase) > int(at * share + phase)


def next_due(at: int, stop: int, share: float, phase: float = MIDDLE) -> int:
    """The first of them from ``at`` on, or ``stop`` where none comes before it."""
    while at < stop and not due(at, share, phase):
        at += 1
    return at


def random_phase(references: int) -> float:
    """The phase of random picks beside so many ``references``.

    It differs from round to round, so that batches too small for one random pick each hold their share on average; the
    seed decides which samples are drawn, not where they stand.
    """
    return float(np.random.default_rng([6, references]).random())
