"""What an embedder is: images in, unit embeddings and perhaps class probabilities out.

Every back end brings a `Runtime` (arrays in, raw outputs out); `RuntimeEmbedder` makes an `Embedder` of it: it splits
and pads mini-batches, pools, checks shapes and normalises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import Normalisation

Images = NDArray[np.uint8]
MINI_BATCH = 32


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The input of a model: square images of ``size`` pixels, ``layout`` "NCHW" or "NHWC"."""

    size: int
    normalisation: Normalisation
    layout: str = "NCHW"


@dataclass(frozen=True, slots=True)
class Output:
    """Results for b images.

    ``embedding`` (b, d) float32 has rows of unit norm, ``probabilities`` (b, c) float32, where there are any, rows that
    sum to one. A row of NaN stands for an image without a finite embedding.
    """

    embedding: NDArray[np.float32]
    probabilities: NDArray[np.float32] | None


class Embedder(Protocol):
    """A model made ready to turn images into embeddings.

    ``key`` names its vectors: it contains the content hash of the model file, and differs wherever the embeddings
    would. ``mini_batch`` is the number of images that it likes best in one call; any number from 1 on is taken.
    ``forward`` may be called from several threads; ``streams`` is how many calls at once it likes best.
    """

    key: str
    name: str
    kind: str
    path: str
    dim: int
    n_classes: int
    input: ModelInput
    device: str
    precision: str
    mini_batch: int
    streams: int
    details: Mapping[str, Any]

    def forward(self, batch: Images) -> Output:
        """Embed ``batch`` (b, size, size, 3) uint8, RGB. Raises ModelError where the output has a wrong shape."""
        ...


class Runtime(Protocol):
    """Something that runs a model, from several threads if need be.

    ``device`` and ``precision`` say how; ``batch`` is a fixed mini-batch or 0; ``streams`` calls at once are best.
    """

    device: str
    precision: str
    batch: int
    streams: int

    def run(self, batch: Images) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return the raw embedding (b, ...) and the scores (b, c) or None, for ``batch`` (b, size, size, 3) uint8."""
        ...


@dataclass(slots=True)
class RuntimeEmbedder:
    """An `Embedder` on a `Runtime`.

    ``scores`` says what the runtime's scores are: "logits", "probabilities" or "sigmoid" (independent probabilities).
    """

    runtime: Runtime
    key: str
    name: str
    kind: str
    path: str
    input: ModelInput
    scores: str = "logits"
    details: Mapping[str, Any] = field(default_factory=dict)
    dim: int = field(init=False)
    n_classes: int = field(init=False)
    device: str = field(init=False)
    precision: str = field(init=False)
    mini_batch: int = field(init=False)
    streams: int = field(init=False)

    def __post_init__(self) -> None:
        self.device, self.precision = self.runtime.device, self.runtime.precision
        self.mini_batch = self.runtime.batch or MINI_BATCH
        self.streams = self.runtime.streams
        trial = self._run(np.full((2, self.input.size, self.input.size, 3), 127, np.uint8))
        self.dim = trial.embedding.shape[1]
        self.n_classes = 0 if trial.probabilities is None else trial.probabilities.shape[1]

    def forward(self, batch: Images) -> Output:
        """Embed ``batch`` (b, size, size, 3) uint8, RGB. Raises ModelError where the output has a wrong shape."""
        expected = (self.input.size, self.input.size, 3)
        if batch.dtype != np.uint8 or batch.shape[1:] != expected:
            raise ValueError(f"expected uint8 (b, {expected}), got {batch.dtype} {batch.shape}")
        if len(batch) == 0:
            no_scores = np.empty((0, self.n_classes), np.float32) if self.n_classes else None
            return Output(np.empty((0, self.dim), np.float32), no_scores)
        return self._run(batch)

    def _run(self, batch: Images) -> Output:
        fixed = self.runtime.batch
        if not fixed:
            return self._finish(*self.runtime.run(batch), len(batch))
        parts = [self._run_fixed(batch[start : start + fixed]) for start in range(0, len(batch), fixed)]
        probabilities = [part.probabilities for part in parts if part.probabilities is not None]
        return Output(
            np.concatenate([part.embedding for part in parts]), np.concatenate(probabilities) if probabilities else None
        )

    def _run_fixed(self, part: Images) -> Output:
        """Run up to a fixed mini-batch of images, filled up with the last one."""
        lacking = self.runtime.batch - len(part)
        raw, scores = self.runtime.run(np.concatenate([part, np.repeat(part[-1:], lacking, axis=0)]))
        whole = self._finish(raw, scores, self.runtime.batch)
        n = len(part)
        return Output(whole.embedding[:n], None if whole.probabilities is None else whole.probabilities[:n])

    def _finish(self, raw: NDArray[np.float32], scores: NDArray[np.float32] | None, count: int) -> Output:
        flat = _checked(pooled(raw), count, self.name)
        probabilities = (
            None if scores is None else as_probabilities(_checked(pooled(scores), count, self.name), self.scores)
        )
        return Output(unit(flat), probabilities)


def _checked(array: NDArray[np.float32], count: int, name: str) -> NDArray[np.float32]:
    if array.ndim != 2 or array.shape[0] != count or array.shape[1] == 0:
        raise ModelError(
            say(
                "The model {name} gives an output of shape {shape} for {count} images, where one row per "
                "image is needed; choose another output, or export the model with one vector per image.",
                name=name,
                shape=list(array.shape),
                count=count,
            )
        )
    return array


def pooled(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average maps (b, c, h, w) over their positions to (b, c); leave anything else as it is."""
    return raw.mean(axis=(2, 3)) if raw.ndim == 4 else raw


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale the rows (b, d) to unit norm in float32; rows that are not finite, or zero, become NaN."""
    wide = rows.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        norms = np.sqrt(np.square(wide).sum(axis=1, keepdims=True))
        norms[~np.isfinite(norms) | (norms == 0)] = np.nan
        return np.asarray(wide / norms, np.float32)


def as_probabilities(scores: NDArray[np.float32], kind: str) -> NDArray[np.float32]:
    """Turn scores (b, c) into probabilities whose rows sum to one; one column becomes two, (1 - p, p).

    ``kind`` is "logits" (softmax; the logistic function for one column), "probabilities", or "sigmoid": independent
    probabilities, scaled to sum to one. Rows that are not finite become NaN.
    """
    wide = scores.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        if wide.shape[1] == 1:
            positive = 1 / (1 + np.exp(-wide)) if kind == "logits" else wide
            return np.concatenate([1 - positive, positive], axis=1).astype(np.float32)
        if kind == "logits":
            wide = np.exp(wide - wide.max(axis=1, keepdims=True))
        return np.asarray(wide / wide.sum(axis=1, keepdims=True), np.float32)
