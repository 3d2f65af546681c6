"""Messages between the program and its worker process, with large arrays through shared memory.

A message is pickled with protocol 5, so that the bytes of numpy arrays stay out of the pickle. Where they are
large they go through one shared memory block per message, else through the pipe, one after another. The receiver
copies them out and frees the block, so none outlives its message.
"""

import contextlib
import os
import pickle
import shutil
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHARED_FROM_BYTES = 1 << 16
_ALIGNMENT = 64
_SHARED_FOLDER = "/dev/shm"


def _part(block: SharedMemory, size: int, offset: int) -> NDArray[np.uint8]:
    return np.ndarray((size,), np.uint8, block.buf, offset)


class ClosedError(Exception):
    """The other side is gone."""


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _new_block(size: int) -> SharedMemory | None:
    """Make a block of ``size`` bytes, or return None where the pipe must do.

    Windows frees a block with its last handle, so the sender could not let go of it in time; and writing to a full
    /dev/shm (64 MiB in many containers) kills the process, so its free space is asked first.
    """
    if size < SHARED_FROM_BYTES or os.name != "posix":
        return None
    with contextlib.suppress(OSError):
        if not os.path.isdir(_SHARED_FOLDER) or shutil.disk_usage(_SHARED_FOLDER).free > 2 * size:
            return SharedMemory(create=True, size=size)
    return None


def send(connection: Connection, message: object) -> None:
    """Send ``message``; raises ClosedError when the other side is gone."""
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    sizes = [view.nbytes for view in views]
    block = _new_block(sum(map(_aligned, sizes)))
    try:
        if block is not None:
            _send_through(block, connection, head, views)
            return
        connection.send((head, sizes, None))
        for view in views:
            connection.send_bytes(view)
    except OSError as error:
        raise ClosedError from error


def _send_through(block: SharedMemory, connection: Connection, head: bytes, views: Sequence[memoryview]) -> None:
    sizes = [view.nbytes for view in views]
    offset = 0
    for view, size in zip(views, sizes, strict=True):
        _part(block, size, offset)[:] = np.frombuffer(view, np.uint8)
        offset += _aligned(size)
    try:
        connection.send((head, sizes, block.name))
    except OSError:
        block.unlink()
        raise
    finally:
        block.close()


def receive(connection: Connection) -> Any:
    """Wait for the next message; raises ClosedError when the other side is gone.

    The arrays in it are fresh and writable.
    """
    try:
        head, sizes, name = connection.recv()
        if name is None:
            return pickle.loads(head, buffers=[bytearray(connection.recv_bytes()) for _ in sizes])
    except (EOFError, OSError) as error:
        raise ClosedError from error
    block = SharedMemory(name)
    try:
        return pickle.loads(head, buffers=_copied(block, sizes))
    finally:
        block.close()
        block.unlink()


def _copied(block: SharedMemory, sizes: Sequence[int]) -> list[NDArray[np.uint8]]:
    copies, offset = [], 0
    for size in sizes:
        copies.append(_part(block, size, offset).copy())
        offset += _aligned(size)
    return copies
