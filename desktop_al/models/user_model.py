"""The user's own model file, TorchScript or ONNX, as a description and as an embedder.

Both formats become an OpenVINO graph, which is data: nothing in it can run code of its own.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash

from desktop_al.domain.errors import ModelError
from desktop_al.domain.models import ModelDescription, OutputInfo
from desktop_al.domain.sentence import say
from desktop_al.models.base import ModelInput, Runtime, RuntimeEmbedder
from desktop_al.models.devices import chosen_device
from desktop_al.models.graph import (
    DEFAULT_SIZE,
    describe_outputs,
    head,
    image_input,
    suggested_normalisation,
    tensor_info,
    with_outputs,
)
from desktop_al.models.openvino_runtime import OpenVinoRuntime

if TYPE_CHECKING:
    from desktop_al.domain.specs import EmbedSpec


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file that was read: its graph (``openvino.Model``), and the image size that it was traced with or 0.

    ``classes`` are the names of its classes in the order of its scores, as far as they are told.
    """

    path: Path
    kind: str
    content_hash: str
    bytes: int
    graph: Any
    traced_size: int = 0
    classes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which outputs are used: the number of an output as the embedding, or None for the penultimate features."""

    embedding: int | None
    scores: int | None
    kind: str
    words: str


def describe(file: ModelFile) -> ModelDescription:
    """Describe the model; raises ModelError where it does not take one RGB image."""
    taken = image_input(file.graph, file.name)
    normalisation, known = suggested_normalisation(file.graph, taken.dtype)
    outputs = describe_outputs(file.graph)
    features = max((_features_length(file, number) for number in _of_role(outputs, "logits")), default=0)
    notes = []
    if not known:
        notes.append(say("The file does not say how pixels are normalised; check the choice on a real image."))
    if not _of_role(outputs, "embedding"):
        notes.append(
            say("The model gives class scores only; the features before its last layer serve as the embedding.")
            if features
            else say("The model gives class scores only; these serve as the embedding.")
        )
    return ModelDescription(
        path=str(file.path),
        name=file.name,
        kind=file.kind,
        content_hash=file.content_hash,
        bytes=file.bytes,
        inputs=tuple(tensor_info(port, f"input{number}") for number, port in enumerate(file.graph.inputs)),
        outputs=outputs,
        size=taken.size or file.traced_size or DEFAULT_SIZE,
        size_fixed=taken.size > 0,
        batch=taken.batch,
        layout=taken.layout,
        normalisation=normalisation,
        normalisation_known=known,
        features=features,
        notes=tuple(notes),
    )


def _of_role(outputs: tuple[OutputInfo, ...], role: str) -> list[int]:
    return [number for number, output in enumerate(outputs) if output.role == role]


def _features_length(file: ModelFile, number: int) -> int:
    features = head(file.graph.get_results()[number]).features
    return 0 if features is None else int(features.partial_shape[1].get_length())


def make_embedder(file: ModelFile, spec: "EmbedSpec") -> RuntimeEmbedder:
    """Make the model ready as ``spec`` asks; raises ModelError where it cannot be used so."""
    about = describe(file)
    if spec.size is not None and about.size_fixed and spec.size != about.size:
        raise ModelError(
            say(
                "The model {file} takes images of {size} pixels only, not of {asked}.",
                file=file.name,
                size=about.size,
                asked=spec.size,
            )
        )
    model_input = ModelInput(spec.size or about.size, spec.normalisation or about.normalisation, about.layout)
    choice = _choose(file, about, spec)

    def ready(batch: int) -> RuntimeEmbedder:
        return RuntimeEmbedder(
            _runtime(file, choice, model_input, batch, spec),
            _key(file, choice, model_input),
            file.name,
            file.kind,
            str(file.path),
            model_input,
            scores=choice.kind,
            details={
                "content_hash": file.content_hash,
                "size": model_input.size,
                "layout": model_input.layout,
                "mean": list(model_input.normalisation.mean),
                "std": list(model_input.normalisation.std),
                "outputs": choice.words,
                **({"classes": list(file.classes)} if file.classes else {}),
            },
        )

    try:
        return ready(about.batch)
    except ModelError:
        if about.batch:
            raise
    # Some files take any mini-batch by their shape, yet have the one of their tracing built in.
    return ready(1)


def _key(file: ModelFile, choice: _Choice, model_input: ModelInput) -> str:
    slug = re.sub(r"[^A-Za-z0-9]+", "-", file.name).strip("-").lower()[:32] or "model"
    how = xxhash.xxh3_64_hexdigest(repr((choice, model_input)).encode())[:8]
    return f"{slug}-{file.content_hash}-{how}"


def _choose(file: ModelFile, about: ModelDescription, spec: "EmbedSpec") -> _Choice:
    """Settle which output is the embedding and which are scores."""
    outputs = about.outputs
    names = [output.tensor.name for output in outputs]
    if spec.output and spec.output not in names:
        raise ModelError(
            say(
                "The model {file} has no output “{output}”; it has {listed}.",
                file=file.name,
                output=spec.output,
                listed=", ".join(names),
            )
        )
    usable = [number for number, output in enumerate(outputs) if output.role != "unusable"]
    asked = [names.index(spec.output)] if spec.output else usable
    if not asked:
        shapes = ", ".join(f"{output.tensor.name} {list(output.tensor.shape)}" for output in outputs)
        raise ModelError(
            say(
                "The model {file} gives no vector per image ({shapes}); export it with one.",
                file=file.name,
                shapes=shapes,
            )
        )
    role = spec.role
    if role == "auto":
        role = "embedding" if any(outputs[number].role == "embedding" for number in asked) else "logits"
    embedding = next((number for number in asked if outputs[number].role == role), asked[0])
    if role == "embedding":
        scores = next((number for number in usable if outputs[number].role == "logits" and number != embedding), None)
        kind = "logits" if scores is None else head(file.graph.get_results()[scores]).scores
        return _Choice(embedding, scores, kind, names[embedding])
    kind = head(file.graph.get_results()[embedding]).scores
    if _features_length(file, embedding):
        return _Choice(None, embedding, kind, f"features before {names[embedding]}")
    return _Choice(embedding, embedding, kind, names[embedding])


def _runtime(file: ModelFile, choice: _Choice, model_input: ModelInput, batch: int, spec: "EmbedSpec") -> Runtime:
    device = _device(file, choice, spec)
    if device != "cpu":
        from desktop_al.models.torch_runtime import TorchRuntime
        from desktop_al.models.torchscript import load_torchscript

        wanted = tuple(number for number in (choice.embedding, choice.scores) if number is not None)
        return TorchRuntime(load_torchscript(file.path, spec.trust), model_input, device, spec.precision, batch, wanted)
    results = file.graph.get_results()
    ports = [
        head(results[choice.scores]).features
        if choice.embedding is None and choice.scores is not None
        else results[choice.embedding or 0].input(0).get_source_output()
    ]
    if choice.scores is not None:
        ports.append(results[choice.scores].input(0).get_source_output())
    return OpenVinoRuntime(with_outputs(file.graph, ports), model_input, batch, spec.precision)


def _device(file: ModelFile, choice: _Choice, spec: "EmbedSpec") -> str:
    """Choose the device: only TorchScript whose own output is the embedding runs on a GPU."""
    device = chosen_device(spec.device)
    if device == "cpu" or (file.kind == "torchscript" and choice.embedding is not None):
        return device
    if spec.device == "auto":
        return "cpu"
    why = say("it is an ONNX file") if file.kind == "onnx" else say("it has no embedding output")
    raise ModelError(
        say("The model {file} runs on the CPU only, for {why}; use the device cpu or auto.", file=file.name, why=why)
    )
