"""Stops libtiff from writing its opinion of damaged files to standard error, where a command's own messages belong."""

import ctypes
import functools
from pathlib import Path

import PIL


def _libraries() -> list[Path]:
    """List the copies of libtiff that Pillow's wheels carry, per platform; empty where it is linked in."""
    package = Path(PIL.__file__).parent
    folders = (package.parent / "pillow.libs", package / ".dylibs")
    return [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("libtiff*"))]


@functools.cache
def silence_libtiff() -> bool:
    """Take libtiff's error handler away, once per process; say whether there was a libtiff to silence.

    Pillow raises for what matters, so that nothing is lost.
    """
    for file in _libraries():
        try:
            set_handler = ctypes.CDLL(str(file)).TIFFSetErrorHandler
        except (OSError, AttributeError):
            continue
        set_handler.argtypes = [ctypes.c_void_p]
        set_handler.restype = ctypes.c_void_p
        set_handler(None)
        return True
    return False
