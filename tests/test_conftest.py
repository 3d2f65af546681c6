"""The guards of the test suite guard."""

import logging
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest
from hypothesis import settings

pwd = pytest.importorskip("pwd", reason="this system keeps its users elsewhere")

ROOT = Path(__file__).parents[1]


def test_that_a_network_socket_cannot_be_opened() -> None:
    with pytest.raises(RuntimeError, match="never uses the network"):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def test_that_a_name_cannot_be_looked_up() -> None:
    with pytest.raises(RuntimeError, match="never uses the network"):
        socket.getaddrinfo("localhost", 80)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no AF_UNIX")
def test_that_sockets_within_the_machine_still_work() -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        assert right.recv(1) == b"x"


def test_that_children_have_no_network_either() -> None:
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "never uses the network" in done.stderr


def test_that_the_cache_and_the_settings_lie_in_folders_of_their_own() -> None:
    places = [platformdirs.user_cache_path("desktop-al"), platformdirs.user_config_path("desktop-al")]
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert [place.is_relative_to(tempfile.gettempdir()) for place in places] == [True, True]
    assert [place.is_relative_to(home) for place in places] == [False, False]


def test_that_an_unexpected_log_warning_fails_a_test(tmp_path: Path) -> None:
    file = tmp_path / "test_planted.py"
    file.write_text(
        "import logging\ndef test_warns(): logging.getLogger('x').warning('odd')\ndef test_quiet(): pass\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)
    assert "x WARNING: odd" in done.stdout
    assert "2 passed, 1 error" in done.stdout


@pytest.mark.expects_log("x WARNING: announced")
def test_that_an_announced_log_warning_passes() -> None:
    logging.getLogger("x").warning("announced")


def test_that_no_example_has_to_be_quick() -> None:
    assert settings().deadline is None
