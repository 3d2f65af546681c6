"""Turns a Pillow image of any mode into 8-bit RGB.

Modes with more than 8 bits carry no statement of their range, and cameras put 10, 12 or 14 bits into 16: the white
point is the smallest usual one that holds the brightest pixel, so that images of one instrument keep their relative
brightness.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BACKGROUND = (192, 192, 192)
"""Shows behind transparent pixels; dark and white drawings both stand out from it."""

_WHITE_POINTS = (255, 1023, 4095, 16383, 65535, 2**24 - 1, 2**31 - 1)


def to_rgb(image: Image.Image) -> Image.Image:
    """Return ``image`` in mode RGB: deep modes scaled, colours converted, transparent pixels over `BACKGROUND`."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray(_scale_uint16(np.asarray(image))).convert("RGB")
    if image.mode in {"I", "F"}:
        return Image.fromarray(_scale_any(np.asarray(image))).convert("RGB")
    if image.mode == "LAB":
        return _from_lab(image)
    if image.has_transparency_data:
        return _over_background(image)
    return image.convert("RGB")


def _white_point(brightest: int) -> int:
    return next(white for white in _WHITE_POINTS if white >= brightest)


def _scale_uint16(values: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Scale (h, w) uint16 in any byte order by one look-up per pixel."""
    white = _white_point(int(values.max(initial=0)))
    levels = (np.arange(white + 1, dtype=np.uint32) * 255 + white // 2) // white
    scaled: NDArray[np.uint8] = levels.astype(np.uint8)[values]
    return scaled


def _scale_any(values: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scale (h, w) int32 or float32.

    Floats within [0, 1] count as fractions; negative values stretch the range from the darkest pixel; pixels that are
    not finite become black.
    """
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros(values.shape, np.uint8)
    darkest, brightest = float(values[finite].min()), float(values[finite].max())
    if darkest < 0 or brightest > _WHITE_POINTS[-1]:
        low, high = darkest, brightest
    elif values.dtype.kind == "f" and brightest <= 1:
        low, high = 0.0, 1.0
    else:
        low, high = 0.0, float(_white_point(int(np.ceil(brightest))))
    span = high - low
    scaled = (np.where(finite, values, low).astype(np.float64) - low) * (255 / span if span > 0 else 0)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def _over_background(image: Image.Image) -> Image.Image:
    """Lay the image over `BACKGROUND`; one that is transparent throughout shows its colours."""
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    low, high = alpha.getextrema()
    if high == 0 or low == 255:
        return rgba.convert("RGB")
    flat = Image.new("RGB", rgba.size, BACKGROUND)
    flat.paste(rgba, mask=alpha)
    return flat


def _from_lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if converted is None:
        raise ValueError("the conversion from LAB gave nothing")
    return converted
