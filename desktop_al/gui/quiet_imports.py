"""Keeps PySide from reading the source of every module that is imported after it.

It looks there for its own name, to know where ``from __feature__ import …`` may change how its classes spell their
methods, and Python keeps what was read: tens of megabytes, and a third of a millisecond of each import, also of those
in a job while the window waits for the interpreter. This program asks for no such feature, so that every module may
count as one that uses PySide, which changes nothing.
"""

import sys
from types import ModuleType

FEATURES, LOOK = "shibokensupport.feature", "_mod_uses_pyside"


def leave_sources_unread() -> bool:
    """Let no later import read a source for PySide; False where this PySide has another way to find out."""
    features = sys.modules.get(FEATURES)
    if not hasattr(features, LOOK):
        return False
    setattr(features, LOOK, _counts)
    return True


def _counts(_module: ModuleType) -> bool:
    return True
