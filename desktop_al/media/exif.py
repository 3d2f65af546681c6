"""What the camera wrote into an image, in words for a person."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL.ExifTags import IFD, Base

from desktop_al.media.content import DecodeError, read_content
from desktop_al.media.decode import PILLOW_RAISES, identify

_LONGEST = 200


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    printable = "".join(c if c.isprintable() else " " for c in str(value).split("\0")[0])
    return " ".join(printable.split())[:_LONGEST]


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("cameras write 0/0 for what they do not know")
    return number


def _number(value: object, digits: int = 1) -> str:
    return f"{_finite(value):.{digits}f}".removesuffix("." + "0" * digits)


def _exposure(value: object) -> str:
    seconds = _finite(value)
    return f"1/{round(1 / seconds)} s" if 0 < seconds < 0.3 else f"{_number(seconds)} s"


def _date(value: object) -> str:
    """Write the camera's ``2024:05:17 09:30:00`` as an ISO date with the time."""
    date, _, time = _text(value).partition(" ")
    return f"{date.replace(':', '-')} {time}".strip()


# Shown name -> EXIF tag and how to word its value, in the order of the inspector.
_TAGS: dict[str, tuple[int, Callable[[Any], str]]] = {
    "Camera": (Base.Model, _text),
    "Lens": (Base.LensModel, _text),
    "Taken": (Base.DateTimeOriginal, _date),
    "Exposure": (Base.ExposureTime, _exposure),
    "Aperture": (Base.FNumber, lambda value: f"f/{_number(value)}"),
    "ISO": (Base.ISOSpeedRatings, lambda value: _text(value[0] if isinstance(value, tuple) else value)),
    "Focal length": (Base.FocalLength, lambda value: f"{_number(value)} mm"),
    "Description": (Base.ImageDescription, _text),
    "Artist": (Base.Artist, _text),
    "Copyright": (Base.Copyright, _text),
    "Software": (Base.Software, _text),
}


def exif(path: Path) -> dict[str, str]:
    """Read the EXIF fields of the image at ``path``, by shown name; empty where it has none or cannot be read."""
    try:
        with read_content(path) as content, identify(content, path.suffix.lower()) as image:
            block = image.getexif()
            tags: dict[int, Any] = {**block, **block.get_ifd(IFD.Exif)}
            place = _place(block.get_ifd(IFD.GPSInfo))
    except (DecodeError, *PILLOW_RAISES):
        return {}
    fields = {name: said for name, (tag, word) in _TAGS.items() if (said := _worded(tags.get(tag), word))}
    maker = _text(tags.get(Base.Make) or "")
    if "Camera" in fields and maker and not fields["Camera"].lower().startswith(maker.split()[0].lower()):
        fields["Camera"] = f"{maker} {fields['Camera']}"
    return fields | ({"Place": place} if place else {})


def _worded(value: object, word: Callable[[Any], str]) -> str:
    """Word ``value``, or say nothing where it makes no sense."""
    if value is None:
        return ""
    try:
        return word(value)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return ""


def _place(gps: Mapping[int, Any]) -> str:
    """Write latitude (tags 1 and 2) and longitude (3 and 4) in decimal degrees."""
    latitude, longitude = (_worded(gps.get(tag), _degrees) for tag in (2, 4))
    if not (latitude and longitude):
        return ""
    return f"{latitude}° {_text(gps.get(1, ''))[:1]}, {longitude}° {_text(gps.get(3, ''))[:1]}"


def _degrees(value: tuple[Any, Any, Any]) -> str:
    degrees, minutes, seconds = (_finite(part) for part in value)
    return f"{degrees + minutes / 60 + seconds / 3600:.5f}"
