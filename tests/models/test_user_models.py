"""The user's own TorchScript and ONNX files: what is found in them, and that they compute what torch computes."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch  # noqa: TID253 - TorchScript is what this file is about
from onnx import TensorProto

from desktop_al.domain.errors import ModelError, UntrustedModelError, UsageError
from desktop_al.domain.models import NORMALISATIONS
from desktop_al.domain.specs import EmbedSpec
from desktop_al.models.base import Embedder
from desktop_al.models.registry import inspect, load
from tests.models.conformance import EmbedderConformance
from tests.models.files import (
    CLASSES,
    FEATURES,
    SIDE,
    Small,
    eager,
    images,
    save_onnx,
    save_reaching,
    save_torchscript,
)

IMAGENET = NORMALISATIONS["ImageNet mean and std"]


def saved(kind: str, gives: str, folder: Path, channels_last: bool = False) -> Path:
    if kind == "onnx":
        return save_onnx(folder / "small.onnx", gives=gives, channels_last=channels_last)
    return save_torchscript(Small(gives, channels_last), folder / "small.pt", channels_last=channels_last)


def unit(rows: Any) -> Any:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class TestTorchScript(EmbedderConformance):
    @pytest.fixture(scope="class", params=["logits", "features", "both", "maps", "built-in batch"])
    @staticmethod
    def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
        path = saved("torchscript", request.param, tmp_path_factory.mktemp("models"))
        return load(EmbedSpec(model=str(path)))


class TestTorchScriptOnTorch(EmbedderConformance):
    """The runtime of the GPUs, here on the CPU."""

    @pytest.fixture(scope="class")
    @staticmethod
    def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
        from desktop_al.models.base import ModelInput, RuntimeEmbedder
        from desktop_al.models.torch_runtime import TorchRuntime

        model_input = ModelInput(SIDE, IMAGENET)
        runtime = TorchRuntime(Small("both"), model_input, "cpu")
        return RuntimeEmbedder(runtime, "small-00", "small", "torch", "", model_input, details={"content_hash": "00"})


class TestOnnx(EmbedderConformance):
    @pytest.fixture(scope="class", params=["free", "one", "four", "channels last", "8 bit"])
    @staticmethod
    def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
        choices: dict[str, dict[str, Any]] = {
            "free": {"gives": "both"},
            "one": {"batch": 1},
            "four": {"batch": 4, "gives": "probabilities"},
            "channels last": {"channels_last": True, "gives": "features"},
            "8 bit": {"dtype": TensorProto.UINT8},
        }
        path = tmp_path_factory.mktemp("models") / "small.onnx"
        return load(EmbedSpec(model=str(save_onnx(path, **choices[request.param]))))


@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize("gives", ["logits", "probabilities", "features", "both"])
@pytest.mark.parametrize("kind", ["onnx", "torchscript"])
def test_that_a_model_file_computes_what_torch_computes(
    tmp_path: Path, kind: str, gives: str, channels_last: bool
) -> None:
    embedder = load(EmbedSpec(model=str(saved(kind, gives, tmp_path, channels_last)), precision="f32"))
    batch = images(6)
    output = embedder.forward(batch)
    features, logits = eager(Small("both"), batch, IMAGENET.mean, IMAGENET.std)
    assert np.allclose(output.embedding, unit(features.numpy()), atol=1e-5)
    if gives == "features":
        assert output.probabilities is None
    else:
        assert output.probabilities is not None
        assert np.allclose(output.probabilities, logits.softmax(1).numpy(), atol=1e-5)


@pytest.mark.parametrize("kind", ["onnx", "torchscript"])
def test_that_the_chooser_sees_inputs_outputs_size_and_what_stands_in(tmp_path: Path, kind: str) -> None:
    about = inspect(saved(kind, "logits", tmp_path))
    assert (about.kind, about.size, about.layout, about.batch) == (kind, SIDE, "NCHW", 0)
    assert about.size_fixed == (kind == "onnx")
    assert [(output.role, output.dim) for output in about.outputs] == [("logits", CLASSES)]
    assert about.features == FEATURES
    assert len(about.inputs) == 1
    assert about.bytes == Path(about.path).stat().st_size
    assert (about.normalisation, about.normalisation_known) == (IMAGENET, False)
    assert any("features before its last layer" in note for note in about.notes)


@pytest.mark.parametrize("kind", ["onnx", "torchscript"])
def test_that_two_outputs_are_told_apart(tmp_path: Path, kind: str) -> None:
    about = inspect(saved(kind, "both", tmp_path))
    assert [output.role for output in about.outputs] == ["embedding", "logits"]


@pytest.mark.parametrize(
    ("options", "name", "known"),
    [
        ({"normalises": 0.45}, "0 to 1", True),
        ({"normalises": 120.0}, "0 to 255", True),
        ({"dtype": TensorProto.UINT8}, "0 to 255", True),
        ({}, "ImageNet mean and std", False),
    ],
)
def test_that_the_normalisation_follows_the_first_layer(
    tmp_path: Path, options: dict[str, Any], name: str, known: bool
) -> None:
    about = inspect(save_onnx(tmp_path / "small.onnx", **options))
    assert (about.normalisation, about.normalisation_known) == (NORMALISATIONS[name], known)


def test_that_the_user_can_choose_output_role_size_and_normalisation(tmp_path: Path) -> None:
    path = save_onnx(tmp_path / "small.onnx", gives="both", side="s")
    normalisation = NORMALISATIONS["-1 to 1"]
    spec = EmbedSpec(
        str(path), precision="f32", output="logits", role="embedding", size=48, normalisation=normalisation
    )
    embedder = load(spec)
    batch = images(3, 48)
    _, logits = eager(Small("both"), batch, normalisation.mean, normalisation.std)
    assert (embedder.input.size, embedder.dim) == (48, CLASSES)
    assert np.allclose(embedder.forward(batch).embedding, unit(logits.numpy()), atol=1e-5)


def test_that_keys_differ_with_the_content_and_with_every_choice(tmp_path: Path) -> None:
    path = save_onnx(tmp_path / "small.onnx", gives="both", side="s")
    (tmp_path / "other").mkdir()
    other = save_onnx(tmp_path / "other" / "small.onnx", gives="both", side=SIDE)
    specs = [
        EmbedSpec(str(path)),
        EmbedSpec(str(other)),
        EmbedSpec(str(path), size=40),
        EmbedSpec(str(path), output="logits"),
        EmbedSpec(str(path), normalisation=NORMALISATIONS["0 to 1"]),
    ]
    keys = [load(spec).key for spec in specs]
    assert len(set(keys)) == len(keys)
    copy = tmp_path / "renamed.onnx"
    copy.write_bytes(path.read_bytes())
    assert load(EmbedSpec(str(copy))).details["content_hash"] in keys[0]


def test_that_an_image_without_a_finite_embedding_is_a_row_of_nan(tmp_path: Path) -> None:
    path = save_torchscript(Small("nan"), tmp_path / "small.pt")
    embedder = load(EmbedSpec(model=str(path)))
    batch = images(3)
    batch[:] = np.maximum(batch, 100)
    batch[1, 0, 0, 0] = 0
    finite = np.isfinite(embedder.forward(batch).embedding).all(axis=1)
    assert finite.tolist() == [True, False, True]


class DividesByZero(torch.nn.Module):
    """Converts to a graph that the CPU refuses to compile."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = x.mean(dim=(2, 3)).repeat(1, 8)
        return torch.where(features > 0.0, features / 0.0, features)


def test_that_a_model_that_cannot_be_compiled_gets_one_sentence(tmp_path: Path) -> None:
    path = save_torchscript(DividesByZero(), tmp_path / "odd.pt")
    with pytest.raises(ModelError, match="cannot be run on this CPU") as caught:
        load(EmbedSpec(model=str(path)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("gives", ["tokens", "one"])
def test_that_an_output_without_one_row_per_image_gets_a_clear_sentence(tmp_path: Path, gives: str) -> None:
    path = save_torchscript(Small(gives), tmp_path / "small.pt")
    with pytest.raises(ModelError, match=r"vector per image|one row per image"):
        load(EmbedSpec(model=str(path)))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": 64}, "images of 32 pixels only"),
        ({"output": "nonsense"}, "has no output “nonsense”; it has logits"),
        ({"device": "mps"}, "not to be found"),
        ({"device": "cuda:99"}, "not to be found"),
        ({"precision": "f64"}, "no precision"),
    ],
)
def test_that_what_cannot_be_is_refused_in_one_sentence(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    path = save_onnx(tmp_path / "small.onnx")
    with pytest.raises(ModelError, match=words):
        load(EmbedSpec(str(path), **options))


def test_that_an_unknown_device_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="use auto, cpu"):
        load(EmbedSpec(str(save_onnx(tmp_path / "small.onnx")), device="tpu"))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["model.pt", "model.onnx", "model.png"])
@pytest.mark.parametrize("content", [b"", b"\x80\x02nonsense", b"\x0a" * 300, b"PK\x03\x04nonsense"])
def test_that_a_file_that_is_no_model_gets_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(ModelError, match=name):
        load(EmbedSpec(str(write(tmp_path / name, content))))


def test_that_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model file"):
        load(EmbedSpec(str(tmp_path / "absent.onnx")))


class Trap:
    """Running its pickle leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


@pytest.mark.parametrize("legacy", [False, True])
def test_that_a_pickle_is_refused_unopened(tmp_path: Path, legacy: bool) -> None:
    trace = tmp_path / "ran"
    path = tmp_path / "model.pt"
    torch.save({"module": Trap(trace)}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(ModelError, match="is not TorchScript"):
        load(EmbedSpec(str(path), trust=True))
    assert not trace.exists()


def test_that_torchscript_that_reaches_for_files_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    path = save_reaching(tmp_path / "model.pt", target)
    for trusted in ((), ("0" * 64,)):
        with pytest.raises(ModelError, match=r"reaches out of the model \(torch.from_file\)"):
            load(EmbedSpec(str(path), trusted=trusted))
    assert not target.exists()
    known = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(UntrustedModelError) as refused:
        load(EmbedSpec(str(path)))
    assert refused.value.content == known
    # Its code is taken, but there is no way to compute it here.
    with pytest.raises(ModelError, match="cannot be converted"):
        load(EmbedSpec(str(path), trusted=(known,)))
    path.write_bytes(b"another" + path.read_bytes())
    with pytest.raises(ModelError, match="reaches out"):
        load(EmbedSpec(str(path), trusted=(known,)))


def external(folder: Path, location: str | None = None) -> Path:
    """Save a model with its weights in a file of their own, named ``location`` in the model."""
    from tests.models.files import onnx_model

    path = folder / "small.onnx"
    onnx.save(onnx_model(), path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    if location is not None:
        model = onnx.load(path, load_external_data=False)
        for tensor in model.graph.initializer:
            for entry in tensor.external_data:
                if entry.key == "location":
                    entry.value = location
        path.write_bytes(model.SerializeToString())
    return path


def test_that_weights_beside_the_model_are_read_and_are_part_of_its_identity(tmp_path: Path) -> None:
    path = external(tmp_path)
    embedder = load(EmbedSpec(str(path), precision="f32"))
    features, _ = eager(Small("both"), images(2), IMAGENET.mean, IMAGENET.std)
    assert np.allclose(embedder.forward(images(2)).embedding, unit(features.numpy()), atol=1e-5)
    beside = tmp_path / "weights.bin"
    content = bytearray(beside.read_bytes())
    content[0] ^= 1
    beside.write_bytes(content)
    assert load(EmbedSpec(str(path))).key != embedder.key


@pytest.mark.parametrize("location", ["../outside.bin", "/etc/hostname", "a/../../outside.bin"])
def test_that_weights_outside_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    (tmp_path / "outside.bin").write_bytes(bytes(10_000))
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(ModelError, match="outside its folder"):
        load(EmbedSpec(str(external(folder, location))))


def test_that_a_link_to_weights_outside_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    path = external(folder)
    (folder / "weights.bin").rename(tmp_path / "weights.bin")
    (folder / "weights.bin").symlink_to(tmp_path / "weights.bin")
    with pytest.raises(ModelError, match="outside its folder"):
        load(EmbedSpec(str(path)))


def test_that_missing_weights_are_named(tmp_path: Path) -> None:
    path = external(tmp_path)
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(ModelError, match=r"lacks the file weights\.bin"):
        load(EmbedSpec(str(path)))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ([1, 1, 32, 32], "colour images"),
        ([1, 3, 32, 48], "square ones"),
        ([1, 10], "colour images"),
    ],
)
def test_that_an_input_that_is_no_square_colour_image_is_refused(tmp_path: Path, shape: list[int], words: str) -> None:
    from onnx import helper

    node = helper.make_node("Flatten", ["x"], ["y"])
    length = int(np.prod(shape[1:]))
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [shape[0], length])],
    )
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    with pytest.raises(ModelError, match=words):
        load(EmbedSpec(str(path)))
