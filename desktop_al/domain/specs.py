"""Frozen specs: what a job is asked to do. Every field has the default that a user would expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_al.domain.records import Decision, Ids


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
    cuda:N or mps; ``precision`` is auto, f32 or bf16; ``trust`` allows model files that may run code, and ``trusted``
    are the SHA-256 of those that the user allowed before: a project never says what to trust. For the user's
    own file ``output`` names the output to use, ``role`` says whether it is an "embedding" or "logits" ("auto"
    decides), and ``size`` and ``normalisation`` override what the file suggests. ``max_pixels`` caps the decoded size
    of one image.
    """

    model: str = "builtin"
    device: str = "auto"
    precision: str = "auto"
    trust: bool = False
    trusted: tuple[str, ...] = ()
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
class Constraints:
    """What a batch must hold and must not.

    ``pins`` are sample ids that are in the batch whatever else is, ``vetoes`` ids that are not. At most ``group_cap``
    samples of one group, labelled ones and earlier picks included, where ``group_by`` names the metadata column of the
    groups (or "duplicates"). ``minimum_distance`` (Euclidean between unit embeddings, 0 for none) keeps picks away from
    each other and from the references. ``protect`` is a filter: near duplicates of the samples that fit it, and these
    samples themselves, are never picked.
    """

    pins: tuple[int, ...] = ()
    vetoes: tuple[int, ...] = ()
    group_by: str = ""
    group_cap: int = 1
    minimum_distance: float = 0.0
    protect: str = ""


@dataclass(frozen=True, slots=True)
class Aims:
    """What else a batch is to serve, beside coverage.

    ``strata`` names a metadata column; its strata weigh by target share over observed share (``targets``, equal shares
    where it is empty), and ``balance`` is the weight b of the balance term over them. ``priority`` names a numeric
    metadata column whose highest value counts like ``priority_weight`` more images that a pick stands for.
    """

    strata: str = ""
    targets: Mapping[str, float] = field(default_factory=dict)
    balance: float = 0.0
    priority: str = ""
    priority_weight: float = 10.0


@dataclass(frozen=True, slots=True)
class SelectSpec:
    """Select a batch.

    ``count`` is "auto", "N" or "P%"; ``options`` are those of the strategy; ``where`` filters candidates. A
    ``random_share`` of the picks is drawn at random. ``least_images`` is the m of "each label stands for at least m
    images" (0: the default rule decides); ``like`` are sample ids for the strategy that picks what is similar, and
    ``like_files`` image files for it, which need not be in the project.
    """

    strategy: str = "auto"
    count: str = "auto"
    seed: int = 0
    where: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    constraints: Constraints = field(default_factory=Constraints)
    aims: Aims = field(default_factory=Aims)
    random_share: float = 0.05
    least_images: float = 0.0
    like: tuple[int, ...] = ()
    like_files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class AdjustSpec:
    """Change batch ``batch`` (its number, None: the last) by hand; what is pinned or vetoed already stays so.

    ``pins`` and ``vetoes`` are sample ids to pin and to veto, ``unpin`` and ``unveto`` ids to free again; ``count`` is
    the new number of picks, None to keep it. With ``keep_decided`` picks that a person accepted or rejected are pinned
    too, up to the moment when the change is saved, unless they are vetoed or freed here.
    """

    batch: int | None = None
    pins: tuple[int, ...] = ()
    vetoes: tuple[int, ...] = ()
    unpin: tuple[int, ...] = ()
    unveto: tuple[int, ...] = ()
    count: int | None = None
    keep_decided: bool = False


@dataclass(frozen=True, slots=True)
class DecideSpec:
    """Set decisions on picks of batch ``batch`` (its number): sample id to decision.

    With ``spare``, samples that the batch does not hold are left out and told instead of all being refused.
    """

    batch: int
    decisions: Mapping[int, Decision]
    spare: bool = False


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
    "no label", whatever their capitals. ``key_column`` and ``label_column`` name columns of a table, "" chooses;
    ``metadata_only`` takes no column for the label and touches none.
    """

    path: Path
    format: str = "auto"
    partial: bool = False
    replace: bool = False
    skip: tuple[str, ...] = ()
    key_column: str = ""
    label_column: str = ""
    metadata_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TagSpec:
    """Give the samples ``ids`` (m,) the tag ``name``, or with ``on`` False take it from them."""

    name: str
    ids: Ids
    on: bool = True


@dataclass(frozen=True, slots=True)
class NoteSpec:
    """Write ``text`` about ``sample``; "" takes its note away."""

    sample: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class LabelSpec:
    """Give the samples ``ids`` (m,) the class ``label`` by hand, or with None take their labels away."""

    ids: Ids
    label: str | None


@dataclass(frozen=True, slots=True, eq=False)
class HighlightSpec:
    """Keep the samples ``ids`` (m,) under ``name``, or with None forget what is kept there."""

    name: str
    ids: Ids | None


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """Keep the filter ``expression`` under ``name``, or with None forget what is kept there.

    With ``tried`` it is evaluated first, which tells whether every column is there.
    """

    name: str
    expression: str | None
    tried: bool = True


@dataclass(frozen=True, slots=True)
class ListSpec:
    """List samples that fit ``where``, "" for all: the values of ``fields`` of the first ``limit``, None for all."""

    where: str = ""
    fields: tuple[str, ...] = ("id", "path", "state", "label")
    limit: int | None = None
