"""Decodes one image file, whatever it holds, in one reading: pixels for model and thumbnail, and facts to record.

Pillow's plug-ins raise whatever their parsers trip over; `decode` turns all of it into `DecodeError`, whose sentence is
kept with the sample. Everything here may run in several threads at once; Pillow releases the GIL while it decodes.
"""

import functools
import logging
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from desktop_al.domain.sentence import Sentence, say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.media.content import Content, DecodeError, read_content
from desktop_al.media.pixels import to_rgb
from desktop_al.media.quiet import silence_libtiff
from desktop_al.media.sniff import is_heif, is_ios_png, why_not_an_image

__all__ = ["MAX_PIXELS", "DecodeError", "Decoded", "decode", "decode_content"]

MAX_PIXELS = EmbedSpec().max_pixels

# Formats that are read, the frequent ones first. Left out are those that run other programs (EPS), that draw (WMF), and
# stubs. TGA has no signature and would claim noise: it is tried only where the name says so.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF", "AVIF", "DIB")
_RARE_FORMATS = ("JPEG2000", "QOI", "PSD", "ICO", "DDS", "PCX", "SGI")
_TGA_ENDINGS = {".tga", ".icb", ".vda", ".vst"}
_ANIMATED = {"GIF", "PNG", "WEBP", "TIFF", "AVIF", "HEIF", "MPO"}

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}

# What the plug-ins have been seen to raise for damaged files, and its kin; `UnidentifiedImageError` is an OSError.
PILLOW_RAISES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    SystemError,
    TypeError,
    ValueError,
    Image.DecompressionBombError,
    struct.error,
    zlib.error,
)
_CUT_SHORT = re.compile(r"truncat|overrun|not enough|unexpected end|too short|out of range|but only got", re.IGNORECASE)
_ZERO_TAIL = bytes(64)

# What Pillow thinks of damaged metadata is told neither in the log nor on standard error: the pixels decide.
logging.getLogger("PIL").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded image.

    ``rgb`` (h, w, 3) uint8, upright, perhaps smaller than the image; ``width`` and ``height`` in pixels are those of
    the whole image, upright; ``format`` is Pillow's name; ``hash`` is the xxh3_64 of the file (16 hexadecimal digits);
    ``frames`` counts the frames or pages, of which the first was decoded.
    """

    rgb: NDArray[np.uint8]
    width: int
    height: int
    format: str
    hash: str
    frames: int


def decode(path: Path, *, max_pixels: int = MAX_PIXELS, min_side: int | None = None) -> Decoded:
    """Decode the image at ``path``.

    Parameters
    ----------
    path
        The file; its content decides about the format, not its name.
    max_pixels
        An image of more pixels is refused before anything of it is decoded.
    min_side
        Where given, a larger image may be decoded to any smaller size whose short side has at least ``min_side``
        pixels, which is many times faster for JPEG.

    Raises
    ------
    DecodeError
        The file is gone, unreadable, not an image, damaged, cut short or too large; nothing else is raised for a file.
    """
    with read_content(path) as content:
        return decode_content(content, path.suffix.lower(), max_pixels, min_side)


def decode_content(
    content: Content, ending: str = "", max_pixels: int = MAX_PIXELS, min_side: int | None = None
) -> Decoded:
    """Decode ``content`` as `decode` does; ``ending`` is the lower-case ending of its name."""
    if not content.data:
        raise DecodeError(say("The file is empty."), content.hash)
    _allow(max_pixels)
    with _faults_of_pillow(content, max_pixels), identify(content, ending) as image:
        image_format = image.format or ""
        _check_pixels(image.size, max_pixels, content)
        _check_end(image_format, content)
        size = image.size
        if min_side is not None and isinstance(image, JpegImagePlugin.JpegImageFile):
            image.draft(None, (min_side, min_side))
        image.load()
        turn = _turn(image)
        upright = _smaller(to_rgb(image), min_side)
        if turn is not None:
            upright = upright.transpose(turn)
        rgb = np.array(upright)
        # Counting moves to another frame and drops the pixels: it comes last.
        frames = _frames(image, image_format)
    width, height = size[::-1] if turn in _SIDEWAYS else size
    return Decoded(rgb, width, height, image_format, content.hash, frames)


@functools.cache
def _formats(heif: bool, tga: bool) -> tuple[str, ...]:
    """List the formats to try; the plug-in for HEIC is loaded only when the first such file turns up."""
    extra: tuple[str, ...] = ("TGA",) if tga else ()
    if heif:
        try:
            # The optional extra "heic".
            from pillow_heif import register_heif_opener  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            return _FORMATS + _RARE_FORMATS + extra
        register_heif_opener()
        return ("HEIF", *_FORMATS, *_RARE_FORMATS, *extra)
    return _FORMATS + _RARE_FORMATS + extra


def identify(content: Content, ending: str) -> Image.Image:
    """Open ``content`` as Pillow's image without decoding its pixels; raises what Pillow raises (`PILLOW_RAISES`)."""
    if content.data.startswith((b"II", b"MM")):
        silence_libtiff()
    formats = _formats(is_heif(content.data), ending in _TGA_ENDINGS)
    return Image.open(content.stream, formats=formats)


def _allow(max_pixels: int) -> None:
    """Raise Pillow's own cap to ours; it remains the second line of defence, for images within images."""
    if Image.MAX_IMAGE_PIXELS is not None and max_pixels > Image.MAX_IMAGE_PIXELS:
        Image.MAX_IMAGE_PIXELS = max_pixels


def _too_large(pixels: int, max_pixels: int, content: Content) -> NoReturn:
    sentence = say(
        "The image has {size:,.0f} megapixels, more than the cap of {cap:,.0f}; to read it, raise max_pixels in"
        " settings.toml, whose folder Help › About Desktop AL names.",
        size=pixels / 1e6,
        cap=max_pixels / 1e6,
    )
    raise DecodeError(sentence, content.hash)


def _check_pixels(size: tuple[int, int], max_pixels: int, content: Content) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise DecodeError(say("The image has no pixels."), content.hash)
    if width * height > max_pixels:
        _too_large(width * height, max_pixels, content)


def _check_end(image_format: str, content: Content) -> None:
    """Refuse a JPEG whose end is filled with zeros, as a broken copy leaves it: libjpeg reads them as grey pixels."""
    if image_format not in {"JPEG", "MPO"} or not content.data.endswith(_ZERO_TAIL):
        return
    end, scan = content.data.rfind(b"\xff\xd9"), content.data.rfind(b"\xff\xda")
    if content.whole and end < scan:
        raise DecodeError(say("The image is truncated: the file ends in zeros."), content.hash)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Read the orientation, after loading: some formats keep it behind the pixels, and TIFF turns itself upright."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except PILLOW_RAISES:
        return None  # a damaged EXIF block does not spoil the pixels


def _frames(image: Image.Image, image_format: str) -> int:
    """Count the frames; damage behind the first one does not spoil it."""
    if image_format not in _ANIMATED:
        return 1
    try:
        return max(1, int(getattr(image, "n_frames", 1)))
    except PILLOW_RAISES:
        return 1


def _smaller(image: Image.Image, min_side: int | None) -> Image.Image:
    """Average whole blocks of pixels down to at least twice ``min_side``, so that nothing later handles them all."""
    factor = 1 if min_side is None else min(image.size) // (2 * min_side)
    return image.reduce(factor) if factor > 1 else image


@contextmanager
def _faults_of_pillow(content: Content, max_pixels: int) -> Iterator[None]:
    """Turn whatever Pillow raises into one sentence."""
    try:
        yield
    except UnidentifiedImageError:
        raise DecodeError(why_not_an_image(content.data[:512]), content.hash) from None
    except Image.DecompressionBombError as error:
        pixels = re.search(r"\d+", str(error))
        _too_large(int(pixels[0]) if pixels else 2 * max_pixels, max_pixels, content)
    except MemoryError as error:
        raise DecodeError(say("The image needs more memory than there is."), content.hash) from error
    except (NotImplementedError, *PILLOW_RAISES) as error:
        raise DecodeError(_damage(error, content.data), content.hash) from error


def _damage(error: BaseException, data: bytes) -> Sentence:
    if is_ios_png(data):
        return say("The image is a PNG in the private variant of iOS apps: convert it to a plain PNG to use it.")
    said = " ".join(str(error).split())[:120] or type(error).__name__
    if isinstance(error, EOFError | IndexError | struct.error) or _CUT_SHORT.search(said):
        return say("The image is truncated: its data end early.")
    if isinstance(error, NotImplementedError) or said.lower().startswith("unsupported"):
        return say("The image is of a kind that cannot be read: {said}.", said=said)
    return say("The image is damaged: {said}.", said=said)
