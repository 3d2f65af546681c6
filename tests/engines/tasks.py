"""Functions that the tests run inside the worker process."""

import os
import signal
import threading
import time

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError
from desktop_al.domain.sentence import say


class UnpicklableError(Exception):
    """An error that no pipe can carry."""

    def __init__(self) -> None:
        super().__init__("unpicklable")
        self.lock = threading.Lock()


def who(ctx: Context) -> tuple[int, bool, bool]:
    """Return the process id, and whether torch and Qt are loaded."""
    import sys

    return os.getpid(), "torch" in sys.modules, "PySide6" in sys.modules


def double(array: NDArray[np.float64], ctx: Context) -> NDArray[np.float64]:
    return array * 2


def publish_each(count: int, size: int, ctx: Context) -> int:
    for number in range(count):
        ctx.report("Counting", number + 1, count, "numbers")
        ctx.publish((number, np.full(size, number, np.float32)))
    ctx.message("That was all.")
    return count


def fail(kind: str, ctx: Context) -> None:
    if kind == "world":
        raise ModelError(say("The file is not a model; choose another."))
    if kind == "unpicklable":
        raise UnpicklableError
    if kind == "connection":
        raise ConnectionError("a fault of the function, not of the pipe")
    raise ValueError("ours")


def die(status: int, ctx: Context) -> None:
    ctx.publish("last words")
    if status < 0:
        os.kill(os.getpid(), -status)
    os._exit(status)


def obey(ctx: Context) -> None:
    """Run until it is told to stop."""
    ctx.publish("running")
    while True:
        ctx.check()
        time.sleep(0.01)


def ignore(ctx: Context) -> None:
    """Run on whatever it is told."""
    ctx.publish("running")
    while True:
        time.sleep(0.01)


def shout(ctx: Context) -> int:
    """Write to standard output as a careless library does."""
    print("noise")  # noqa: T201 - the very thing under test
    os.write(1, b"noise\n")
    return signal.getsignal(signal.SIGINT) == signal.SIG_IGN
