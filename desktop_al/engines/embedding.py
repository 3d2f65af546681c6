"""The embedding pass, as it runs inside the worker: decode in threads, run the model, hand over chunk by chunk.

One pass over each file yields its hash, its facts, its thumbnail and its model input. While the model runs on one
mini-batch the next ones are decoded.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.media.decode import DecodeError, decode
from desktop_al.media.model_input import THUMB_SIDE, model_input, resized_short_side, thumbnail_jpeg
from desktop_al.media.thumbs import ThumbCache
from desktop_al.models.base import Embedder, Output
from desktop_al.models.registry import load

AHEAD = 2
"""Mini-batches per stream of the model that may be decoded before it takes them."""
NOT_FINITE = say("The model gives no finite embedding for this image.")
LOADED_AT_ONCE = 2
FIRST_CHUNK = 32

_loaded: dict[object, Embedder] = {}


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the program needs to know of an embedder that lives in the worker."""

    key: str
    name: str
    kind: str
    path: str
    dim: int
    n_classes: int
    device: str
    precision: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """The facts of m samples and the r new vectors among them.

    ``hashes`` are "" where the file could not be read; ``reasons`` are "" for what is fine; ``missing`` (m,)
    marks files that are gone. ``rows`` (m,) says which row of ``embedding`` (r, d) float32 and ``probabilities`` (r, c)
    float16 belongs to a sample: -1 where the content is that of a sample embedded before, or cannot be used.
    """

    ids: NDArray[np.int64]
    hashes: tuple[str, ...]
    missing: NDArray[np.bool_]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    formats: tuple[str, ...]
    reasons: tuple[str, ...]
    rows: NDArray[np.int64]
    embedding: NDArray[np.float32]
    probabilities: NDArray[np.float16] | None


@dataclass(slots=True)
class _Image:
    """One sample on its way; ``pixels`` and ``thumbnail`` go as soon as they are used."""

    id: int
    hash: str = ""
    missing: bool = False
    width: int = 0
    height: int = 0
    format: str = ""
    reason: str = ""
    pixels: NDArray[np.uint8] | None = None
    thumbnail: bytes | None = None
    row: int = -1


@dataclass(slots=True)
class _Chunk:
    """Some samples in order, and the mini-batches among them that the model works on."""

    images: list[_Image] = field(default_factory=list)
    running: list[tuple[list[_Image], Future[Output]]] = field(default_factory=list)


def _loading_key(spec: EmbedSpec) -> object:
    path = Path(spec.model)
    stamp = (path.stat().st_size, path.stat().st_mtime_ns) if path.is_file() else None
    return spec.model, stamp, spec.device, spec.precision, spec.output, spec.role, spec.size, spec.normalisation


def loaded(spec: EmbedSpec) -> Embedder:
    """Return the embedder of ``spec``; the last ones stay loaded."""
    key = _loading_key(spec)
    if key not in _loaded:
        while len(_loaded) >= LOADED_AT_ONCE:
            del _loaded[next(iter(_loaded))]
        _loaded[key] = load(spec)
    _loaded[key] = _loaded.pop(key)
    return _loaded[key]


def load_model(spec: EmbedSpec, ctx: Context) -> ModelFacts:
    """Make the model of ``spec`` ready in the worker. Raises ModelError where that cannot be."""
    ctx.report("Loading the model", 0, None)
    embedder = loaded(spec)
    return ModelFacts(
        embedder.key,
        embedder.name,
        embedder.kind,
        embedder.path,
        embedder.dim,
        embedder.n_classes,
        embedder.device,
        embedder.precision,
        dict(embedder.details),
    )


def embed_files(
    spec: EmbedSpec,
    ids: NDArray[np.int64],
    paths: Sequence[str],
    known: NDArray[np.uint64],
    place: tuple[int, int],
    ctx: Context,
) -> None:
    """Embed the files ``paths`` of the samples ``ids`` and publish an `EmbeddedChunk` for every ``spec.chunk`` of them.

    The first chunks are smaller, so that there is something to see at once.

    Parameters
    ----------
    known
        Content hashes that already have a vector of this model: they are not run again.
    place
        How many samples came before these, and how many there are in all: for the reports.
    """
    embedder = loaded(spec)
    cache = ThumbCache()
    threads = ThreadPoolExecutor(embedder.streams, thread_name_prefix="model")
    run = _Run(embedder, cache, threads, set(known.tolist()), ctx)
    chunk = min(FIRST_CHUNK, spec.chunk) if place[0] == 0 else spec.chunk
    try:
        for number, image in enumerate(_decoded(spec, ids, paths, embedder, cache, ctx), start=1):
            run.take(image)
            ctx.report("Embedding", place[0] + number, place[1], "images")
            if run.filled >= chunk or number == len(ids):
                run.close_chunk()
                chunk = min(2 * chunk, spec.chunk)
        run.hand_over(waiting=True)
    finally:
        threads.shutdown(wait=True, cancel_futures=True)
        cache.close()


class _Run:
    """The state of one embedding pass: what is known, the chunk being filled, and those that the model works on."""

    def __init__(
        self, embedder: Embedder, cache: ThumbCache, threads: ThreadPoolExecutor, known: set[int], ctx: Context
    ) -> None:
        self._embedder = embedder
        self._cache = cache
        self._threads = threads
        self._known = known
        self._ctx = ctx
        self._useless: set[int] = set()
        self._waiting: list[_Image] = []
        self._filling = _Chunk()
        self._closed: deque[_Chunk] = deque()
        self._in_flight: deque[Future[Output]] = deque()

    @property
    def filled(self) -> int:
        """How many samples the chunk being filled holds."""
        return len(self._filling.images)

    def take(self, image: _Image) -> None:
        """Count ``image`` in, and start the model when a mini-batch is full."""
        self._filling.images.append(image)
        if image.pixels is None:
            return
        content = int(image.hash, 16)
        if content in self._known:
            image.pixels = None
            return
        self._known.add(content)
        self._waiting.append(image)
        if len(self._waiting) >= self._embedder.mini_batch:
            self._start_model()
            self.hand_over()

    def close_chunk(self) -> None:
        """Start the model on what waits; the next sample begins a new chunk."""
        self._start_model()
        self._closed.append(self._filling)
        self._filling = _Chunk()
        self.hand_over()

    def _start_model(self) -> None:
        images, self._waiting = self._waiting, []
        if not images:
            return
        while len(self._in_flight) > self._embedder.streams:
            self._in_flight.popleft().result()
        pixels = np.stack([image.pixels for image in images if image.pixels is not None])
        for image in images:
            image.pixels = None
        running = self._threads.submit(self._embedder.forward, pixels)
        self._in_flight.append(running)
        self._filling.running.append((images, running))

    def hand_over(self, waiting: bool = False) -> None:
        """Publish, in order, the closed chunks that the model is through with; with ``waiting``, all of them."""
        while self._closed and (waiting or all(running.done() for _, running in self._closed[0].running)):
            self._ctx.check()
            self._ctx.publish(self._finished(self._closed.popleft()))

    def _finished(self, chunk: _Chunk) -> EmbeddedChunk:
        """Gather the results of ``chunk``, and store its thumbnails."""
        embeddings = [np.empty((0, self._embedder.dim), np.float32)]
        probabilities = [np.empty((0, self._embedder.n_classes), np.float16)]
        rows = 0
        for images, running in chunk.running:
            output = running.result()
            finite = _finite_rows(output.embedding)
            if output.probabilities is not None:
                finite &= _finite_rows(output.probabilities)
                probabilities.append(output.probabilities[finite].astype(np.float16))
            embeddings.append(output.embedding[finite])
            for image, good in zip(images, finite.tolist(), strict=True):
                if good:
                    image.row, rows = rows, rows + 1
                else:
                    self._useless.add(int(image.hash, 16))
        images = chunk.images
        for image in images:
            if image.hash and int(image.hash, 16) in self._useless:
                image.reason = NOT_FINITE
        self._cache.put_many({image.hash: image.thumbnail for image in images if image.thumbnail is not None})
        return EmbeddedChunk(
            ids=np.array([image.id for image in images], np.int64),
            hashes=tuple(image.hash for image in images),
            missing=np.array([image.missing for image in images], np.bool_),
            widths=np.array([image.width for image in images], np.int32),
            heights=np.array([image.height for image in images], np.int32),
            formats=tuple(image.format for image in images),
            reasons=tuple(image.reason for image in images),
            rows=np.array([image.row for image in images], np.int64),
            embedding=np.concatenate(embeddings),
            probabilities=np.concatenate(probabilities) if self._embedder.n_classes else None,
        )


def _finite_rows(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(rows).all(axis=1), np.bool_)


def _decoded(
    spec: EmbedSpec,
    ids: NDArray[np.int64],
    paths: Sequence[str],
    embedder: Embedder,
    cache: ThumbCache,
    ctx: Context,
) -> Iterator[_Image]:
    """Decode the files in threads, a few mini-batches ahead, and yield them in order."""
    pending: deque[Future[_Image]] = deque()
    limit, size = AHEAD * embedder.mini_batch * embedder.streams, embedder.input.size
    threads = ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="decode")
    try:
        for sample, path in zip(ids.tolist(), paths, strict=True):
            pending.append(threads.submit(_read, sample, path, size, spec.max_pixels, cache))
            if len(pending) >= limit:
                ctx.check()
                yield pending.popleft().result()
        while pending:
            ctx.check()
            yield pending.popleft().result()
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def _read(sample: int, path: str, size: int, max_pixels: int, cache: ThumbCache) -> _Image:
    """Read one file once; what is wrong with it becomes a reason."""
    try:
        image = decode(Path(path), max_pixels=max_pixels, min_side=max(THUMB_SIDE, resized_short_side(size)))
    except DecodeError as error:
        return _Image(sample, hash=error.content_hash, missing=error.missing, reason=str(error))
    return _Image(
        sample,
        hash=image.hash,
        width=image.width,
        height=image.height,
        format=image.format,
        pixels=model_input(image.rgb, size),
        thumbnail=thumbnail_jpeg(image.rgb) if cache.missing([image.hash]) else None,
    )
