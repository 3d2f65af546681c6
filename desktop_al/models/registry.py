"""From an `EmbedSpec` to an embedder that is ready, and from a model file to what the chooser shows."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say
from desktop_al.models.builtin import VARIANTS, load_builtin
from desktop_al.models.onnx import read_onnx
from desktop_al.models.torchscript import is_torchscript_name, read_torchscript
from desktop_al.models.user_model import describe, make_embedder

if TYPE_CHECKING:
    from desktop_al.domain.models import ModelDescription
    from desktop_al.domain.specs import EmbedSpec
    from desktop_al.models.base import Embedder
    from desktop_al.models.user_model import ModelFile


def load(spec: "EmbedSpec") -> "Embedder":
    """Make the embedder that ``spec`` names ready; raises ModelError where that cannot be."""
    if spec.precision not in {"auto", "f32", "bf16"}:
        raise ModelError(say("There is no precision “{precision}”; use auto, f32 or bf16.", precision=spec.precision))
    if spec.model in VARIANTS:
        return load_builtin(spec)
    return _own(Path(spec.model), spec)


def inspect(path: Path, trusted: tuple[str, ...] = ()) -> "ModelDescription":
    """Describe the model file ``path``; raises ModelError where it cannot be used.

    ``trusted`` are the SHA-256 of the files that may run code of their own.
    """
    return describe(_read(path, _is_among(path, trusted)))


def _own(path: Path, spec: "EmbedSpec") -> "Embedder":
    spec = replace(spec, trust=spec.trust or _is_among(path, spec.trusted))
    return make_embedder(_read(path, spec.trust), spec)


def _is_among(path: Path, trusted: tuple[str, ...]) -> bool:
    if not trusted or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() in trusted
    except OSError:
        # Reading it tells why.
        return False


def _read(path: Path, trust: bool) -> "ModelFile":
    if not path.is_file():
        known = ", ".join(VARIANTS)
        raise ModelError(
            say(
                "There is no model file {path}; give the path of a TorchScript or ONNX file, or one of {known}.",
                path=path,
                known=known,
            )
        )
    try:
        if path.suffix.lower() == ".onnx":
            return read_onnx(path)
        if is_torchscript_name(path):
            return read_torchscript(path, trust)
    except OSError as error:
        raise ModelError(
            say("The model file {path} cannot be read ({why}).", path=path.name, why=error.strerror or error)
        ) from error
    raise ModelError(
        say("The file {path} is neither TorchScript (.pt) nor ONNX (.onnx); choose another.", path=path.name)
    )
