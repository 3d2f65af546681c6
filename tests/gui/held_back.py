"""Changes of batches that wait until a test lets them be saved."""

import threading
from typing import Any

import pytest

from desktop_al.jobs import answer
from desktop_al.jobs.batch_summary import summary_of


def held_back_saving(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Lets a change of a batch be saved only once the event is set."""
    go = threading.Event()

    def wait(*given: Any) -> dict[str, Any]:
        assert go.wait(30)
        return summary_of(*given)

    monkeypatch.setattr(answer, "summary_of", wait)
    return go
