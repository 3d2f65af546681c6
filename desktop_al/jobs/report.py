"""The report: how the rounds went, what the pool is covered by, how redundant it is, and how the classes balance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.records import BatchRecord, Counts, EmbeddingTable, LabelTable, RoundRecord
from desktop_al.domain.results import plain
from desktop_al.jobs.coverage_history import CoverageHistory, coverage_history
from desktop_al.jobs.curve import curve_of
from desktop_al.jobs.info import BatchLine, batch_lines
from desktop_al.numerics.summary import DUPLICATE_SHARE
from desktop_al.store.project import Project


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round: its labels, all labels up to it, and how well the labels foretell each other.

    ``agreement`` is the mean recall over the classes when each labelled sample takes the label of its nearest other
    labelled sample in the embedding space, None while that cannot be said: the learning curve of a nearest-neighbour
    classifier, leave-one-out. ``coverage`` is that of all embedded images by the end of the round, at the bandwidth of
    the last batch for every round, so that rounds compare.
    """

    number: int
    batches: tuple[int, ...]
    picks: int
    accepted: int
    rejected: int
    labelled: int
    labelled_so_far: int
    classes_so_far: int
    agreement: float | None
    coverage: float | None
    started_at: str


@dataclass(frozen=True, slots=True)
class ReportResult:
    """All figures of the report; ``redundancy`` is the share of samples with a near-duplicate, None while unknown.

    ``imbalance`` is the total variation between the class shares and equal shares: 0 even, towards 1 one class only.
    ``coverage`` and ``curves`` are what each batch recorded, at its own bandwidth; ``comparable`` is the coverage of
    all embedded images after each batch, at the ``bandwidth`` of the last one.
    """

    project: str
    counts: Counts
    rounds: tuple[RoundLine, ...]
    batches: tuple[BatchLine, ...]
    coverage: dict[int, dict[str, Any]]
    curves: dict[int, list[dict[str, Any]]]
    redundancy: float | None
    duplicate_radius: float | None
    classes: dict[str, int]
    imbalance: float | None
    comparable: dict[int, float]
    bandwidth: float | None

    def to_json(self) -> dict[str, Any]:
        """The JSON object of ``report``."""
        fields: dict[str, Any] = plain(asdict(self))
        return fields


def run_report(project: Project, ctx: Context = SILENT) -> ReportResult:
    """Gather the figures; nothing is changed."""
    batches = {batch.number: batch for batch in project.batches()}
    labels = project.labels()
    names = {name: int((labels.codes == code).sum()) for code, name in enumerate(labels.classes)}
    redundancy, radius = _redundancy(project, list(batches.values()))
    history = coverage_history(project, ctx)
    return ReportResult(
        project=project.name,
        counts=project.counts(),
        rounds=tuple(_rounds(project.rounds(), history, labels, project.embeddings(), ctx)),
        batches=tuple(batch_lines(project)),
        coverage={number: dict(batch.coverage) for number, batch in batches.items()},
        curves={number: curve_of(batch) for number, batch in batches.items()},
        redundancy=redundancy,
        duplicate_radius=radius,
        classes=dict(sorted(names.items(), key=lambda item: (-item[1], item[0]))),
        imbalance=imbalance(list(names.values())),
        comparable=history.batches,
        bandwidth=history.bandwidth,
    )


def _rounds(
    rounds: Sequence[RoundRecord],
    history: CoverageHistory,
    labels: LabelTable,
    embeddings: EmbeddingTable,
    ctx: Context,
) -> list[RoundLine]:
    lines = []
    for place, record in enumerate(rounds):
        ctx.check()
        ctx.report("Measuring rounds", place, len(rounds), "rounds")
        so_far = labels.rounds <= record.number
        lines.append(
            RoundLine(
                record.number,
                record.batches,
                record.picks,
                record.accepted,
                record.rejected,
                record.labelled,
                int(so_far.sum()),
                len(np.unique(labels.codes[so_far])),
                agreement(labels.ids[so_far], labels.codes[so_far], embeddings),
                history.rounds.get(record.number),
                record.started_at,
            )
        )
    return lines


def agreement(ids: NDArray[np.int64], codes: NDArray[np.int32], embeddings: EmbeddingTable) -> float | None:
    """Mean recall over the classes of the nearest other labelled sample, leave-one-out.

    Parameters
    ----------
    ids
        Labelled samples (n,), ascending.
    codes
        Their classes (n,).
    embeddings
        The embeddings of the project; labelled samples without one are left out.

    Returns
    -------
    recall
        In [0, 1]; None with fewer than two labelled samples or classes.
    """
    from desktop_al.numerics.neighbours import neighbours

    _, mine, theirs = np.intersect1d(ids, embeddings.ids, assume_unique=True, return_indices=True)
    codes = codes[mine]
    if len(codes) < 2 or len(np.unique(codes)) < 2:
        return None
    graph = neighbours(embeddings.matrix, k=1, rows=embeddings.rows[theirs])
    hits = codes[graph.indices[:, 0]] == codes
    return float(np.mean([hits[codes == code].mean() for code in np.unique(codes)]))


def _redundancy(project: Project, batches: Sequence[BatchRecord]) -> tuple[float | None, float | None]:
    """The share of samples whose nearest neighbour is within the duplicate radius, and that radius."""
    bandwidths = [batch.budget.get("bandwidth") for batch in batches]
    graph = project.neighbours() if project.active_model() else None
    if graph is None or not bandwidths or bandwidths[-1] is None or graph.distances.size == 0:
        return None, None
    radius = DUPLICATE_SHARE * float(bandwidths[-1])
    return float(np.mean(graph.distances[:, 0] < radius)), radius


def imbalance(counts: Sequence[int]) -> float | None:
    """Total variation between the shares of ``counts`` and equal shares; None without a count."""
    total = sum(counts)
    if not total:
        return None
    return float(np.abs(np.asarray(counts) / total - 1 / len(counts)).sum() / 2)
