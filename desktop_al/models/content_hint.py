"""A hint of what an image shows: the most probable of the 1,000 ImageNet classes of the built-in embedder."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say

IMAGENET_CLASSES = 1000


@cache
def class_names(file: Path) -> tuple[str, ...]:
    """Read the class names from ``file``, one to a line in the order of the classes.

    Raises ModelError where there are not exactly 1,000, for then names and classes do not belong together.
    """
    try:
        names = tuple(file.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise ModelError(
            say("The class names {file} cannot be read; install the program again.", file=file.name)
        ) from error
    if len(names) != IMAGENET_CLASSES or not all(names):
        raise ModelError(
            say(
                "The file {file} holds {count} class names, not 1,000; install the program again.",
                file=file.name,
                count=len(names),
            )
        )
    return names


def likeliest(probabilities: NDArray[Any], names: tuple[str, ...], count: int = 3) -> list[list[tuple[str, float]]]:
    """Name the ``count`` most probable classes of each row of ``probabilities`` (n, c), the most probable first."""
    order = np.argsort(-probabilities.astype(np.float32), axis=1, kind="stable")[:, :count]
    return [
        [(names[place], float(row[place])) for place in places]
        for row, places in zip(probabilities, order.tolist(), strict=True)
    ]
