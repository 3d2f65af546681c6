"""Reading a converted model: its input, what each output is, and the features before its classifier."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_al.domain.errors import ModelError
from desktop_al.domain.models import NORMALISATIONS, OutputInfo, TensorInfo
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import Normalisation
from desktop_al.models.openvino_runtime import load_openvino

DEFAULT_SIZE = 224
_PASSING = {"Convert", "Squeeze", "Unsqueeze", "Reshape"}
_LAST = {"Softmax": "probabilities", "LogSoftmax": "logits", "Sigmoid": "sigmoid"}
_EMBEDDING_WORDS = ("embed", "feat", "pool", "latent")
_SCORE_WORDS = ("logit", "prob", "class", "score", "label")


@dataclass(frozen=True, slots=True)
class ImageInput:
    """The image input as the file has it; ``size`` and ``batch`` are 0 where the file leaves them free."""

    size: int
    batch: int
    layout: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Head:
    """How an output comes about.

    ``scores`` is "logits", "probabilities" or "sigmoid"; ``classifies`` says that a linear layer with a bias, or a
    softmax, makes it; ``features`` is the output port that feeds that layer, or None.
    """

    scores: str
    classifies: bool
    features: Any


def dims(shape: Any) -> tuple[int, ...] | None:
    """Return the dimensions of a partial shape, -1 for free ones; None where not even their number is known."""
    if shape.rank.is_dynamic:
        return None
    return tuple(int(dim.get_length()) if dim.is_static else -1 for dim in shape)


def port_name(port: Any, fallback: str) -> str:
    """Return the name of an input or output."""
    return str(min(port.get_names(), key=len)) if port.get_names() else fallback


def tensor_info(port: Any, fallback: str) -> TensorInfo:
    """Describe an input or output."""
    return TensorInfo(port_name(port, fallback), dims(port.partial_shape) or (), port.element_type.get_type_name())


def image_input(model: Any, name: str) -> ImageInput:
    """Read the image input; raises ModelError where the model does not take one square RGB image."""
    if len(model.inputs) != 1:
        raise ModelError(
            say(
                "The model {name} takes {count} inputs, where one image is needed; export it with one input.",
                name=name,
                count=len(model.inputs),
            )
        )
    port = model.inputs[0]
    shape = dims(port.partial_shape)
    if shape is None:
        return ImageInput(0, 0, "NCHW", port.element_type.get_type_name())
    channels_first = len(shape) == 4 and (shape[1] == 3 or (shape[1] == -1 and shape[3] != 3))
    channels_last = len(shape) == 4 and not channels_first and shape[3] == 3
    if not (channels_first or channels_last):
        raise ModelError(
            say(
                "The model {name} takes an input of shape {shape}, where colour images of shape [n, 3, "
                "size, size] or [n, size, size, 3] are needed.",
                name=name,
                shape=list(shape),
            )
        )
    height, width = shape[2:] if channels_first else shape[1:3]
    if height != width and -1 not in (height, width):
        raise ModelError(
            say(
                "The model {name} takes images of {width} x {height} pixels, where square ones are needed.",
                name=name,
                width=width,
                height=height,
            )
        )
    return ImageInput(
        max(height, width, 0),
        max(shape[0], 0),
        "NCHW" if channels_first else "NHWC",
        port.element_type.get_type_name(),
    )


def _source(node: Any, number: int = 0) -> Any:
    return node.input(number).get_source_output()


def _is_constant(node: Any) -> bool:
    """Whether the value does not depend on the image."""
    pending, seen = [node], set()
    while pending:
        current = pending.pop()
        if current.get_type_name() in {"Parameter", "ReadValue"}:
            return False
        if current.get_friendly_name() not in seen:
            seen.add(current.get_friendly_name())
            pending.extend(_source(current, number).get_node() for number in range(len(current.inputs())))
    return True


def _varying(node: Any) -> Any | None:
    """Return the one source of a two-input node that depends on the image, if the other does not."""
    sources = [_source(node, number) for number in range(2)]
    varying = [source for source in sources if not _is_constant(source.get_node())]
    return varying[0] if len(varying) == 1 else None


def _back(port: Any, step: Callable[[Any], Any | None]) -> Any:
    """Follow ``step`` back from ``port`` until it gives None."""
    while (before := step(port.get_node())) is not None:
        port = before
    return port


def _passing(node: Any) -> Any | None:
    return _source(node) if node.get_type_name() in _PASSING else None


def _scaling(node: Any) -> Any | None:
    """Step over what keeps a linear layer linear: reshaping, and a constant factor."""
    return _varying(node) if node.get_type_name() == "Multiply" else _passing(node)


def head(result: Any) -> Head:
    """Read how the output ``result`` (a Result node) comes about."""
    port = _back(_source(result), _passing)
    scores = _LAST.get(port.get_node().get_type_name())
    if scores is not None:
        port = _source(port.get_node())
    port = _back(port, _scaling)
    biased = False
    if port.get_node().get_type_name() == "Add" and (before := _varying(port.get_node())) is not None:
        biased, port = True, _back(before, _scaling)
    node = port.get_node()
    linear = node.get_type_name() == "MatMul" and _is_constant(_source(node, 1).get_node())
    features = _back(_source(node), _passing_flat) if linear else None
    return Head(scores or "logits", scores is not None or (linear and biased), features if _is_row(features) else None)


def _passing_flat(node: Any) -> Any | None:
    return _source(node) if node.get_type_name() == "Convert" else None


def _is_row(port: Any) -> bool:
    """Whether the port gives one vector of known length per image."""
    shape = None if port is None else dims(port.partial_shape)
    return shape is not None and len(shape) == 2 and shape[1] > 0


def describe_outputs(model: Any) -> tuple[OutputInfo, ...]:
    """Say what each output seems to be: by its name first, else by the layer that makes it."""
    found = []
    for number, (port, result) in enumerate(zip(model.outputs, model.get_results(), strict=True)):
        tensor = tensor_info(port, f"output{number}")
        found.append(OutputInfo(tensor, _role(tensor, result), _row_length(tensor.shape)))
    return tuple(found)


def _row_length(shape: tuple[int, ...]) -> int:
    return max(shape[1], 0) if len(shape) in (2, 4) else 0


def _role(tensor: TensorInfo, result: Any) -> str:
    if tensor.shape and len(tensor.shape) not in (2, 4):
        return "unusable"
    name = tensor.name.lower()
    if any(word in name for word in _SCORE_WORDS) or _row_length(tensor.shape) == 1:
        return "logits"
    if any(word in name for word in _EMBEDDING_WORDS):
        return "embedding"
    return "logits" if head(result).classifies else "embedding"


def suggested_normalisation(model: Any, dtype: str) -> tuple[Normalisation, bool]:
    """Guess the normalisation, and say whether the model itself tells it.

    A model with 8-bit input takes pixels as they are. One whose first layer subtracts, adds, multiplies or divides by a
    constant normalises on its own, and the size of that constant tells pixels in [0, 255] from those in [0, 1].
    """
    if dtype in {"u8", "uint8_t"}:
        return NORMALISATIONS["0 to 255"], True
    consumers = list(model.inputs[0].get_target_inputs())
    node = consumers[0].get_node() if len(consumers) == 1 else None
    constant = None if node is None else _first_constant(node)
    if node is None or constant is None:
        return NORMALISATIONS["ImageNet mean and std"], False
    raw = {
        "Subtract": constant > 2,
        "Add": constant > 2,
        "Multiply": constant < 0.02,
        "Divide": constant > 20,
    }[node.get_type_name()]
    return NORMALISATIONS["0 to 255" if raw else "0 to 1"], True


def _first_constant(node: Any) -> float | None:
    """Return the largest magnitude in the constant (one value, or one a channel) that ``node`` meets its input with."""
    if node.get_type_name() not in {"Subtract", "Add", "Multiply", "Divide"}:
        return None
    for number in range(2):
        source = _source(node, number).get_node()
        if source.get_type_name() == "Convert":
            source = _source(source).get_node()
        if source.get_type_name() == "Constant" and source.data.size in (1, 3):
            return float(abs(source.data).max())
    return None


def with_outputs(model: Any, ports: list[Any]) -> Any:
    """Return a model with the same input whose outputs are ``ports``."""
    return load_openvino().Model(ports, model.get_parameters(), model.get_name())
