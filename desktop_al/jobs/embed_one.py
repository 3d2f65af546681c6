"""The embedding of one image file that need not be in the pool, by the model that embedded the pool."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import EmbeddingError, ModelError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.domain.text import shown
from desktop_al.engines.embedding import EmbeddedChunk, embed_files, load_model
from desktop_al.engines.local import get_worker
from desktop_al.jobs.embed_again import spec_of
from desktop_al.media.decode import DecodeError, decode
from desktop_al.store.project import Project


def embed_one(project: Project, file: Path, base: EmbedSpec, ctx: Context = SILENT) -> NDArray[np.float32]:
    """The embedding (d,) of ``file``; nothing of it is kept but a thumbnail in the cache.

    Raises
    ------
    EmbeddingError
        Nothing is embedded yet, or the file is gone, no image, damaged or too large.
    ModelError
        The model cannot be used any more, or is another one by now.
    WorkerLostError
        The worker process died.
    """
    model = project.active_model()
    if model is None:
        raise EmbeddingError(say("No image of this project is embedded yet: embed the images first."))
    path = Path(os.path.abspath(file))
    if not os.path.exists(path):
        raise EmbeddingError(say("There is no file “{path}” to look for; check its name.", path=shown(path)))
    if path.is_dir():
        raise EmbeddingError(say("“{path}” is a folder; name one image.", path=shown(path)))
    try:
        # What is no image is told at once, without waiting for the model.
        decode(path, max_pixels=base.max_pixels, min_side=1)
    except DecodeError as error:
        raise _unusable(path, error.args[0]) from error
    spec = spec_of(project, model, base)
    facts = get_worker().call(load_model, spec, ctx=ctx)
    if facts.key != model.key:
        raise ModelError(
            say(
                "The model “{model}” is not the one any more that embedded the images: embed them again first.",
                model=model.name,
            )
        )
    chunks: list[EmbeddedChunk] = []
    nothing = np.empty(0, np.uint64)
    arguments = (spec, np.zeros(1, np.int64), [str(path)], nothing, (0, 1))
    get_worker().call(embed_files, *arguments, ctx=ctx, partial=chunks.append)
    reason = next((reason for chunk in chunks for reason in chunk.reasons if reason), "")
    vectors = [chunk.embedding for chunk in chunks if len(chunk.embedding)]
    if reason or not vectors:
        raise _unusable(path, reason or say("It could not be read."))
    found: NDArray[np.float32] = vectors[0][0]
    return found


def _unusable(path: Path, reason: str) -> EmbeddingError:
    return EmbeddingError(say("“{path}” cannot be looked for: {reason}", path=shown(path), reason=reason))
