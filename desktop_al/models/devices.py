"""Which device a model runs on."""

import importlib.util
import re
import sys
from pathlib import Path

from desktop_al.domain.errors import ModelError, UsageError
from desktop_al.domain.sentence import say

_KNOWN = re.compile(r"cpu|mps|cuda(:\d+)?")


def chosen_device(device: str) -> str:
    """Return the torch name of the device for ``device`` (auto, cpu, cuda, cuda:N or mps); auto takes the best there.

    Raises ModelError where the device is not there, UsageError where there is no such device name.
    """
    if device == "auto":
        return _best()
    if not _KNOWN.fullmatch(device):
        raise UsageError(say("There is no device “{device}”; use auto, cpu, cuda, cuda:N or mps.", device=device))
    if device != "cpu" and not _usable(device):
        raise ModelError(say("The device {device} is not to be found on this machine; use cpu or auto.", device=device))
    return device


def _best() -> str:
    if not torch_may_have_accelerator():
        return "cpu"
    return next((device for device in ("cuda", "mps") if _usable(device)), "cpu")


def torch_may_have_accelerator() -> bool:
    """Whether the installed torch could use a GPU, told without the seconds that importing it takes."""
    if sys.platform == "darwin":
        return True
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return False
    text = (Path(found.origin).parent / "version.py").read_text(encoding="utf-8")
    return re.search(r"^(cuda|hip)\b.*=\s*['\"]", text, re.MULTILINE) is not None


def _usable(device: str) -> bool:
    import torch

    if device == "mps":
        return torch.backends.mps.is_available()
    number = int(device.partition(":")[2] or 0)
    return torch.cuda.is_available() and number < torch.cuda.device_count()
