"""What the model chooser asks of the worker."""

import time
from pathlib import Path

import numpy as np

from desktop_al.domain.context import Context
from desktop_al.domain.models import ModelDescription, ModelTrial
from desktop_al.domain.specs import EmbedSpec
from desktop_al.engines.embedding import loaded
from desktop_al.media.decode import decode
from desktop_al.media.model_input import model_input, resized_short_side
from desktop_al.models.registry import inspect

CLASSES = 5


def describe_file(path: Path, trusted: tuple[str, ...], ctx: Context) -> ModelDescription:
    """Describe the model file ``path``; raises ModelError."""
    return inspect(path, trusted)


def try_on_image(spec: EmbedSpec, image: Path, ctx: Context) -> ModelTrial:
    """Run the model of ``spec`` on the image at ``image``; raises ModelError or DecodeError."""
    embedder = loaded(spec)
    size, normalisation = embedder.input.size, embedder.input.normalisation
    decoded = decode(image, max_pixels=spec.max_pixels, min_side=resized_short_side(size))
    pixels = model_input(decoded.rgb, size)
    began = time.perf_counter()
    output = embedder.forward(pixels[None])
    seconds = time.perf_counter() - began
    values = (pixels - np.array(normalisation.mean)) / np.array(normalisation.std)
    classes: tuple[tuple[int, float], ...] = ()
    if output.probabilities is not None:
        row = output.probabilities[0]
        classes = tuple((int(place), float(row[place])) for place in np.argsort(-row, kind="stable")[:CLASSES])
    return ModelTrial(pixels, (float(values.min()), float(values.max())), embedder.dim, classes, seconds)
