"""Ctrl-C: once asks the job to stop, twice stops at once."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from desktop_al.domain.context import Context

STOPPING = b"\nStopping; what is done stays. Press Ctrl-C again to stop at once.\n"


@contextlib.contextmanager
def left_to_window() -> Iterator[None]:
    """Within the block SIGTERM ends the process as it does by default, and SIGINT is the window's to handle."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def interruptible(ctx: Context) -> Iterator[None]:
    """Within the block the first SIGINT or SIGTERM cancels ``ctx``, and the second raises KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if ctx.cancelled:
            raise KeyboardInterrupt
        ctx.cancel()
        # Not through sys.stderr: the signal may have arrived in the middle of a write to it.
        with contextlib.suppress(OSError):
            os.write(2, STOPPING)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
