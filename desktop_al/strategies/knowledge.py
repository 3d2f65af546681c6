"""What a strategy may know of the classes: beliefs for those that ask for them, and a refusal where they lack."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.beliefs import Beliefs, flattened, log_probabilities, require_probabilities
from desktop_al.numerics.calibration import smoothing_of, temperature_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.probe import fit_probe
from desktop_al.strategies.base import Known, Strategy, StrategyInput

_BLOCK = 2048
_PROBABILITIES = "probabilities"


def beliefs_of(
    strategy: Strategy,
    given: StrategyInput,
    probabilities: NDArray[np.floating] | None = None,
    of_known: NDArray[np.floating] | None = None,
    ctx: Context = SILENT,
) -> Beliefs | None:
    """The beliefs that ``strategy`` is to have of the pool of ``given``; None where it wants none or there are none.

    The user's own ``probabilities`` (n, c) of the pool come first; ``of_known`` (m, c), those of the labelled samples,
    say how far they must be flattened. Otherwise the probe is fitted, given labels of at least two classes, and asked
    about the pool block by block.

    Raises
    ------
    SelectionError
        Where the probabilities are none.
    CancelledError
        ``ctx`` was cancelled.
    """
    if _PROBABILITIES not in strategy.needs | strategy.uses:
        return None
    known = given.known
    if probabilities is not None:
        require_probabilities(probabilities, len(given.pool))
        return _own(probabilities, known, of_known)
    if known is None or len(np.unique(known.codes)) < 2:
        return None
    vectors = given.references.subset(known.rows).block()
    probe = fit_probe(vectors, known.codes, class_count(known), ctx)
    return Beliefs(
        _predicted(given.pool, probe.probabilities, probe.classes, ctx), probe.probabilities, probe.temperature
    )


def class_count(known: Known) -> int:
    """The number of classes that are known of, those without labels included."""
    return max(len(known.classes), int(known.codes.max(initial=-1)) + 1)


def require_beliefs(strategy: Strategy, given: StrategyInput) -> Beliefs:
    """The beliefs of ``given``; raises `SelectionError` where there are none."""
    refuse_without(strategy, given)
    assert given.beliefs is not None
    return given.beliefs


def refuse_without(strategy: Strategy, given: StrategyInput) -> None:
    """Raise `SelectionError`, with what to do, where ``given`` lacks what ``strategy`` needs."""
    needs = strategy.needs
    labelled = given.known is not None and len(given.known.rows) > 0
    if _PROBABILITIES in needs and given.beliefs is None:
        if given.known is not None and labelled:
            raise SelectionError(
                say(
                    "The strategy {strategy} needs to know what a model believes, and all labels so far are "
                    "of one class; label images of another class, or pick this batch by auto or coverage.",
                    strategy=strategy.name,
                )
            )
        raise SelectionError(
            say(
                "The strategy {strategy} needs to know what a model believes, and there are no labels "
                "yet; import labels of at least two classes, or pick this batch by auto or coverage.",
                strategy=strategy.name,
            )
        )
    if "labels" in needs and not labelled:
        raise SelectionError(
            say(
                "The strategy {strategy} needs labels, and there are none yet; import some, or pick this "
                "batch by auto or coverage.",
                strategy=strategy.name,
            )
        )
    if "queries" in needs and (given.queries is None or len(given.queries) == 0):
        raise SelectionError(
            say(
                "The strategy {strategy} needs images to look for; say which the picks are to be like.",
                strategy=strategy.name,
            )
        )


def _own(probabilities: NDArray[np.floating], known: Known | None, of_known: NDArray[np.floating] | None) -> Beliefs:
    """The user's own probabilities, calibrated where labels say how."""
    if known is None or of_known is None or len(known.codes) == 0:
        return Beliefs(flattened(probabilities, 1.0))
    require_probabilities(of_known, len(known.codes))
    if class_count(known) > probabilities.shape[1]:
        raise SelectionError(
            say(
                "There are labels of {labelled} classes and probabilities of {columns}; they must be of "
                "the same classes.",
                labelled=class_count(known),
                columns=probabilities.shape[1],
            )
        )
    logs, codes = log_probabilities(of_known), known.codes.astype(np.int64)
    temperature, _ = temperature_of(logs, codes, smoothing_of(len(codes)))
    return Beliefs(flattened(probabilities, temperature), temperature=temperature)


def _predicted(
    pool: GridVectors, predict: Callable[[NDArray[np.float32]], NDArray[np.float32]], classes: int, ctx: Context
) -> NDArray[np.float32]:
    """What ``predict`` says of each vector of ``pool``, (n, classes)."""
    out = np.empty((len(pool), classes), dtype=np.float32)
    for start, block in pool.blocks(_BLOCK):
        ctx.check()
        ctx.report("Asking the probe", start, len(pool), "images")
        out[start : start + len(block)] = predict(block)
    return out
