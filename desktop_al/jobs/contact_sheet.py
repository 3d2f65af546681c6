"""The picks of a batch on one picture, for those without a window."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from desktop_al.exchange.staging import staged
from desktop_al.media.decode import DecodeError, decode

CELL, GAP = 96, 8
MOST = 600


def write_contact_sheet(paths: Sequence[Path], to: Path, max_pixels: int, overwrite: bool) -> None:
    """Draw the images at ``paths`` (at most `MOST`) with their ranks, from the upper left, into the PNG file ``to``."""
    shown = paths[:MOST]
    columns = max(1, min(len(shown), math.ceil(math.sqrt(len(shown) * 1.6))))
    rows = max(1, math.ceil(len(shown) / columns))
    sheet = Image.new("RGB", (columns * (CELL + GAP) + GAP, rows * (CELL + GAP) + GAP), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for index, path in enumerate(shown):
        left, top = (GAP + (CELL + GAP) * place for place in (index % columns, index // columns))
        try:
            picture = Image.fromarray(decode(path, max_pixels=max_pixels, min_side=CELL).rgb)
        except DecodeError:
            pen.rectangle([left, top, left + CELL, top + CELL], outline=(160, 160, 160))
        else:
            picture = ImageOps.contain(picture, (CELL, CELL))
            sheet.paste(picture, (left + (CELL - picture.width) // 2, top + (CELL - picture.height) // 2))
        pen.text((left + 2, top + 1), str(index + 1), fill="black", font=font, stroke_width=2, stroke_fill="white")
    with staged(to, overwrite) as place:
        sheet.save(place, format="PNG")
