"""A project of small real images in clusters, with a map, metadata, two batches, and a small model beside it."""

from pathlib import Path

import numpy as np
import sqlite_utils
from numpy.typing import NDArray
from PIL import Image

from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.select import run_select
from desktop_al.media.content import content_hash
from desktop_al.store import metadata, models, samples, sources, vectors
from desktop_al.store.project import Project

MODEL = "made-up-0000000000000000"
CLUSTERS = 12
IMAGES, MODEL_FILE = "images", "small.onnx"
SIDE, FEATURES = 96, 8
PICKS = (240, 120)


def make_project(folder: Path, count: int, seed: int = 0) -> Path:
    """Make the project "soak" with ``count`` images in ``folder``, and beside it a model that is quickly computed."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, CLUSTERS, count)
    names = _images(folder / IMAGES, home, rng)
    _save_model(folder / MODEL_FILE, rng)
    centres = rng.normal(size=(CLUSTERS, 8))
    rows = centres[home] + 0.3 * rng.normal(size=(count, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    hashes = [content_hash(folder / IMAGES / name) for name in names]

    def fill(db: sqlite_utils.Database) -> list[int]:
        source = sources.ensure(db, folder / IMAGES)
        # As a scan finds them: to the next one they are not changed, and keep their embeddings.
        found = [(folder / IMAGES / name).stat() for name in names]
        sizes, times = [one.st_size for one in found], [one.st_mtime_ns for one in found]
        ids: list[int] = samples.insert(db, source, names, sizes, times).tolist()
        facts = zip(ids, hashes, strict=True)
        samples.set_facts(db, [samples.SampleFacts(sample, name, SIDE, SIDE, "JPEG", "") for sample, name in facts])
        metadata.set_metadata(db, "site", ids, [f"site {code}" for code in home.tolist()])
        metadata.set_metadata(db, "exposure", ids, rng.gamma(2.0, 1.0, count))
        models.ensure_model(db, MODEL, name="Made up", kind="test", dim=rows.shape[1])
        models.set_active(db, MODEL)
        return ids

    with Project.create(folder / "soak.alproject") as project:
        ids = project.write(fill)
        project.append_vectors(MODEL, vectors.EMBEDDING, ids, hashes, rows.astype(np.float32))
        xy = rows[:, :2].astype(np.float32)
        project.save_array(MODEL, "projection", np.array(ids), {"xy": xy}, {"method": "pca"}, 0, "made-up")
        for picks in PICKS:
            run_select(project, SelectSpec(strategy="coverage", count=str(min(picks, count // 3)), seed=seed))
        return project.path


def _images(folder: Path, home: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Coloured noise, one hue for each cluster; returns the names."""
    folder.mkdir()
    tints = rng.integers(60, 256, (CLUSTERS, 3))
    names = []
    for number, cluster in enumerate(home.tolist()):
        names.append(f"image {number:05d}.jpg")
        paint(folder / names[-1], tints[cluster], rng)
    return names


def paint(path: Path, tint: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Write noise of the hue ``tint`` (3,) as the image ``path``."""
    coarse = rng.integers(0, 256, (6, 6, 1)) * tint // 255
    Image.fromarray(coarse.astype(np.uint8)).resize((SIDE, SIDE)).save(path, quality=80)


def _save_model(path: Path, rng: np.random.Generator) -> None:
    """Write an ONNX file that embeds images of any size by one convolution."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = rng.normal(size=(FEATURES, 3, 5, 5)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "weights"], ["maps"], strides=[2, 2]),
            helper.make_node("Relu", ["maps"], ["active"]),
            helper.make_node("GlobalAveragePool", ["active"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["features"]),
        ],
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, "side", "side"])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", FEATURES])],
        [numpy_helper.from_array(weights, "weights")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
