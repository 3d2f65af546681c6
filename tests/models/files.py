"""Small model files made on the spot."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch  # noqa: TID253 - only the tests of models import this helper
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from desktop_al.models.quiet import torchscript_unannounced

SIDE = 32
FEATURES = 8
CLASSES = 5


class Small(torch.nn.Module):
    """A convolution, pooling and a classifier; gives what ``gives`` names."""

    def __init__(self, gives: str = "logits", channels_last: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = torch.nn.Conv2d(3, FEATURES, 3, stride=2)
        self.head = torch.nn.Linear(FEATURES, CLASSES)
        self.gives = gives
        self.channels_last = channels_last

    def forward(self, x: torch.Tensor) -> Any:
        if self.channels_last:
            x = x.permute(0, 3, 1, 2)
        maps = torch.relu(self.conv(x))
        features = maps.mean((2, 3))
        given: Any = {
            "logits": lambda: self.head(features),
            "probabilities": lambda: self.head(features).softmax(1),
            "features": lambda: features,
            "both": lambda: (features, self.head(features)),
            "maps": lambda: maps,
            "tokens": lambda: maps.flatten(2).transpose(1, 2),
            "one": lambda: self.head(features).sum(),
            "nan": lambda: features / (x.amin((1, 2, 3)) > -1).float().unsqueeze(1),
            "built-in batch": lambda: self.head(features.reshape(1, FEATURES)),
        }[self.gives]()  # type: ignore[no-untyped-call] # torch's modules
        return given


@contextmanager
def torchscript_still_allowed() -> Iterator[None]:
    """Let torch announce that its own TorchScript makers will go; users have such files all the same."""
    with torchscript_unannounced():
        warnings.filterwarnings("ignore", message=r".*might cause the trace")
        yield


def save_torchscript(module: torch.nn.Module, path: Path, side: int = SIDE, channels_last: bool = False) -> Path:
    """Trace ``module`` on an image of ``side`` pixels and save it."""
    example = torch.rand((1, side, side, 3) if channels_last else (1, 3, side, side))
    with torchscript_still_allowed():
        torch.jit.trace(module.eval(), example).save(str(path))  # type: ignore[no-untyped-call] # torch's
    return path


class Reaching(torch.nn.Module):
    """Makes a file when it runs."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((2, 3)) + torch.from_file(self.target, True, 3)


def save_reaching(path: Path, target: Path) -> Path:
    """Save a module that makes the file ``target`` when it runs."""
    with torchscript_still_allowed():
        torch.jit.script(Reaching(str(target))).save(str(path))  # type: ignore[no-untyped-call] # torch's
    return path


def weights(module: Small) -> dict[str, NDArray[np.float32]]:
    """Give the weights of ``module`` by the names that `onnx_model` uses."""
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    return {"W": state["conv.weight"], "b": state["conv.bias"], "hw": state["head.weight"], "hb": state["head.bias"]}


def onnx_model(
    gives: str = "logits",
    batch: int | str = "n",
    side: int | str = SIDE,
    channels_last: bool = False,
    normalises: float | None = None,
    dtype: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """Build the network of `Small` as ONNX; with ``normalises`` it begins with (x - normalises) / 0.25."""
    values = weights(Small())
    nodes, last = [], "image"

    def then(kind: str, *inputs: str, to: str, **options: Any) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [to], **options))
        return to

    if dtype != TensorProto.FLOAT:
        nodes.append(helper.make_node("Cast", [last], ["real"], to=TensorProto.FLOAT))
        last = "real"
    if normalises is not None:
        values |= {"m": np.full((1, 3, 1, 1), normalises, np.float32), "s": np.full((1, 3, 1, 1), 0.25, np.float32)}
        last = then("Div", then("Sub", last, "m", to="centred"), "s", to="scaled")
    if channels_last:
        last = then("Transpose", last, to="first", perm=[0, 3, 1, 2])
    last = then("Relu", then("Conv", last, "W", "b", to="conv", strides=[2, 2]), to="maps")
    last = then("Flatten", then("GlobalAveragePool", last, to="pooled"), to="features")
    then("Gemm", last, "hw", "hb", to="logits", transB=1)
    then("Softmax", "logits", to="probabilities", axis=1)
    lengths = {"features": FEATURES, "logits": CLASSES, "probabilities": CLASSES}
    shape = [batch, side, side, 3] if channels_last else [batch, 3, side, side]
    outputs = ["features", "logits"] if gives == "both" else [gives]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", dtype, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, lengths[name]]) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def save_onnx(path: Path, **options: Any) -> Path:
    """Save `onnx_model` with ``options``."""
    onnx.save(onnx_model(**options), path)
    return path


def images(count: int, side: int = SIDE, seed: int = 0) -> NDArray[np.uint8]:
    """Draw ``count`` different images (count, side, side, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def eager(module: torch.nn.Module, batch: NDArray[np.uint8], mean: Any, std: Any, channels_last: bool = False) -> Any:
    """Run ``module`` in torch, eager and float32: the slow reference."""
    pixels = (torch.from_numpy(batch).float() - torch.tensor(mean)) / torch.tensor(std)
    with torch.inference_mode():
        return module.eval()(pixels if channels_last else pixels.permute(0, 3, 1, 2))
