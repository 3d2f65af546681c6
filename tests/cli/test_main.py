"""Exit statuses, sentences, JSON on success and failure, and what opens a window."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_al.cli.parser import VERBS
from desktop_al.cli.verb import Answer, Call, Verb
from desktop_al.domain.errors import CancelledError
from desktop_al.store.project import Project
from tests.cli.running import Run, runner
from tests.store.releases import FOLDER, load


@pytest.fixture
def project(tmp_path: Path) -> Path:
    Project.create(tmp_path / "p.alproject").close()
    return tmp_path / "p.alproject"


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make ``info`` fail with ``error``."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("desktop_al.jobs.info.run_info", fail)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_that_every_verb_has_help(run: Run, verb: str) -> None:
    ran = run(verb, "--help")
    assert ran.status == 0
    assert f"usage: desktop-al {verb}" in ran.out
    assert "--json" in ran.out


def test_that_help_lists_formats_and_strategies(run: Run) -> None:
    assert "imagefolder" in run("export", "--help").out
    assert "k-center" in run("select", "--help").out
    assert "folder" in run("import-labels", "--help").out


def test_that_the_version_is_told(run: Run) -> None:
    import desktop_al

    assert run("--version").out == f"desktop-al {desktop_al.__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["fly"],
        ["create"],
        ["select", "p", "--count", "many"],
        ["select", "p", "--count", "0"],
        ["select", "p", "--count", "0%"],
        ["select", "p", "--strategy", "guess"],
        ["add", "p", ""],
        ["create", ""],
        ["export", "p", "--format", "csv", "--to", ""],
        ["select", "p", "--count", "101%"],
        ["select", "p", "--count", "-3"],
        ["select", "p", "--seed", "x"],
        ["select", "p", "--option", "novalue"],
        ["select", "p", "--preset", "guess"],
        ["select", "p", "--pin"],
        ["select", "p", "--pin", "a.jpg"],
        ["select", "p", "--group-by", "site", "--group-cap", "0"],
        ["select", "p", "--min-distance", "-1"],
        ["select", "p", "--target", "night"],
        ["select", "p", "--target", "night=130%"],
        ["select", "p", "--random-share", "2"],
        ["select", "p", "--label-seconds", "soon"],
        ["adjust", "p"],
        ["adjust", "p", "1", "--veto", "x"],
        ["compare", "p", "1"],
        ["compare", "p", "1", "last"],
        ["decide", "p", "1", "all"],
        ["decide", "p", "0", "--accept", "all"],
        ["decide", "p", "1", "--accept", "--reject", "all"],
        ["export", "p", "--format", "csv"],
        ["export", "p", "--to", "x"],
        ["export", "p", "--format", "csv", "--to", "x", "--copy", "--link"],
        ["embed", "p", "--dev", "cpu"],
        ["info", "p", "extra"],
        ["map", "p", "--seed", "1.5"],
    ],
)
def test_that_wrong_usage_is_a_sentence_and_status_2(run: Run, argv: list[str]) -> None:
    ran = run(*argv)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("desktop-al: ")
    assert "--help" in ran.err
    assert "Traceback" not in ran.err
    told = run(*argv, "--json")
    assert told.status == 2
    assert told.json["error"] == ran.err.removeprefix("desktop-al: ").strip()


def test_that_a_wrong_count_is_told_what_a_percentage_looks_like(run: Run) -> None:
    assert "such as 5%;" in run("select", "p", "--count", "many").err


def test_that_a_fault_of_the_world_is_a_sentence_and_status_1(run: Run, tmp_path: Path) -> None:
    ran = run("info", tmp_path / "gone")
    assert (ran.status, ran.out) == (1, "")
    assert "is not a Desktop AL project" in ran.err
    told = run("info", tmp_path / "gone", "--json")
    assert (told.status, told.json["status"]) == (1, 1)
    assert told.json["error"] in ran.err


def test_that_a_fault_of_ours_leaves_a_report_and_no_traceback(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError("our fault"))
    ran = run("info", project, "--json")
    assert ran.status == 1
    assert "Traceback" not in ran.err + ran.out
    report = Path(ran.json["error"].rpartition("report ")[2].removesuffix("."))
    text = report.read_text()
    assert "ZeroDivisionError: our fault" in text
    assert "desktop-al info" in text


def test_that_debug_shows_the_traceback(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("our fault"))
    ran = run("info", project, "--debug")
    assert ran.status == 1
    assert "ZeroDivisionError: our fault" in ran.err


@pytest.mark.parametrize(
    ("error", "words", "status"),
    [
        (OSError(errno.ENOSPC, "No space left", "/x"), "the disk is full", 1),
        (OSError(errno.EROFS, "Read-only", "/x"), "the disk is read-only", 1),
        (MemoryError(), "not enough memory", 1),
        (CancelledError(), "Interrupted", 130),
        (KeyboardInterrupt(), "Interrupted", 130),
    ],
)
def test_that_what_the_system_refuses_is_a_sentence(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str, status: int
) -> None:
    failing(monkeypatch, error)
    ran = run("info", project, "--json")
    assert ran.status == status
    assert words in ran.json["error"]
    assert "crash" not in ran.json["error"]


def test_that_a_bad_setting_is_told_and_stops_nothing(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_AL_THEME", "plaid")
    ran = run("info", project, "--json")
    assert ran.status == 0
    assert "DESKTOP_AL_THEME" in ran.err
    assert ran.json["counts"]["samples"] == 0


def test_that_ctrl_c_cancels_and_the_second_one_stops_at_once(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def wait(call: Call) -> Answer:
        os.kill(os.getpid(), signal.SIGINT)
        seen.append(call.ctx.cancelled)
        os.kill(os.getpid(), signal.SIGINT)
        seen.append("survived")
        return Answer({}, "")

    monkeypatch.setattr("desktop_al.cli.parser.VERBS", [*VERBS, Verb("wait", "wait", lambda _: None, wait)])
    before = signal.getsignal(signal.SIGINT)
    assert run("wait").status == 130
    assert seen == [True]
    assert signal.getsignal(signal.SIGINT) is before


def test_that_the_window_opens_where_there_is_a_display(
    capsys: pytest.CaptureFixture[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Path | None, bool]] = []

    def window(path: Path | None, demo: bool) -> int:
        calls.append((path, demo))
        # A window is ended by a signal as any program is.
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        return 0

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    run = runner(capsys, window)
    assert [run(*argv).status for argv in ([], ["open", project], ["demo"])] == [0, 0, 0]
    assert calls == [(None, False), (project, False), (None, True)]
    assert run("open", project / "gone").status == 1
    assert len(calls) == 3
    # The window brings a project of an older program up.
    old = load(FOLDER / "1.sql", project.with_name("old.alproject"))
    assert run("open", old).status == 0
    assert calls[-1] == (old, False)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display here")
def test_that_without_a_display_the_way_out_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ran = run()
    assert ran.status == 1
    assert "There is no display" in ran.err
    assert "--headless" in ran.err


def test_that_the_demo_without_a_window_wants_a_folder(run: Run) -> None:
    assert run("demo", "--headless").status == 2


def child(*argv: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "desktop_al", *map(str, argv)]
    return subprocess.run(command, capture_output=True, timeout=120, env=os.environ | environment, check=False)


def test_that_the_program_answers_from_a_process_of_its_own(project: Path) -> None:
    done = child("info", project, "--json", PYTHONIOENCODING="ascii")
    assert (done.returncode, json.loads(done.stdout)["counts"]["samples"]) == (0, 0)


def test_that_a_closed_standard_output_is_no_crash(project: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "desktop_al", "info", str(project)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_that_a_full_standard_output_is_a_sentence(project: Path) -> None:
    command = [sys.executable, "-m", "desktop_al", "info", str(project), "--json"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"desktop-al: The answer could not be printed (")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="closes the streams through a shell")
def test_that_a_program_without_streams_does_its_work(tmp_path: Path) -> None:
    made = tmp_path / "made.alproject"
    line = '"$0" -m desktop_al create "$1" >&- 2>&-'
    done = subprocess.run(["sh", "-c", line, sys.executable, str(made)], timeout=120, check=False)
    assert done.returncode == 0
    assert (made / "project.sqlite").is_file()


def test_that_help_loads_neither_torch_nor_qt_nor_a_model() -> None:
    code = (
        "import sys; from desktop_al import cli; cli.main(['--help']); cli.main(['export', '--help']); "
        "sys.exit(bool({'torch', 'openvino', 'PySide6', 'numba', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=False).returncode == 0
