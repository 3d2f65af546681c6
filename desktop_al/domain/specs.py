"""Frozen specs: what a job is asked to do. Every field has the default that a user would expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_al.domain.records import Decision


@dataclass(frozen=True, slots=True)
class AddSpec:
    """Scan folders into the pool; with no folders, the sources already there are scanned again."""

    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Normalisation:
    """How pixels in [0, 255] become model input: (x - mean) / std per channel, all in the units of pixels."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class EmbedSpec:
    """Embed what has no current embedding of this model.

    ``model`` is "builtin", "builtin-lite2" or the path of a TorchScript or ONNX file; ``device`` is auto, cpu, cuda,
    cuda:N or mps; ``precision`` is auto, f32 or bf16; ``trust`` allows model files that may run code. For the user's
    own file ``output`` names the output to use, ``role`` says whether it is an "embedding" or "logits" ("auto"
    decides), and ``size`` and ``normalisation`` override what the file suggests. ``max_pixels`` caps the decoded size
    of one image.
    """

    model: str = "builtin"
    device: str = "auto"
    precision: str = "auto"
    trust: bool = False
    output: str = ""
    role: str = "auto"
    size: int | None = None
    normalisation: Normalisation | None = None
    max_pixels: int = 178_956_970
    chunk: int = 256


@dataclass(frozen=True, slots=True)
class MapSpec:
    """Project the embeddings of the active model; ``fresh`` draws anew instead of placing what is new in a map."""

    seed: int = 0
    n_neighbors: int = 15
    min_dist: float = 0.1
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class SelectSpec:
    """Select a batch.

    ``count`` is "auto", "N" or "P%"; ``options`` are those of the strategy; ``where`` filters candidates.
    """

    strategy: str = "coverage"
    count: str = "auto"
    seed: int = 0
    where: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecideSpec:
    """Set decisions on picks of batch ``batch`` (its number): sample id to decision."""

    batch: int
    decisions: Mapping[int, Decision]


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """Export a batch.

    ``batch`` is its number, or None for the last; ``everything`` takes all picks that are not rejected instead of
    accepted ones only; ``files`` is "link" or "copy" for the formats that write images.
    """

    format: str
    to: Path
    batch: int | None = None
    everything: bool = False
    files: str = "copy"
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class ImportLabelsSpec:
    """Import labels from a file or a folder per class.

    ``partial`` imports the good rows when others are rejected;
    ``replace`` lets a new label replace a different one that the project already has; ``skip`` are labels that mean
    "no label", whatever their capitals. ``key_column`` and ``label_column`` name columns of a table, "" chooses.
    """

    path: Path
    format: str = "auto"
    partial: bool = False
    replace: bool = False
    skip: tuple[str, ...] = ()
    key_column: str = ""
    label_column: str = ""
