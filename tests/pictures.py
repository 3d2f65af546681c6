"""Small image folders made on the spot: distinct coloured shapes, duplicates and broken files."""

import colorsys
import io
import os
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 64


def _ellipse(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    draw.ellipse(box, fill=colour)


def _square(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    draw.rectangle(box, fill=colour)


def _triangle(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    draw.polygon([(left, bottom), ((left + right) / 2, top), (right, bottom)], fill=colour)


def _ring(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    draw.ellipse(box, outline=colour, width=6)


def _cross(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    draw.line([(left, top), (right, bottom)], fill=colour, width=7)
    draw.line([(left, bottom), (right, top)], fill=colour, width=7)


SHAPES: dict[str, Callable[[ImageDraw.ImageDraw, tuple[int, int, int, int], tuple[int, int, int]], None]] = {
    "ellipse": _ellipse,
    "square": _square,
    "triangle": _triangle,
    "ring": _ring,
    "cross": _cross,
}


def shape_of(index: int) -> str:
    """Name the shape that `make_pictures` draws in picture ``index``; it serves as a class."""
    return list(SHAPES)[index % len(SHAPES)]


def picture(index: int, seed: int = 0, side: int = SIDE) -> Image.Image:
    """Draw picture ``index`` of the series ``seed``: one shape in one colour, both known from the index, textured."""
    rng = np.random.default_rng([seed, index])
    hue = (index * 0.61803398875 + seed * 0.37) % 1.0
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.85, 0.9))
    shade = int(rng.integers(0, 256))
    image = Image.new("RGB", (side, side), (shade, shade, shade))
    left, top = (int(value) for value in rng.integers(2, side // 4, 2))
    right, bottom = (int(value) for value in rng.integers(side * 3 // 5, side - 2, 2))
    SHAPES[shape_of(index)](ImageDraw.Draw(image), (left, top, right, bottom), (red, green, blue))
    noise = rng.integers(-6, 7, (side, side, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


@cache
def _png(index: int, seed: int) -> bytes:
    """Picture ``index`` of the series ``seed`` as a file: many tests want the same ones."""
    file = io.BytesIO()
    picture(index, seed).save(file, "PNG", compress_level=1)
    return file.getvalue()


def make_pictures(folder: Path, n: int, seed: int = 0) -> list[Path]:
    """Write ``n`` distinct 64 px PNG pictures below ``folder``; the same ``seed`` gives the same bytes.

    Returns the paths in name order: ``0000.png``, ``0001.png`` and so on; no two have the same content.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(n):
        path = folder / f"{index:04d}.png"
        path.write_bytes(_png(index, seed))
        paths.append(path)
    return paths


def make_identical(folder: Path, n: int, seed: int = 0) -> list[Path]:
    """Write ``n`` files with the same bytes, named as `make_pictures` names them."""
    folder.mkdir(parents=True, exist_ok=True)
    first = folder / "0000.png"
    picture(0, seed).save(first)
    paths = [folder / f"{index:04d}.png" for index in range(n)]
    for path in paths[1:]:
        path.write_bytes(first.read_bytes())
    return paths[:n]


def png_of_size(width: int, height: int) -> bytes:
    """Give a few bytes of PNG that claim to be ``width`` x ``height`` grey pixels: a decompression bomb when large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def undecodable_names_work(folder: Path) -> bool:
    """Whether the file system of ``folder`` takes names that are not UTF-8."""
    probe = os.fsencode(folder) + b"/\xff\xfe.probe"
    try:
        Path(os.fsdecode(probe)).touch()
    except (OSError, UnicodeError):
        return False
    Path(os.fsdecode(probe)).unlink()
    return True


def make_messy(folder: Path) -> dict[str, str | None]:
    """Write files that a careless program trips over, good and bad.

    Returns each name that a scan finds with the start of the reason why it cannot be read, or None where it can.
    ``notes.txt`` and ``.hidden.png`` are also written, and a scan leaves them out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.txt").write_text("not an image", encoding="utf-8")
    picture(0).save(folder / ".hidden.png")
    good = picture(1, side=96)
    good.save(folder / "good.jpg")
    jpeg = (folder / "good.jpg").read_bytes()
    good.save(folder / "good.png")
    png = (folder / "good.png").read_bytes()
    files: dict[str, tuple[bytes, str | None]] = {
        "copy of good.jpg": (jpeg, None),
        "a png in truth.jpg": (png, None),
        "it's \"quoted\" 'n' all.png": (png, None),
        "smile \U0001f600 é.png": (png, None),
        "empty.jpg": (b"", "The file is empty"),
        "truncated.jpg": (jpeg[: len(jpeg) // 2], "The image is truncated"),
        "truncated.png": (png[: len(png) // 2], "The image is truncated"),
        "zero-filled.jpg": (jpeg[: len(jpeg) // 2] + bytes(2 * len(jpeg)), "The image is truncated"),
        "text.png": (b"This is no image at all.\n" * 9, "The file holds text"),
        "web page.jpg": (b"<!DOCTYPE html><html>404</html>", "The file holds a web page"),
        "noise.bmp": (bytes(np.random.default_rng(5).integers(0, 256, 999, np.uint8)), "The content is no image"),
        "bomb.png": (png_of_size(60_000, 60_000), "The image has 3,600 megapixels"),
    }
    if os.name == "posix":
        files["new\nline.png"] = (png, None)
    if undecodable_names_work(folder):
        files[os.fsdecode(b"bytes \xff\xfe.png")] = (png, None)
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    good.convert("CMYK").save(folder / "cmyk.jpg")
    good.convert("L").save(folder / "grey.webp")
    good.convert("P").save(folder / "palette.gif")
    Image.fromarray((np.arange(96 * 96, dtype=np.uint16) * 7).reshape(96, 96)).save(folder / "sixteen bit.tif")
    exif = Image.Exif()
    exif[0x0112] = 6
    good.save(folder / "turned.jpg", exif=exif)
    written = ["good.jpg", "good.png", "cmyk.jpg", "grey.webp", "palette.gif", "sixteen bit.tif", "turned.jpg"]
    return {name: reason for name, (_, reason) in files.items()} | dict.fromkeys(written)
