"""What holds for every test: no network, no traces in the user's folders, no unexpected log warnings."""

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

OFFLINE = Path(__file__).parent / "offline"

# Set before any test module is imported, so that no module reads the user's own folders at import time. Children see
# it too: PYTHONPATH gives every Python process below this one the socket guard of tests/offline.
_FOLDERS = tempfile.TemporaryDirectory(prefix="desktop-al-tests-", ignore_cleanup_errors=True)


def _set_environment(root: Path) -> None:
    for name in (
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "LOCALAPPDATA",
        "APPDATA",
        "HOME",
    ):
        folder = root / name.lower()
        folder.mkdir()
        os.environ[name] = str(folder)
    paths = [str(OFFLINE), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the user's folders, close the network, and register what tests may ask for."""
    from tests.offline.sitecustomize import forbid_network

    _set_environment(Path(_FOLDERS.name))
    forbid_network()
    # A busy machine fails no test: what takes long is found by the benchmarks.
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    config.addinivalue_line(
        "markers", "expects_log(pattern): log warnings that match the pattern are part of the claim"
    )
    # Pillow warns about damaged metadata; the program judges by the decoded image instead.
    config.addinivalue_line("filterwarnings", r"ignore:::PIL\..*")


def pytest_unconfigure() -> None:
    """Remove the folders of this run."""
    _FOLDERS.cleanup()


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an empty folder for settings and state; the cache is shared, for it is slow to fill."""
    folder = tmp_path_factory.mktemp("settings")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(folder))


class _Warnings(logging.Handler):
    """Collects every record at WARNING or above, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record as one line."""
        self.lines.append(f"{record.name} {record.levelname}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning which it does not announce with ``expects_log``."""
    handler = _Warnings()
    root = logging.getLogger()
    root.addHandler(handler)
    yield
    root.removeHandler(handler)
    patterns = [str(marker.args[0]) for marker in request.node.iter_markers("expects_log")]
    unexpected = [line for line in handler.lines if not any(re.search(pattern, line) for pattern in patterns)]
    if unexpected:
        pytest.fail("unexpected log warnings:\n" + "\n".join(unexpected), pytrace=False)
