"""What the chooser shows of a model file, before it is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.specs import Normalisation

NORMALISATIONS: Mapping[str, Normalisation] = MappingProxyType(
    {
        "ImageNet mean and std": Normalisation((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
        "0 to 1": Normalisation((0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
        "-1 to 1": Normalisation((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
        "0 to 255": Normalisation((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
        "EfficientNet-Lite": Normalisation((127.0, 127.0, 127.0), (128.0, 128.0, 128.0)),
    }
)
"""The usual normalisations by the name that the chooser shows."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or output of a model; a dimension that is free is -1."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class OutputInfo:
    """An output, what it seems to be ("embedding", "logits" or "unusable"), and its length per image (0 if free)."""

    tensor: TensorInfo
    role: str
    dim: int


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A model file as the chooser shows it.

    ``size`` is the edge of the square input in pixels, ``size_fixed`` whether the file allows no other; ``batch`` the
    mini-batch that the file insists on, or 0. ``normalisation_known`` is False where ``normalisation`` is only the
    usual guess. ``features`` is the length of the penultimate features that stand in as the embedding of a model that
    has logits only, 0 where none were found.
    """

    path: str
    name: str
    kind: str
    content_hash: str
    bytes: int
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[OutputInfo, ...]
    size: int
    size_fixed: bool
    batch: int
    layout: str
    normalisation: Normalisation
    normalisation_known: bool
    features: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """A model run on one real image.

    ``image`` is its input, (size, size, 3) uint8 before normalisation, ``value_range`` the least and largest value
    after it, ``dim`` the length of the embedding, ``classes`` the most probable classes as (index, probability).
    """

    image: NDArray[np.uint8]
    value_range: tuple[float, float]
    dim: int
    classes: tuple[tuple[int, float], ...] = field(default=())
    seconds: float = 0.0
