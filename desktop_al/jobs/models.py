"""The models of a project, and the model files that the chooser looks at."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.models import ModelDescription, ModelTrial
from desktop_al.domain.records import Change, ModelRecord
from desktop_al.domain.results import ModelSwitchResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.engines.local import get_worker
from desktop_al.engines.trial import describe_file, try_on_image
from desktop_al.jobs.resources import resource
from desktop_al.models.content_hint import IMAGENET_CLASSES, class_names, likeliest
from desktop_al.store import models
from desktop_al.store.project import Project

if TYPE_CHECKING:
    import sqlite_utils


def describe_model(path: Path, ctx: Context = SILENT, trusted: tuple[str, ...] = ()) -> ModelDescription:
    """Describe a TorchScript or ONNX file: inputs, outputs, size and normalisation.

    ``trusted`` are the SHA-256 of the files that the user lets run code of their own.

    Raises
    ------
    ModelError
        The file cannot be used; the sentence says why.
    """
    return get_worker().call(describe_file, path, trusted, ctx=ctx)


def try_model(spec: EmbedSpec, image: Path, ctx: Context = SILENT) -> ModelTrial:
    """Run the model of ``spec`` on one image, so that a person can check size, normalisation and output.

    Raises
    ------
    ModelError
        The model cannot be used.
    DecodeError
        The image cannot be used.
    """
    return get_worker().call(try_on_image, spec, image, ctx=ctx)


def switch_model(project: Project, key: str) -> ModelSwitchResult:
    """Let the map, the neighbours and the selection use another model of the project.

    Raises
    ------
    ModelError
        The project holds no embeddings of that model.
    """

    def switch(db: "sqlite_utils.Database") -> tuple[ModelRecord | None, ModelRecord | None]:
        before = models.active(db)
        models.set_active(db, key)
        return before, models.active(db)

    before, now = project.write(switch)
    name = now.name if now is not None else key
    return ModelSwitchResult(
        model=key,
        undo=before.key if before is not None else "",
        change=Change(frozenset({"models", "embeddings", "projection"}), say("Switched to {model}", model=name)),
    )


def content_hints(project: Project, sample: int, count: int = 3) -> list[tuple[str, float]]:
    """Name what the built-in embedder takes sample ``sample`` for: classes and probabilities, best first.

    The list is empty where the sample has no such probabilities.
    """
    for model in project.models():
        if model.kind != "builtin" or model.n_classes != IMAGENET_CLASSES:
            continue
        table = project.probabilities(model.key)
        place = -1 if table is None else int(table.ids.searchsorted(sample))
        if table is not None and place < len(table.ids) and table.ids[place] == sample:
            rows = table.matrix[table.rows[place : place + 1]]
            return likeliest(rows, class_names(resource("imagenet_classes.txt")), count)[0]
    return []
