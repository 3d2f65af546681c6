"""How a project goes on embedding: with the model that it uses, as it was asked for the first time."""

from dataclasses import replace

from desktop_al.domain.context import Context
from desktop_al.domain.records import ModelRecord
from desktop_al.domain.results import EmbedResult
from desktop_al.domain.specs import EmbedSpec, Normalisation
from desktop_al.jobs.embed import run_embed
from desktop_al.store.project import Project


def spec_of(project: Project, model: ModelRecord, base: EmbedSpec) -> EmbedSpec:
    """Return the spec that gives ``model`` again; device, precision and limits are those of ``base``."""
    spec = replace(base, model=model.path)
    if model.kind == "builtin":
        return spec
    asked = next(
        (run.spec for run in reversed(project.runs()) if run.job == "embed" and run.input_hash == model.key), {}
    )
    mean, std = (tuple(model.details[name]) for name in ("mean", "std"))
    return replace(
        spec,
        output=asked.get("output", ""),
        role=asked.get("role", "auto"),
        trust=asked.get("trust", False),
        size=model.details["size"],
        normalisation=Normalisation(mean, std),
    )


def run_embed_again(project: Project, base: EmbedSpec, ctx: Context) -> EmbedResult:
    """Embed what is missing with the model that the project uses; with that of ``base`` where it uses none yet.

    Raises what `run_embed` raises.
    """
    model = project.active_model()
    return run_embed(project, base if model is None else spec_of(project, model, base), ctx)
