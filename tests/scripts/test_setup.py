"""The set-up that the scripts share, on what can be tried without installing anything."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are for bash")


def bash(script: str, root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` after sourcing the set-up of the checkout at ``root``."""
    return subprocess.run(
        ["bash", "-c", f'set -euo pipefail; . "$1/scripts/setup.sh"; {script}', "bash", str(root)],
        capture_output=True,
        text=True,
        env=os.environ | variables,
        timeout=60,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the scripts alone, in a folder with a space in its name."""
    root = tmp_path / "a folder with spaces"
    shutil.copytree(SCRIPTS, root / "scripts")
    (root / "packaging").mkdir()
    (root / "packaging" / "constraints.txt").write_text("", encoding="utf-8")
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    return root


def fake_venv(root: Path, folder: Path) -> None:
    """A virtual environment whose python writes down what it is asked to do."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> "{root}/asked"\n', encoding="utf-8")
    python.chmod(0o755)


def test_that_packages_are_installed_once_and_again_only_after_a_change(checkout: Path) -> None:
    venv = checkout / ".venv"
    fake_venv(checkout, venv)
    asked = checkout / "asked"
    assert bash('ensure_venv ""', checkout, DESKTOP_AL_VENV=str(venv)).returncode == 0
    first = asked.read_text(encoding="utf-8")
    assert f"-c {checkout}/packaging/constraints.txt -e {checkout}" in first
    assert bash('ensure_venv ""', checkout, DESKTOP_AL_VENV=str(venv)).returncode == 0
    assert asked.read_text(encoding="utf-8") == first
    (checkout / "packaging" / "constraints.txt").write_text("numpy==2\n", encoding="utf-8")
    assert bash('ensure_venv ""', checkout, DESKTOP_AL_VENV=str(venv)).returncode == 0
    assert asked.read_text(encoding="utf-8") != first


def test_that_tests_have_packages_of_their_own(checkout: Path) -> None:
    venv = checkout / ".venv"
    fake_venv(checkout, venv)
    assert bash('ensure_venv "dev"', checkout, DESKTOP_AL_VENV=str(venv)).returncode == 0
    assert f"-e {checkout}[dev]" in (checkout / "asked").read_text(encoding="utf-8")


def test_that_kernels_are_compiled_before_anything_is_measured(checkout: Path, tmp_path: Path) -> None:
    tools, venv = tmp_path / "tools", checkout / ".venv"
    tools.mkdir()
    (tools / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\n", encoding="utf-8")
    (tools / "dpkg-query").chmod(0o755)
    (checkout / "desktop_al").mkdir()
    (checkout / "desktop_al" / "kernels.py").write_text("", encoding="utf-8")
    fake_venv(checkout, venv)
    path = f"{tools}:{os.environ['PATH']}"
    assert bash('"$1"/scripts/bench veto', checkout, DESKTOP_AL_VENV=str(venv), PATH=path).returncode == 0
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    assert asked.index("-m desktop_al prepare") < asked.index("-m scripts.bench_parts.main veto")


@pytest.mark.parametrize(
    ("fails", "status"),
    [("nothing", 0), ("-m mypy", 1), ("pytest tests/gui", 1), ("--ignore=tests/gui", 1), ("ruff", 1)],
)
def test_that_the_suite_runs_as_two_halves_and_fails_with_each_part(
    checkout: Path, tmp_path: Path, fails: str, status: int
) -> None:
    found = halves(checkout, tmp_path, fails)
    assert found.returncode == status
    if fails != "ruff":
        asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
        (window,) = [line.removeprefix("-m pytest ").split() for line in asked if line.startswith("-m pytest tests")]
        (rest,) = [line.split() for line in asked if "--ignore" in line]
        assert {word.removeprefix("--ignore=") for word in rest if word.startswith("--ignore=")} == set(window)
        assert found.stdout.count("said pytest") == 2
        assert "said mypy" in found.stdout


def test_that_arguments_go_to_one_pytest(checkout: Path, tmp_path: Path) -> None:
    assert halves(checkout, tmp_path, "nothing", "tests/store -k kill").returncode == 0
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    assert [line for line in asked if line.startswith("-m pytest")] == ["-m pytest tests/store -k kill"]


def halves(checkout: Path, tmp_path: Path, fails: str, arguments: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``scripts/test`` with a python that fails where it is asked for what contains ``fails``."""
    tools, venv = tmp_path / "tools", checkout / ".venv"
    tools.mkdir()
    (tools / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\n", encoding="utf-8")
    (tools / "dpkg-query").chmod(0o755)
    fake_venv(checkout, venv)
    with (venv / "bin" / "python").open("a", encoding="utf-8") as python:
        python.write(f'echo "said $2"\ncase "$*" in *"{fails}"*) exit 1;; esac\n')
    path = f"{tools}:{os.environ['PATH']}"
    return bash(f'"$1"/scripts/test {arguments}', checkout, DESKTOP_AL_VENV=str(venv), PATH=path)


def test_that_an_old_python_is_not_taken(checkout: Path, tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = bash("find_python", checkout, DESKTOP_AL_PYTHON=str(old))
    assert done.returncode == 0
    assert done.stdout.strip() != str(old)


def test_that_without_rights_the_one_command_is_printed(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, body in {"dpkg-query": "exit 1", "id": "echo 1000", "sudo": "exit 1"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    done = bash("ensure_packages libone libtwo", checkout, PATH=f"{tools}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "sudo apt-get install -y libone libtwo" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_that_installed_packages_are_left_alone(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    # One of the two names is unknown, which dpkg-query answers with the status 1.
    (tools / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\nexit 1\n", encoding="utf-8")
    (tools / "dpkg-query").chmod(0o755)
    done = bash("ensure_packages libone", checkout, PATH=f"{tools}:{os.environ['PATH']}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
