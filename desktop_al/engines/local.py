"""The one worker process of this program."""

import atexit
import threading

from desktop_al.engines.worker import WorkerProcess

_lock = threading.Lock()
_worker: WorkerProcess | None = None


def get_worker() -> WorkerProcess:
    """Return the worker that every job of this process shares; it is spawned at its first call or `start`."""
    global _worker
    with _lock:
        if _worker is None:
            _worker = WorkerProcess()
            atexit.register(shutdown)
        return _worker


def shutdown() -> None:
    """End the worker; the next job makes a new one."""
    global _worker
    with _lock:
        worker, _worker = _worker, None
    if worker is not None:
        atexit.unregister(shutdown)
        worker.shutdown()
