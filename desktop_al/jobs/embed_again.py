"""How a project goes on embedding: with the model that it uses, as it was asked for the first time."""

from dataclasses import replace

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError
from desktop_al.domain.records import ModelRecord
from desktop_al.domain.results import EmbedResult
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec, Normalisation
from desktop_al.jobs.embed import run_embed
from desktop_al.store.project import Project

Triple = tuple[float, float, float]


def spec_of(project: Project, model: ModelRecord, base: EmbedSpec) -> EmbedSpec:
    """Return the spec that gives ``model`` again; device, precision, limits and trust are those of ``base``.

    Raises
    ------
    ModelError
        The project does not say how.
    """
    spec = replace(base, model=model.path)
    if model.kind == "builtin":
        return spec
    asked = next(
        (run.spec for run in reversed(project.runs()) if run.job == "embed" and run.input_hash == model.key), {}
    )
    size, mean, std = _input_of(model)
    return replace(
        spec,
        output=asked.get("output", ""),
        role=asked.get("role", "auto"),
        size=size,
        normalisation=Normalisation(mean, std),
    )


def _input_of(model: ModelRecord) -> tuple[int, Triple, Triple]:
    """The side of the input of ``model``, and the mean and deviation of its channels.

    Raises
    ------
    ModelError
        The project, which may come from somebody else, does not say so.
    """
    try:
        size, (mean, std) = model.details["size"], (tuple(map(float, model.details[name])) for name in ("mean", "std"))
    except (KeyError, TypeError, ValueError, OverflowError):
        size, mean, std = 0, (), ()
    if type(size) is int and size > 0 and len(mean) == len(std) == 3:
        return size, mean, std
    raise ModelError(
        say("The project does not say what the model “{model}” takes: choose its file again.", model=model.name)
    )


def run_embed_again(project: Project, base: EmbedSpec, ctx: Context) -> EmbedResult:
    """Embed what is missing with the model that the project uses; with that of ``base`` where it uses none yet.

    Raises what `run_embed` raises.
    """
    model = project.active_model()
    return run_embed(project, base if model is None else spec_of(project, model, base), ctx)
