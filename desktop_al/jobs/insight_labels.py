"""Insights that rest on labels: what a classifier fitted to them doubts, what is new to them, and what they cover."""

import threading
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import LabelError, SelectionError
from desktop_al.domain.records import EmbeddingTable, Ids, ModelRecord
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.jobs.insight_parts import (
    Arrays,
    Labelled,
    all_vectors,
    bandwidth_of,
    embedded,
    kept,
    key_of,
    labelled,
    picked,
)
from desktop_al.jobs.insights import InsightResult, InsightSpec
from desktop_al.jobs.own_classes import named_classes
from desktop_al.jobs.select_inputs import vectors_of
from desktop_al.models.class_names import SUFFIX
from desktop_al.numerics.beliefs import flattened, log_probabilities, margin_uncertainty, require_probabilities
from desktop_al.numerics.calibration import smoothing_of, temperature_of
from desktop_al.numerics.coverage import mean
from desktop_al.numerics.kernel import ONE, factor
from desktop_al.numerics.nearest_member import NearestMember, joined, left, similarities
from desktop_al.numerics.probe import fit_probe
from desktop_al.store.project import Project

HALF = 0.5
"""From this similarity on a sample counts as covered: half the height of the kernel."""

_BLOCK = 2048
_BUILTIN = "builtin"


def uncertainty(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """One less the margin between the two likeliest classes, as selection weighs it."""
    table = embedded(project)
    found, _ = _beliefs(project, table, ctx)
    return InsightResult(spec.name, table.ids, found["uncertainty"].astype(np.float64))


def guess(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The likeliest class; that of the user's own model only where it names its classes."""
    table = embedded(project)
    found, names = _beliefs(project, table, ctx)
    if not names:
        model = _model_of(project, table)
        file = shown(Path(model.path or model.name).with_suffix(SUFFIX).name)
        raise LabelError(
            say(
                "The model “{model}” does not say how its classes are called: write their names beside it, one a "
                "line in the order of its scores, as {file}, and embed again; or label images of two classes.",
                model=shown(model.name),
                file=file,
            )
        )
    return InsightResult(spec.name, table.ids, codes=found["guess"].astype(np.int32), names=names)


def _beliefs(project: Project, table: EmbeddingTable, ctx: Context) -> tuple[Arrays, tuple[str, ...]]:
    """``uncertainty`` (n,) float32 and ``guess`` (n,) int32 into the names that come with them.

    The user's own model is believed where it names its classes and they are those of the labels; where there are no
    labels of two classes, also where it names others or none, in which case there are no names.
    """
    known = labelled(project, table)
    fitted = len(np.unique(known.codes)) >= 2
    own, names = _own_probabilities(project, table)
    meant = set(known.classes) <= set(names)
    if own is None and not fitted:
        raise LabelError(
            say(
                "A classifier needs labels of at least two classes, and all labels are of one class: "
                "label some images, or import labels."
            )
            if len(known.ids)
            else say(
                "A classifier needs labels of at least two classes, and there are no labels yet: label "
                "some images, or import labels."
            )
        )
    if own is None or (fitted and not meant):
        key = key_of(table, known.ids, known.codes, also="\0".join([*known.classes, "probe"]))
        found = kept(project, table.model_key, "beliefs", key, table.ids, lambda: _of_probe(table, known, ctx))
        return found, known.classes
    given = own
    order = np.array([names.index(name) for name in known.classes], np.int64) if meant else None
    key = key_of(table, known.ids, known.codes, also="\0".join([*names, "own", *(known.classes if meant else ())]))
    return kept(project, table.model_key, "beliefs", key, table.ids, lambda: _of_own(given, known, order, ctx)), names


def _model_of(project: Project, table: EmbeddingTable) -> ModelRecord:
    return next(model for model in project.models() if model.key == table.model_key)


def _own_probabilities(project: Project, table: EmbeddingTable) -> tuple[EmbeddingTable | None, tuple[str, ...]]:
    """What the user's own model holds of each sample, and the names of its classes in their order, as far as told."""
    model = _model_of(project, table)
    if model.kind == _BUILTIN or model.n_classes < 2:
        return None, ()
    given = project.probabilities(model.key)
    if given is None or not np.array_equal(given.ids, table.ids):
        return None, ()
    return given, named_classes(model)


def _of_probe(table: EmbeddingTable, known: Labelled, ctx: Context) -> Arrays:
    probe = fit_probe(vectors_of(table, known.ids).block(), known.codes, len(known.classes), ctx)
    doubt, likeliest = np.empty(len(table), np.float32), np.empty(len(table), np.int32)
    for start, block in all_vectors(table).blocks(_BLOCK):
        ctx.check()
        held, part = probe.probabilities(block), slice(start, start + len(block))
        doubt[part], likeliest[part] = margin_uncertainty(held), held.argmax(axis=1)
        ctx.report("Asking the probe", start + len(block), len(table), "images")
    return {"uncertainty": doubt, "guess": likeliest}


def _of_own(own: EmbeddingTable, known: Labelled, order: NDArray[np.int64] | None, ctx: Context) -> Arrays:
    """What the user's model believes; ``order`` (c,) are the columns of the classes of the labels, None if unknown."""
    temperature = 1.0
    if len(known.ids) and order is not None:
        # Labels say how far the model is to be believed.
        held = own.matrix[own.rows[np.searchsorted(own.ids, known.ids)]]
        require_probabilities(held, len(known.ids))
        codes = order[known.codes]
        temperature, _ = temperature_of(log_probabilities(held), codes, smoothing_of(len(codes)))
    doubt, likeliest = np.empty(len(own), np.float32), np.empty(len(own), np.int32)
    for start in range(0, len(own), _BLOCK):
        ctx.check()
        held = own.matrix[own.rows[start : start + _BLOCK]]
        require_probabilities(held, len(held))
        held, part = flattened(held, temperature), slice(start, start + len(held))
        doubt[part], likeliest[part] = margin_uncertainty(held), held.argmax(axis=1)
        ctx.report("Asking the model", start + len(held), len(own), "images")
    return {"uncertainty": doubt, "guess": likeliest}


def novelty(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The distance to the nearest labelled sample."""
    table = embedded(project)
    known = labelled(project, table)
    if len(known.ids) == 0:
        raise LabelError(
            say(
                "Novelty is the distance to the nearest labelled image, and no embedded image has a "
                "label yet: label some images, or import labels."
            )
        )
    near = _nearest_labelled(project, table, known.ids, ctx)
    distances = np.sqrt(near.squared.astype(np.float64)) / all_vectors(table).norm
    return InsightResult(spec.name, table.ids, distances)


def covered(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The similarity to the nearest labelled sample, as coverage counts it."""
    return _coverage(project, spec, ctx)[0]


def covered_after(project: Project, spec: InsightSpec, ctx: Context) -> InsightResult:
    """The similarity to the nearest sample that is labelled, or picked and not rejected."""
    return _coverage(project, spec, ctx)[1]


def _coverage(project: Project, spec: InsightSpec, ctx: Context) -> tuple[InsightResult, InsightResult]:
    table = embedded(project)
    known, picks = labelled(project, table), picked(project, table)
    if len(known.ids) + len(picks) == 0:
        raise SelectionError(
            say(
                "Nothing is covered yet, for no embedded image is labelled or picked: select a batch, or import labels."
            )
        )
    pool, width = all_vectors(table), bandwidth_of(project, table, known.ids)
    scale = factor(width, pool.norm)
    by_labels = _nearest_labelled(project, table, known.ids, ctx).squared
    by_picks = _remembered(project, table, "picked", picks, ctx).squared
    before, after = similarities(by_labels, scale), similarities(np.minimum(by_labels, by_picks), scale)
    half = round(HALF * ONE)
    share, share_after = float((before >= half).mean()), float((after >= half).mean())
    facts = {
        "bandwidth": width,
        "coverage": mean(before),
        "coverage_after": mean(after),
        "covered": share,
        "added": share_after - share,
        "uncovered": 1 - share_after,
        "labelled": len(known.ids),
        "picked": len(picks),
    }
    one, other = before / ONE, after / ONE
    return (
        InsightResult(spec.name, table.ids, one, facts=facts),
        InsightResult(spec.name, table.ids, other, facts=facts),
    )


# The nearest labelled and picked sample of each, which labels and decisions change a little at a time.

_lock = threading.Lock()
_memory: "weakref.WeakKeyDictionary[Project, dict[str, tuple[str, Ids, NearestMember]]]" = weakref.WeakKeyDictionary()


def _nearest_labelled(project: Project, table: EmbeddingTable, members: Ids, ctx: Context) -> NearestMember:
    """The nearest labelled sample of each; kept in the project."""

    def compute() -> Arrays:
        near = _remembered(project, table, "labelled", members, ctx)
        return {"squared": near.squared, "by": near.by}

    found = kept(project, table.model_key, "labelled", key_of(table, members), table.ids, compute)
    return NearestMember(found["squared"], found["by"])


def _remembered(project: Project, table: EmbeddingTable, what: str, members: Ids, ctx: Context) -> NearestMember:
    """The nearest of ``members`` to each sample, made from what it was for other members where that is less work."""
    pool = all_vectors(table)
    with _lock:
        known = _memory.get(project, {}).get(what)
    before, had = NearestMember.none(len(table)), members[:0]
    if known is not None and known[0] == table.digest:
        had, before = known[1], known[2]
    gone, new = np.setdiff1d(had, members), np.setdiff1d(members, had)
    if len(gone):
        stay = np.setdiff1d(had, gone)
        before = left(before, pool, gone, vectors_of(table, stay), stay, ctx)
    if len(new):
        before = joined(before, pool, vectors_of(table, new), new, ctx)
    with _lock:
        _memory.setdefault(project, {})[what] = (table.digest, members, before)
    return before
