"""A screen for the real window: the one there is, or an Xvfb of our own."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

SIZE = "1600x1000x24"


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Give the name of a display to draw on; raises FileNotFoundError where there is none and no Xvfb either."""
    if shutil.which("Xvfb") is None:
        if not os.environ.get("DISPLAY"):
            raise FileNotFoundError("there is no display, and no Xvfb to make one; install xvfb")
        yield os.environ["DISPLAY"]
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)
