"""Peak memory of the whole way from folder to batch, beside the size of its embeddings."""

import json
import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

# Runs one command and prints its seconds and the peak memory in KiB of the largest single process below it.
WRAPPER = """
import json, os, resource, subprocess, sys
began = os.times().elapsed
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"seconds": os.times().elapsed - began, "peak_kib": peak}))
"""


def make_images(folder: Path, count: int, side: int = 96) -> None:
    """Write ``count`` different photograph-like JPEGs: smooth coloured noise, different for each."""
    folder.mkdir(parents=True)
    for index in range(count):
        rng = np.random.default_rng(zlib.crc32(str(index).encode()))
        coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(folder / f"{index:06}.jpg")


def run_verb(*arguments: str) -> dict[str, float]:
    """Seconds and peak MiB of one command of the program."""
    command = [sys.executable, "-c", WRAPPER, sys.executable, "-m", "desktop_al", *arguments, "--json"]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {"seconds": found["seconds"], "mib": found["peak_kib"] / 1024}


def measure(n_images: int = 10_000) -> dict[str, float]:
    """Make a pool of ``n_images`` and take it from folder to batch, verb by verb."""
    with tempfile.TemporaryDirectory() as folder:
        images, project = Path(folder) / "images", str(Path(folder) / "bench.alproject")
        make_images(images, n_images)
        steps = {
            "create": run_verb("create", project, "--images", str(images)),
            "embed": run_verb("embed", project),
            "map": run_verb("map", project),
            "select": run_verb("select", project, "--count", "auto"),
        }
    vectors = n_images * 1280 * 4 / 2**20
    found = {"images": float(n_images), "embeddings_mib": vectors}
    for name, step in steps.items():
        found[f"{name}_s"] = step["seconds"]
        found[f"{name}_peak_mib"] = step["mib"]
    found["peak_mib"] = max(step["mib"] for step in steps.values())
    found["peak_over_embeddings"] = found["peak_mib"] / vectors
    return found
