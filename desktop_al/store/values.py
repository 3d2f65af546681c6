"""How values are written into the database and read back: paths, JSON, times, content hashes, blobs of numbers."""

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PLAIN = frozenset({int, str, bool, type(None)})


def path_value(path: str | Path) -> str | bytes:
    """``path`` as an ANY column holds it: text, or bytes where it holds bytes that are no valid UTF-8."""
    text = os.fspath(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return text


def path_text(value: str | bytes) -> str:
    """The inverse of `path_value`."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def now() -> str:
    """The present time, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(value: object) -> str:
    """``value`` as JSON text: dataclasses as objects, arrays as lists, paths as text, NaN and infinities as null."""
    return json.dumps(_plain(value), ensure_ascii=True, allow_nan=False)


def _plain(value: object) -> Any:
    # Asked first, for most values are such and a batch holds thousands.
    if type(value) in _PLAIN:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def hash_words(hashes: Sequence[str]) -> NDArray[np.uint64]:
    """Content hashes (16 hexadecimal digits each) as numbers, shape (n,)."""
    digits = "".join(hashes)
    if len(digits) != 16 * len(hashes):
        raise ValueError("a content hash has 16 hexadecimal digits")
    return joined_hash_words(digits)


def joined_hash_words(digits: str) -> NDArray[np.uint64]:
    """The same for content hashes that stand one after another without anything between."""
    return np.frombuffer(bytes.fromhex(digits), dtype=">u8").astype(np.uint64)


def to_blob(values: Iterable[int] | NDArray[Any], dtype: str) -> bytes:
    """Numbers as a little-endian blob of ``dtype``, for example "<i8"."""
    return np.asarray(values if isinstance(values, np.ndarray) else list(values)).astype(dtype).tobytes()
