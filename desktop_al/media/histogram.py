"""How often each brightness occurs in an image."""

import numpy as np
from numpy.typing import NDArray

LEVELS = 256
# More pixels than this do not change what a histogram looks like.
ENOUGH = 400_000
# ITU-R BT.709, of values as they are stored.
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def histogram(rgb: NDArray[np.uint8], enough: int = ENOUGH) -> NDArray[np.int64]:
    """Count the levels of ``rgb`` (h, w, 3) in about ``enough`` pixels spread evenly over it.

    Returns
    -------
    counts
        (4, 256): red, green, blue and luma.
    """
    step = max(1, int((rgb.shape[0] * rgb.shape[1] / enough) ** 0.5))
    some = rgb[::step, ::step].reshape(-1, 3)
    luma = np.rint(some @ _WEIGHTS).astype(np.uint8)
    channels = [*np.ascontiguousarray(some.T), luma]
    return np.stack([np.bincount(channel, minlength=LEVELS) for channel in channels]).astype(np.int64)
