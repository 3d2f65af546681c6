"""Measures the embedding pass against the bare model on preloaded tensors and against torch eager, in one run."""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_al.domain.context import Context
from desktop_al.domain.specs import AddSpec, EmbedSpec
from desktop_al.engines.embedding import load_model
from desktop_al.engines.local import get_worker, shutdown
from desktop_al.jobs.add import run_add
from desktop_al.jobs.embed import run_embed
from desktop_al.store.project import Project

SPEC = EmbedSpec(device="cpu")
BARE_MINI_BATCHES = 16
EAGER_MINI_BATCHES = 2
SYNTHETIC_SIDES = (320, 240)
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def make_photographs(folder: Path, n_images: int) -> None:
    """Write ``n_images`` JPEG files of 320 x 240 pixels: soft noise, which costs to decode what a photograph does."""
    rng = np.random.default_rng(0)
    for number in range(n_images):
        coarse = Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8))
        coarse.resize(SYNTHETIC_SIDES, Image.Resampling.BICUBIC).save(folder / f"{number:06d}.jpg", quality=90)


def link_photographs(folder: Path, images: Path, n_images: int) -> None:
    """Link up to ``n_images`` images below ``images`` into ``folder``."""
    found = sorted(path for path in images.rglob("*") if path.suffix.lower() in ENDINGS)
    for number, path in enumerate(found[:n_images]):
        (folder / f"{number:06d}{path.suffix}").symlink_to(path.resolve())


def move_cache(folder: str, ctx: Context) -> None:
    """Let the worker find no thumbnails of an earlier run (on Linux; elsewhere later runs are flattered a little)."""
    os.environ["XDG_CACHE_HOME"] = folder


def bare_rate(batch: NDArray[np.uint8], ctx: Context) -> float:
    """Images per second of the model alone, on as many streams as it likes; runs in the worker."""
    from desktop_al.engines.embedding import loaded

    embedder = loaded(SPEC)
    with ThreadPoolExecutor(embedder.streams) as threads:
        list(threads.map(embedder.forward, [batch] * embedder.streams))
        began = time.perf_counter()
        list(threads.map(embedder.forward, [batch] * BARE_MINI_BATCHES))
        return BARE_MINI_BATCHES * len(batch) / (time.perf_counter() - began)


def eager_rate(batch: NDArray[np.uint8], ctx: Context) -> float:
    """Images per second of torch, eager in float32, on preloaded tensors; runs in the worker."""
    import torch

    from desktop_al.models.builtin import VARIANTS, torch_module

    module = torch_module(VARIANTS[SPEC.model])
    pixels = (torch.from_numpy(batch).permute(0, 3, 1, 2).float() - 127) / 128
    with torch.inference_mode():
        module(pixels)
        began = time.perf_counter()
        for _ in range(EAGER_MINI_BATCHES):
            module(pixels)
    return EAGER_MINI_BATCHES * len(batch) / (time.perf_counter() - began)


def measure(n_images: int, folder: Path | None = None) -> dict[str, float]:
    """Embed ``n_images`` files, those in ``folder`` or synthetic ones, and time the model alone just before and after.

    Returns
    -------
    ``images``; ``pipeline_per_s``, ``bare_per_s`` and ``eager_per_s`` in images per second; ``ratio_to_bare`` (at least
    0.8 is asked for on small images) and ``ratio_to_eager``, both of the whole pass: files in, committed vectors and
    thumbnails out.
    """
    worker = get_worker()
    worker.call(load_model, SPEC)
    batch = np.random.default_rng(1).integers(0, 256, (32, 224, 224, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory(prefix="desktop-al-embedding-") as name:
        images = Path(name) / "images"
        images.mkdir()
        if folder is None:
            make_photographs(images, n_images)
        else:
            link_photographs(images, folder, n_images)
        with Project.create(Path(name) / "bench.alproject") as project:
            run_add(project, AddSpec((images,)), Context())
            before = worker.call(bare_rate, batch)
            worker.call(move_cache, name)
            result = run_embed(project, SPEC, Context())
            after = worker.call(bare_rate, batch)
    bare, eager = (before + after) / 2, worker.call(eager_rate, batch)
    shutdown()
    return {
        "images": float(result.embedded + result.reused),
        "pipeline_per_s": result.images_per_second,
        "bare_per_s": bare,
        "eager_per_s": eager,
        "ratio_to_bare": result.images_per_second / bare,
        "ratio_to_eager": result.images_per_second / eager,
    }
