"""What the labels so far foretell: the probe asked about samples that have no label."""

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import SelectionError
from desktop_al.domain.sentence import say
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.probe import Probe, fit_probe

_BLOCK = 2048


def probe_of(
    references: GridVectors,
    labelled: NDArray[np.bool_],
    codes: NDArray[np.int32],
    classes: tuple[str, ...],
    ctx: Context = SILENT,
) -> Probe | None:
    """The probe of the ``labelled`` (r,) bool references with their ``codes`` (m,); None below two classes."""
    if len(np.unique(codes)) < 2:
        return None
    return fit_probe(references.subset(np.flatnonzero(labelled)).block(), codes, len(classes), ctx)


def foretold_codes(
    pool: GridVectors,
    references: GridVectors,
    labelled: NDArray[np.bool_],
    codes: NDArray[np.int32],
    classes: tuple[str, ...],
    ctx: Context = SILENT,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The likeliest class of each sample of the pool (n,) int32 and of each reference (r,), their labels where known.

    Raises
    ------
    SelectionError
        Fewer than two classes have labels.
    """
    probe = probe_of(references, labelled, codes, classes, ctx)
    if probe is None:
        raise SelectionError(
            say("Classes can be balanced once two of them have labels; label some images, or choose another column.")
        )
    theirs = np.zeros(len(references), dtype=np.int32)
    theirs[labelled] = codes
    picked = np.flatnonzero(~labelled)
    theirs[picked] = likeliest(probe, references.subset(picked), ctx)
    return likeliest(probe, pool, ctx), theirs


def likeliest(probe: Probe, vectors: GridVectors, ctx: Context) -> NDArray[np.int32]:
    """The class of the largest probability of each vector, (n,) int32."""
    found = np.empty(len(vectors), dtype=np.int32)
    for start, block in vectors.blocks(_BLOCK):
        ctx.check()
        found[start : start + len(block)] = probe.probabilities(block).argmax(axis=1)
    return found
