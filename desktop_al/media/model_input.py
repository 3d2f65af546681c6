"""From decoded pixels to what the model and the views take: the model's crop and the thumbnail."""

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CROP_FRACTION = 0.875
"""How much of the short side the centre crop keeps: the evaluation protocol of EfficientNet-Lite (and of ImageNet)."""

THUMB_SIDE = 256
THUMB_QUALITY = 85


def resized_short_side(size: int) -> int:
    """Give the short side in pixels to which an image is resized before a crop of ``size`` is cut out."""
    return math.ceil(size / CROP_FRACTION)


def model_input(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Resize so that the centre crop keeps 0.875 of the short side, and cut the crop out, in one step.

    Parameters
    ----------
    rgb
        (h, w, 3) uint8.
    size
        Side of the model's input in pixels.

    Returns
    -------
    (size, size, 3) uint8, resampled bicubically with antialiasing.
    """
    height, width = rgb.shape[:2]
    side = min(height, width) * size / resized_short_side(size)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    image = Image.fromarray(rgb).resize((size, size), Image.Resampling.BICUBIC, box=box)
    return np.array(image)


def thumbnail_jpeg(rgb: NDArray[np.uint8], side: int = THUMB_SIDE) -> bytes:
    """Encode ``rgb`` (h, w, 3) uint8 as JPEG whose long side has at most ``side`` pixels; never enlarged."""
    image = Image.fromarray(rgb)
    scale = side / max(image.size)
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=2.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=THUMB_QUALITY)
    return buffer.getvalue()
