"""Drives the real window with random but reproducible input, and fails where something breaks, leaks or is lost."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts.display import screen
from scripts.soak_parts.project import make_project

LONGEST = 8


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    made.add_argument("what", choices=("gui",), help="the window")
    made.add_argument("--minutes", type=float, default=30.0, help="how long (default 30)")
    made.add_argument("--seed", type=int, default=0, help="of the input (default 0)")
    made.add_argument("--images", type=int, default=3000, help="how many small images (default 3000)")
    made.add_argument("--json", type=Path, metavar="FILE", help="write the report to FILE")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Make a project, drive a window over it, tell what was found; return the exit status."""
    given = parser().parse_args(arguments)
    with screen() as display, tempfile.TemporaryDirectory(prefix="desktop-al-soak-") as folder:
        home = Path(folder)
        first, second = home / "first", home / "second"
        first.mkdir()
        second.mkdir()
        projects = make_project(first, given.images), make_project(second, max(60, given.images // 3), seed=1)
        places = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        own = {name: str(home / name.lower()) for name in places}
        environment = {**os.environ, **own, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}
        out = home / "report.json"
        command = [sys.executable, "-X", "faulthandler", "-m", "scripts.soak_parts.child"]
        command += [*map(str, projects), str(out), str(given.minutes), str(given.seed)]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60 * given.minutes + 600
        )
        if done.returncode or not out.exists():
            sys.stderr.write(f"the window ended with {done.returncode}\n{done.stderr[-6000:]}\n")
            return 1
        report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    for name, value in report.items():
        if name not in ("faults", "did", "longest_ms", "memory_mib"):
            sys.stdout.write(f"  {name:<34} {value if isinstance(value, str) else format(value, ',.6g')}\n")
    sys.stdout.write(f"  {', '.join(f'{count:,} x {name}' for name, count in report['did'].items())}\n")
    longest = ", ".join(f"{name} {gap:,}" for name, gap in list(report["longest_ms"].items())[:LONGEST])
    sys.stdout.write(f"  longest gaps of the event loop, ms: {longest}\n")
    for fault in report["faults"]:
        sys.stdout.write(f"FAULT: {fault}\n")
    if given.json is not None:
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if report["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
