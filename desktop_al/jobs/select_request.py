"""From a spec, its samples and its terms to what the engine is asked."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import Remedy, SelectionError
from desktop_al.domain.records import EmbeddingTable, Ids
from desktop_al.domain.sentence import Sentence, say, template
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.own_classes import named_classes
from desktop_al.jobs.select_inputs import Inputs, vectors_of
from desktop_al.jobs.select_record import SelectRecord
from desktop_al.jobs.select_terms import Terms
from desktop_al.numerics.grid import GridVectors
from desktop_al.store.project import Project
from desktop_al.strategies.base import Balance, Known, Limits, Strategy
from desktop_al.strategies.engine import Request

_BUILTIN = "builtin"
_PROBABILITIES, _QUERIES = "probabilities", "queries"


def request_of(
    project: Project,
    record: SelectRecord,
    table: EmbeddingTable,
    graph: NDArray[np.int32] | None,
    judged: bool = True,
) -> Request:
    """What the engine is asked, the same for the same record."""
    spec, inputs, terms = record.spec, record.inputs, record.terms
    limits = spec.constraints
    barred = np.isin(inputs.pool, np.asarray(limits.vetoes, dtype=np.int64))
    pins = tuple(int(at) for at in np.searchsorted(inputs.pool, np.asarray(limits.pins, dtype=np.int64)))
    common = Request(
        count=spec.count,
        seed=spec.seed,
        options=spec.options,
        classes=record.classes,
        previous_bandwidth=record.previous_bandwidth,
        neighbours=graph,
        pins=pins,
        random_share=spec.random_share,
        least_images=spec.least_images,
        queries=_queries(record, table),
        judged=judged,
        limits=Limits(barred if barred.any() else None, minimum_distance=limits.minimum_distance),
    )
    return common if terms is None else _with_terms(project, common, spec, inputs, terms, barred)


def _queries(record: SelectRecord, table: EmbeddingTable) -> GridVectors | None:
    """What picks are to be like: samples as they are embedded, then files as they were; None for nothing."""
    samples = vectors_of(table, np.unique(np.asarray(record.spec.like, dtype=np.int64)))
    if record.like_files is None:
        return samples if len(samples) else None
    return GridVectors(np.concatenate([samples.matrix[samples.rows], record.like_files]))


def _with_terms(
    project: Project, request: Request, spec: SelectSpec, inputs: Inputs, terms: Terms, barred: NDArray[np.bool_]
) -> Request:
    if terms.protected is not None:
        barred = barred | terms.protected
    limits = Limits(barred if barred.any() else None, terms.groups, terms.room, spec.constraints.minimum_distance)
    scores = None
    if terms.priorities is not None and spec.aims.priority_weight > 0:
        # A pick of the highest priority counts like so many more images that it stands for.
        scores = terms.priorities * (spec.aims.priority_weight / len(inputs.pool))
    known = None
    if len(terms.codes):
        known = Known(np.flatnonzero(inputs.labelled), terms.codes, terms.classes)
    return replace(
        request,
        limits=limits,
        known=known,
        scores=scores,
        weights=None if terms.strata is None else terms.strata.weights(),
        balance=_balance(spec, terms),
        probabilities=own_probabilities(project, inputs.model_key, inputs.pool) if terms.own else None,
        known_probabilities=_of_labelled(project, inputs, terms) if terms.own else None,
    )


def _of_labelled(project: Project, inputs: Inputs, terms: Terms) -> NDArray[np.floating] | None:
    """What the user's own model gave of the labelled samples, (m, c) in the order of the codes of their labels.

    None where some are not there, or where it is not known which of its classes are which of the labels: then nothing
    tells how far the model is to be trusted.
    """
    model = next((model for model in project.models() if model.key == inputs.model_key), None)
    names = () if model is None else named_classes(model)
    if set(names) != set(terms.classes) or len(np.unique(terms.codes)) < 2:
        return None
    found = own_probabilities(project, inputs.model_key, inputs.references[inputs.labelled])
    return None if found is None else found[:, [names.index(name) for name in terms.classes]]


def _balance(spec: SelectSpec, terms: Terms) -> Balance | None:
    """The balance term; a stratum of average share is worth half as much once it holds one image.

    Its gain then falls as one over the number of picks, as that of coverage does, whatever the budget.
    """
    strata = terms.strata
    if strata is None or spec.aims.balance <= 0:
        return None
    least = 1e-6
    targets = np.maximum(strata.shares * len(strata.names), least)
    return Balance(strata.codes, strata.counts, targets, strata.shares, spec.aims.balance)


def wants_own(project: Project, strategy: Strategy, inputs: Inputs, terms: Terms) -> bool:
    """Whether a strategy is to use the class probabilities that the user's own model gave.

    That is where they are of the classes that there are labels of, by their names or, where the model tells none, by
    their number; or where a strategy needs some and no probe can be fitted yet. Those of the built-in model are of
    other classes than anybody's labels.
    """
    if _PROBABILITIES not in strategy.needs | strategy.uses:
        return False
    model = next((model for model in project.models() if model.key == inputs.model_key), None)
    if model is None or model.kind == _BUILTIN or model.n_classes < 2:
        return False
    if len(np.unique(terms.codes)) < 2:
        wanted = _PROBABILITIES in strategy.needs
    else:
        names = named_classes(model)
        same = set(names) == set(terms.classes)
        wanted = same if names else model.n_classes == len(terms.classes)
    return wanted and own_probabilities(project, inputs.model_key, inputs.pool) is not None


def own_probabilities(project: Project, model_key: str, samples: Ids) -> NDArray[np.floating] | None:
    """The probabilities (n, c) that the model gave of ``samples`` (n,); None where some are not there."""
    table = project.probabilities(model_key)
    if table is None or len(table) == 0:
        return None
    at = np.minimum(np.searchsorted(table.ids, samples), len(table) - 1)
    if not np.array_equal(table.ids[at], samples):
        return None
    found: NDArray[np.floating] = table.matrix[table.rows[at]]
    return found


_UNKNOWN = (
    (
        template("The project has no sample {sample} to pin; see the numbers in the gallery."),
        template("The project has no sample {sample} (and {others:,} more) to pin; see the numbers in the gallery."),
    ),
    (
        template("The project has no sample {sample} to veto; see the numbers in the gallery."),
        template("The project has no sample {sample} (and {others:,} more) to veto; see the numbers in the gallery."),
    ),
    (
        template("The project has no sample {sample} to look for; see the numbers in the gallery."),
        template(
            "The project has no sample {sample} (and {others:,} more) to look for; see the numbers in the gallery."
        ),
    ),
)
_BOTH = (
    template("Sample {sample} is pinned and vetoed at once; take one of the two back."),
    template("Sample {sample} (and {others:,} more) is pinned and vetoed at once; take one of the two back."),
)
_CLOSED = (
    template("Sample {sample} is pinned and cannot be picked, since it is labelled, picked, missing or not embedded."),
    template(
        "Sample {sample} (and {others:,} more) is pinned and cannot be picked, since it is labelled, picked, missing "
        "or not embedded."
    ),
)
_BARRED = (
    template("Sample {sample} is pinned, and protected or nearly the same as a protected image."),
    template("Sample {sample} (and {others:,} more) is pinned, and protected or nearly the same as a protected image."),
)
_NOT_EMBEDDED = (
    template("Sample {sample} has no embedding to compare with; embed the images, or name another one."),
    template(
        "Sample {sample} (and {others:,} more) has no embedding to compare with; embed the images, or name another one."
    ),
)


def check_ids(project: Project, spec: SelectSpec, inputs: Inputs, table: EmbeddingTable, terms: Terms) -> None:
    """See to it that pins, vetoes and examples can be what they are asked to be.

    Raises
    ------
    SelectionError
        A sample is not there, pinned and vetoed, pinned and protected, or cannot be picked.
    """
    pins, vetoes = spec.constraints.pins, spec.constraints.vetoes
    everyone = project.samples().ids
    for words, ids in zip(_UNKNOWN, (pins, vetoes, spec.like), strict=True):
        refuse(_beyond(ids, everyone), words, (Remedy.LIST_SAMPLES,))
    refuse(sorted(set(pins) & set(vetoes)), _BOTH)
    refuse(_beyond(pins, inputs.pool), _CLOSED)
    if terms.protected is not None:
        barred = inputs.pool[terms.protected]
        refuse([pin for pin in pins if pin in barred], _BARRED)
    refuse(_beyond(spec.like, table.ids), _NOT_EMBEDDED)


def refuse(ids: Sequence[int], words: tuple[str, str], remedies: tuple[Remedy, ...] = ()) -> None:
    """Raise `SelectionError` where there are ``ids``; ``words`` are its templates for one of them and for more."""
    if ids:
        sentence = Sentence(words[len(ids) > 1], values={"sample": ids[0], "others": len(ids) - 1})
        raise SelectionError(sentence, remedies)


def check_like(spec: SelectSpec, strategy: Strategy) -> None:
    """Refuse examples for a strategy that looks for none; raises `SelectionError`."""
    if (spec.like or spec.like_files) and _QUERIES not in strategy.needs | strategy.uses:
        raise SelectionError(
            say("The strategy {strategy} looks for no examples; choose similar, or name none.", strategy=strategy.name)
        )


def _beyond(ids: Sequence[int], among: Ids) -> list[int]:
    wanted = np.unique(np.asarray(ids, dtype=np.int64))
    missing: list[int] = wanted[~np.isin(wanted, among)].tolist()
    return missing
