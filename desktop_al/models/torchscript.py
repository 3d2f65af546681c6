"""TorchScript files: checked before anything in them is looked at by torch, then converted to a graph once."""

import hashlib
import pickletools
import re
import zipfile
from pathlib import Path
from typing import Any

from desktop_al.domain.errors import ModelError, UntrustedModelError
from desktop_al.domain.sentence import Sentence, say
from desktop_al.models.class_names import names_beside, names_in_archive
from desktop_al.models.content import file_hash
from desktop_al.models.ir_cache import cached_model
from desktop_al.models.openvino_runtime import conversion_errors, first_line, load_openvino
from desktop_al.models.quiet import torchscript_unannounced
from desktop_al.models.user_model import ModelFile

# TorchScript has no way to the machine but these: two operators that touch files, classes and operators of plug-ins.
_FORBIDDEN = re.compile(
    r"\btorch\.(?:from_file|save|load)\s*\(|\b(?:ops|aten)\.(?:aten\.)?(?:from_file|save)\s*\("
    r"|\bops\.(?!prim\b|aten\b|quantized\b)\w+\.|__torch__\.torch\.classes\."
)


def is_torchscript_name(path: Path) -> bool:
    """Whether the file's name is one that torch files have."""
    return path.suffix.lower() in {".pt", ".pth", ".ts", ".torchscript", ".jit", ".pt2"}


def read_torchscript(path: Path, trust: bool = False) -> ModelFile:
    """Read a TorchScript file as a graph.

    Raises ModelError where it is none (a pickled module or state dict is refused unopened, for unpickling runs code),
    or where its code reaches out of the model and ``trust`` is False.
    """
    _check(path, trust)
    content = file_hash(path)
    graph = cached_model(f"torchscript|{content}", lambda: _converted(path, trust))
    classes = names_beside(path) or names_in_archive(path)
    return ModelFile(path, "torchscript", content, path.stat().st_size, graph, _traced_size(path), classes)


def load_torchscript(path: Path, trust: bool = False) -> Any:
    """Load the file as a ``torch.jit.ScriptModule`` in evaluation mode on the CPU; raises ModelError."""
    import torch

    _check(path, trust)
    try:
        with torchscript_unannounced():
            module: Any = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call] # torch's
    except RuntimeError as error:
        raise ModelError(
            say("The model file {path} cannot be read as TorchScript ({why}).", path=path.name, why=first_line(error))
        ) from error
    return module.eval()


def _check(path: Path, trust: bool) -> None:
    if not zipfile.is_zipfile(path):
        raise ModelError(_refusal(path))
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if not any(name.endswith("/constants.pkl") for name in names):
            raise ModelError(_refusal(path))
        for name in names:
            if name.endswith(".py") and not trust:
                reaching = _FORBIDDEN.search(archive.read(name).decode("utf-8", "replace"))
                if reaching:
                    # Of the very file that was read, whatever lies there under its name by now.
                    file.seek(0)
                    raise UntrustedModelError(
                        say(
                            "The model file {path} is refused, for its code reaches out of the model ({reached}); "
                            "trust it only if you know who made it.",
                            path=path.name,
                            reached=reaching[0].rstrip("( "),
                        ),
                        hashlib.file_digest(file, "sha256").hexdigest(),
                    )


def _refusal(path: Path) -> Sentence:
    return say(
        "The file {path} is not TorchScript (a pickled module could run code, and a state dict lacks the network); "
        "save it with torch.jit.trace(model, example).save(path), or export it to ONNX.",
        path=path.name,
    )


def _converted(path: Path, trust: bool) -> Any:
    module = load_torchscript(path, trust)
    try:
        with torchscript_unannounced():
            return load_openvino().convert_model(module)
    except conversion_errors() as error:
        raise ModelError(
            say(
                "The model file {path} uses layers that cannot be converted ({why}); export it to ONNX.",
                path=path.name,
                why=first_line(error),
            )
        ) from error


def _traced_size(path: Path) -> int:
    """Return the edge of the square image that the module was traced with, 0 where the file does not tell.

    The record of the traced inputs is a pickle; its opcodes are read, never run.
    """
    with zipfile.ZipFile(path) as archive:
        record = next((name for name in archive.namelist() if name.endswith("/traced_inputs.pkl")), None)
        shape = [] if record is None else _first_shape(archive.read(record))
    if len(shape) != 4:
        return 0
    height, width = shape[2:] if shape[1] == 3 else shape[1:3]
    return height if height == width else 0


def _first_shape(pickled: bytes) -> list[int]:
    """Return the first tuple of four numbers in a pickle."""
    numbers: list[int] = []
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "MARK":
            numbers = []
        elif opcode.name.startswith("BININT") and isinstance(argument, int):
            numbers.append(argument)
        elif opcode.name == "TUPLE" and len(numbers) == 4:
            return numbers
    return []
