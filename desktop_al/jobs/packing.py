"""Columns of a selection as short text, for the record of its run."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.records import Ids


def pack_ids(ids: Ids) -> str:
    """Ids (n,) int64, ascending, as text."""
    bits = np.zeros(int(ids[-1]) + 1 if len(ids) else 0, dtype=bool)
    bits[ids] = True
    return _text(np.packbits(bits).tobytes())


def unpack_ids(text: str, most: int | None = None) -> Ids:
    """The inverse of `pack_ids`; with ``most`` only ids up to about that one are unpacked, whatever the text claims.

    Raises
    ------
    ValueError, zlib.error
        The text is none of ours.
    """
    raw = _bytes(text) if most is None else _first_bytes(text, most // 8 + 1)
    return np.flatnonzero(np.unpackbits(np.frombuffer(raw, dtype=np.uint8))).astype(np.int64)


def pack_column(values: NDArray[Any] | None) -> dict[str, str] | None:
    """A column (n,) of numbers or booleans as JSON can hold it, bit for bit; None for none."""
    if values is None:
        return None
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return {"dtype": little.dtype.str, "data": _text(little.tobytes())}


def unpack_column(kept: dict[str, str] | None) -> NDArray[Any] | None:
    """The inverse of `pack_column`, in the byte order of this machine."""
    if kept is None:
        return None
    values = np.frombuffer(_bytes(kept["data"]), dtype=np.dtype(kept["dtype"]))
    return values.astype(values.dtype.newbyteorder("="))


def _text(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode("ascii")


def _bytes(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


def _first_bytes(text: str, most: int) -> bytes:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(base64.b64decode(text), most)
    if not unpacking.eof and not unpacking.unconsumed_tail and len(data) < most:
        raise zlib.error("the text ends too early")
    return data
