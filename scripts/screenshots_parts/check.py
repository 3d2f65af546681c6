"""Takes pictures of every state at several scales, dark and light, in each language, and lists what looks wrong."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.screenshots_parts.tour import LONG


@dataclass(frozen=True, slots=True)
class Variant:
    """One tour: ``scale`` in per cent."""

    scale: int
    appearance: str
    language: str = "en"
    direction: str = "ltr"

    @property
    def prefix(self) -> str:
        """What the names of its files begin with."""
        rest = "" if self.direction == "ltr" else f"-{self.direction}"
        return f"{self.language}-{self.scale}-{self.appearance}{rest}"


# Two windows at a time: what waits in one leaves the processor to the other.
AT_ONCE = 2
VARIANTS = (
    Variant(100, "dark"),
    Variant(100, "light"),
    Variant(200, "dark"),
    Variant(200, "light"),
    Variant(150, "light", "de"),
    Variant(100, "dark", "ja"),
    Variant(100, "light", LONG),
    Variant(100, "dark", "en", "rtl"),
)


def prepare(folder: Path, home: Path) -> list[str]:
    """Let the program make and embed its demo project below ``home``, which every tour gets a copy of."""
    return tour(Variant(100, "dark"), folder, home, "--prepare")


def tour(variant: Variant, folder: Path, home: Path, *more: str) -> list[str]:
    """Run ``variant`` in a process of its own with its settings and projects below ``home``; returns its faults."""
    places = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
    environment = {
        **os.environ,
        **{name: str(home / place) for name, place in places.items()},
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(variant.scale / 100),
    }
    words = (variant.prefix, variant.appearance, variant.language, variant.direction)
    command = [sys.executable, "-m", "scripts.screenshots_parts.tour", str(folder), *words, *more]
    ended = subprocess.run(command, env=environment, check=False)
    if ended.returncode:
        return [f"{variant.prefix}: the tour ended with {ended.returncode}"]
    return (folder / f"{variant.prefix}.txt").read_text(encoding="utf-8").splitlines()


def asked() -> tuple[Path, list[Variant]]:
    """The folder for the pictures and the variants that the command line names, or all of them."""
    known = {variant.prefix: variant for variant in VARIANTS}
    parser = argparse.ArgumentParser(prog="scripts/screenshots --check", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help=f"all, or some of {', '.join(known)}")
    words = parser.parse_args()
    if unknown := [name for name in words.variants if name not in known]:
        parser.error(f"no variant {', '.join(unknown)}; there are {', '.join(known)}")
    return words.folder, [known[name] for name in words.variants] or list(VARIANTS)


def main() -> int:
    """Write the pictures and list the faults; return 1 where there are any."""
    folder, chosen = asked()
    folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="desktop-al-look-") as temporary:
        prepared = Path(temporary) / "prepared"
        found += prepare(folder, prepared)
        homes = [Path(temporary) / variant.prefix for variant in chosen]
        for home in homes:
            shutil.copytree(prepared, home)
        with ThreadPoolExecutor(AT_ONCE) as tours:
            for faults in tours.map(tour, chosen, [folder] * len(chosen), homes):
                found += faults
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stdout.write(f"{len(found)} faults; the pictures are in {folder}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
