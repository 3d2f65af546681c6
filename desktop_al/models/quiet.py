"""Keeps torch from announcing the end of TorchScript: users have such files, and OpenVINO converts by way of it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def torchscript_unannounced() -> Iterator[None]:
    """Leave out the deprecation warnings of ``torch.jit`` and nothing else; not for use in several threads at once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.", DeprecationWarning)
        yield
