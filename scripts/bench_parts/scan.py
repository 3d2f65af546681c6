"""Measures the scan of an image folder against a bare ``os.scandir`` walk with ``stat``, in one run."""

import os
import tempfile
import time
from pathlib import Path

from desktop_al.media.scan import scan

FILES_PER_FOLDER = 500


def make_tree(root: Path, n_files: int) -> None:
    """Write ``n_files`` empty image files below ``root``, 500 to a folder, two levels deep."""
    for number in range(n_files):
        folder = root / f"part {number // FILES_PER_FOLDER % 10}" / f"{number // FILES_PER_FOLDER:05d}"
        if number % FILES_PER_FOLDER == 0:
            folder.mkdir(parents=True)
        os.close(os.open(folder / f"image_{number:07d}.jpg", os.O_CREAT | os.O_WRONLY))


def bare_walk(root: str) -> int:
    """Count the files below ``root`` and look at each, as simply as Python can: the yardstick."""
    found = 0
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    entry.stat()
                    found += 1
    return found


def measure(n_files: int, repeats: int = 3) -> dict[str, float]:
    """Scan a tree of ``n_files`` both ways, alternating, and give the best of ``repeats`` each.

    Returns ``files``, ``scan_s``, ``bare_s`` and ``ratio`` = bare / scan: 1 is as fast as the bare walk, and at least
    0.5 is asked for.
    """
    with tempfile.TemporaryDirectory(prefix="desktop-al-scan-") as name:
        root = Path(name)
        make_tree(root, n_files)
        scans, bares = [], []
        for _ in range(repeats):
            began = time.perf_counter()
            bare = bare_walk(name)
            bares.append(time.perf_counter() - began)
            began = time.perf_counter()
            found = len(scan(root))
            scans.append(time.perf_counter() - began)
            if not bare == found == n_files:
                raise AssertionError(f"{n_files} files were written, the walk saw {bare} and the scan {found}")
    return {"files": n_files, "scan_s": min(scans), "bare_s": min(bares), "ratio": min(bares) / min(scans)}
