"""The import table of the architecture holds, and its checkers see a violation when there is one."""

import subprocess
import sys
from pathlib import Path

import pytest

import desktop_al
from tests.imports import MAY_IMPORT, violations

PACKAGE = Path(desktop_al.__file__).parent
NO_QT = sorted(room for room in MAY_IMPORT if room not in {"gui", "__init__", "__main__"})


def qt_modules_after_importing(modules: list[str], path: Path) -> str:
    """What of Qt is loaded in a fresh process that imported ``modules`` from ``path``."""
    code = (
        "import importlib, sys\n"
        f"sys.path.insert(0, {str(path)!r})\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(' '.join(sorted({m.split('.')[0] for m in sys.modules} & {'PySide6', 'pyqtgraph'})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_that_the_import_table_holds() -> None:
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    ("file", "code", "expected"),
    [
        ("numerics/bad.py", "import desktop_al.store.project", "imports desktop_al.store"),
        ("numerics/bad.py", "from desktop_al import gui", "imports desktop_al.gui"),
        (
            "domain/bad.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from desktop_al.jobs import add",
            "imports desktop_al.jobs",
        ),
        ("store/bad.py", "def f():\n    import PySide6.QtCore", "imports PySide6"),
        ("media/bad.py", "from . import scan", "imports relatively"),
        ("attic/bad.py", "", "a room that the table does not know"),
    ],
)
def test_that_a_planted_violation_is_seen(tmp_path: Path, file: str, code: str, expected: str) -> None:
    planted = tmp_path / "desktop_al" / file
    planted.parent.mkdir(parents=True)
    planted.write_text(code, encoding="utf-8")
    assert [expected in line for line in violations(tmp_path / "desktop_al")] == [True]


@pytest.mark.parametrize("room", NO_QT)
def test_that_a_room_without_a_window_loads_no_qt(room: str) -> None:
    base = PACKAGE / room
    files = [base.with_suffix(".py")] if base.with_suffix(".py").exists() else sorted(base.rglob("*.py"))
    assert files, f"the room {room} is empty"
    modules = [
        ".".join(("desktop_al", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for file in files
    ]
    assert qt_modules_after_importing(modules, PACKAGE.parent) == ""


def test_that_qt_in_a_fresh_process_is_seen(tmp_path: Path) -> None:
    (tmp_path / "planted_qt.py").write_text("import PySide6", encoding="utf-8")
    assert qt_modules_after_importing(["planted_qt"], tmp_path) == "PySide6"
