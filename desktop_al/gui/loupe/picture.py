"""Decodes an image for the loupe into a pyramid, so that it is painted fast and smoothly at every size."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr
from desktop_al.gui.sentences import told

# A scaled version is decoded first, large enough for a screen and several times faster than the whole.
SCREEN_SIDE = 1100
# Files that can only be decoded as a whole, such as PNG, are scaled to so many pixels for the screen.
SCREEN_PIXELS = 6_000_000
# Beyond this many pixels even the full version is scaled: it would take too much memory.
MOST_PIXELS = 64_000_000
SMALLEST_LEVEL = 400


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image, or the sentence that says why there is none.

    ``levels`` go from the largest to the smallest, each half as wide; ``size`` is that of the image itself, which the
    first level has only where ``whole``; ``final`` tells that a larger version cannot be had; it is the first of
    ``frames``.
    """

    levels: tuple[QImage, ...]
    size: QSize
    whole: bool
    final: bool
    sentence: str = ""
    frames: int = 1

    @property
    def bytes(self) -> int:
        """The memory that it takes."""
        return sum(level.sizeInBytes() for level in self.levels)

    def level_for(self, width: float) -> QImage:
        """The smallest level of at least ``width`` pixels, else the largest."""
        return next((level for level in reversed(self.levels) if level.width() >= width), self.levels[0])


def read_picture(path: Path, full: bool, ctx: Context, screen_side: int = SCREEN_SIDE) -> Picture:
    """Decode the image at ``path``, in ``full`` or about as large as a screen; raises nothing for a bad file."""
    from desktop_al.media.decode import DecodeError, decode

    ctx.check()
    try:
        decoded = decode(path, max_pixels=settings.read()[0].max_pixels, min_side=None if full else screen_side)
    except DecodeError as error:
        missing = tr("The file is no longer there; scan again when it is back.")
        return Picture((), QSize(), False, True, missing if error.missing else told(str(error)))
    ctx.check()
    height, width = decoded.rgb.shape[:2]
    size = QSize(decoded.width, decoded.height)
    whole = (width, height) == (decoded.width, decoded.height)
    image = QImage(decoded.rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    most = MOST_PIXELS if full else min(MOST_PIXELS, SCREEN_PIXELS)
    if width * height > most:
        share = (most / (width * height)) ** 0.5
        image = image.scaled(
            int(width * share),
            int(height * share),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        whole = False
    # The format that a window paints without converting it each time; this is also what copies the pixels.
    first = image.convertToFormat(QImage.Format.Format_RGB32)
    return Picture(_pyramid(first, ctx), size, whole, full or whole, frames=decoded.frames)


def _pyramid(image: QImage, ctx: Context) -> tuple[QImage, ...]:
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) > 2 * SMALLEST_LEVEL:
        ctx.check()
        last = levels[-1]
        levels.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
    return tuple(levels)
