"""ONNX files, read by OpenVINO; weights kept in files of their own must lie beside the model."""

import mmap
from collections.abc import Iterator
from pathlib import Path

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say
from desktop_al.models.class_names import names_beside, names_of
from desktop_al.models.content import file_hash
from desktop_al.models.openvino_runtime import conversion_errors, first_line, load_openvino
from desktop_al.models.user_model import ModelFile

# Where the format (onnx.proto3) keeps tensors: message -> field number -> message inside.
_INSIDE: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external"},
}
_GRAPH_FIELD, _METADATA_FIELD = 7, 14
_KEY, _VALUE = 1, 2
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _MalformedError(ValueError):
    """The bytes are no protocol buffer."""


def read_onnx(path: Path) -> ModelFile:
    """Read an ONNX file as a graph.

    Raises ModelError where it is none, has layers that OpenVINO lacks, or names weights outside its own folder.
    """
    outside = external_files(path)
    content = file_hash(path, *outside)
    try:
        graph = load_openvino().Core().read_model(path)
    except conversion_errors() as error:
        raise ModelError(
            say("The model file {path} cannot be read as ONNX ({why}).", path=path.name, why=first_line(error))
        ) from error
    size = sum(file.stat().st_size for file in (path, *outside))
    return ModelFile(path, "onnx", content, size, graph, classes=names_beside(path) or names_of(_metadata(path)))


def _metadata(path: Path) -> dict[str, str]:
    """What the file says of itself, as texts by name."""
    found = {}
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for number, at, stop in _fields(data, 0, len(data)):
            if number == _METADATA_FIELD:
                entry = {key: data[begin:end].decode("utf-8", "replace") for key, begin, end in _fields(data, at, stop)}
                found[entry.get(_KEY, "")] = entry.get(_VALUE, "")
    return found


def external_files(path: Path) -> list[Path]:
    """Return the files beside ``path`` that hold its weights, sorted.

    Raises ModelError where the file is not ONNX, or where one of them is missing or outside the model's folder.
    """
    refusal = say("The file {path} is not an ONNX model, or it is damaged; export it again.", path=path.name)
    if path.stat().st_size == 0:
        raise ModelError(refusal)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            if not any(number == _GRAPH_FIELD for number, _, _ in _fields(data, 0, len(data))):
                raise ModelError(refusal)
            locations = sorted(set(_locations(data, "model", 0, len(data))))
        except (_MalformedError, UnicodeDecodeError, RecursionError) as error:
            raise ModelError(refusal) from error
    folder = path.resolve().parent
    found = []
    for location in locations:
        file_beside = (folder / location).resolve()
        if not file_beside.is_relative_to(folder):
            raise ModelError(
                say(
                    "The model {path} is refused, for it reads weights outside its folder ({location}).",
                    path=path.name,
                    location=location,
                )
            )
        if not file_beside.is_file():
            raise ModelError(
                say(
                    "The model {path} lacks the file {location} with its weights; put it beside the model.",
                    path=path.name,
                    location=location,
                )
            )
        found.append(file_beside)
    return found


def _varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise _MalformedError


def _fields(data: mmap.mmap, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number, start and end of each field that holds bytes."""
    while at < end:
        tag, at = _varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if wire == _BYTES:
            length, at = _varint(data, at, end)
            if at + length > end:
                raise _MalformedError
            yield number, at, at + length
            at += length
        elif wire == _VARINT:
            _, at = _varint(data, at, end)
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise _MalformedError


def _locations(data: mmap.mmap, message: str, start: int, end: int) -> Iterator[str]:
    """Yield the file names in the external data of every tensor."""
    for number, at, stop in _fields(data, start, end):
        inside = _INSIDE[message].get(number)
        if inside == "external":
            entry = {key: data[begin:finish].decode() for key, begin, finish in _fields(data, at, stop)}
            if entry.get(_KEY) == "location":
                yield entry.get(_VALUE, "")
        elif inside is not None:
            yield from _locations(data, inside, at, stop)
