"""Whether what the labels foretell still changes from round to round."""

import numpy as np

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import EmbeddingTable, Ids, LabelTable
from desktop_al.jobs.foretold import likeliest, probe_of
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.numerics.stop import Stability, stabilising, stop_set

_ROUNDS = 4


def stability_of(labels: LabelTable, table: EmbeddingTable, protected: Ids, ctx: Context = SILENT) -> Stability:
    """How well the probes of the last rounds agree on a fixed part of all embedded images.

    Each round is judged by the labels that came up to it, of which those of ``protected`` samples teach nothing. A
    round counts once labels of two classes are there.
    """
    usable = np.isin(labels.ids, table.ids) & ~np.isin(labels.ids, protected)
    judged = vectors_of(table, table.ids[stop_set(len(table))])
    probes = []
    for number in np.unique(labels.rounds[usable])[-_ROUNDS:]:
        so_far = usable & (labels.rounds <= number)
        references = vectors_of(table, labels.ids[so_far])
        everyone = np.ones(len(references), dtype=bool)
        probes.append(probe_of(references, everyone, labels.codes[so_far], labels.classes, ctx))
    return stabilising([likeliest(probe, judged, ctx) for probe in probes if probe is not None])
