"""Pools for learning curves: embeddings with labels from a file, from a folder of images, or drawn."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT
from desktop_al.domain.specs import AddSpec, EmbedSpec, ImportLabelsSpec

Half = Literal["a", "b"]
BUILTIN = ("builtin", "builtin-lite2")
_DIM, _CLASSES, _LEAST = 64, 10, 6
_FULL = 3000


class PoolError(Exception):
    """A pool is not there, or not as it must be."""


@dataclass(frozen=True, slots=True)
class CurvePool:
    """Embeddings ``vectors`` (n, d) float32 with class ``codes`` (n,) int64 of ``classes`` classes."""

    name: str
    vectors: NDArray[np.float32]
    codes: NDArray[np.int64]
    classes: int

    @property
    def digest(self) -> str:
        """What tells this pool from another."""
        return hashlib.sha256(np.ascontiguousarray(self.vectors).tobytes() + self.codes.tobytes()).hexdigest()[:16]

    def split(self, seed: int, share: float = 0.3) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows to pick from and the rows to test on, ``share`` of each class but never all of it."""
        rng = np.random.default_rng([seed, 5])
        test = []
        for code in range(self.classes):
            members = rng.permutation(np.flatnonzero(self.codes == code))
            test.append(members[: min(len(members) - 1, max(1, round(share * len(members))))])
        held = np.sort(np.concatenate(test))
        return np.setdiff1d(np.arange(len(self.codes)), held), held


def make_pool(
    name: str, vectors: NDArray[np.floating], labels: NDArray[np.str_], half: Half | None = None
) -> CurvePool:
    """A pool of unit vectors; with ``half`` those rows only that a fixed hash of the row number puts there."""
    matrix = np.asarray(vectors, dtype=np.float32)
    matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    if half is not None:
        mine = in_half_a(len(matrix)) == (half == "a")
        matrix, labels = matrix[mine], labels[mine]
    names, codes = np.unique(labels, return_inverse=True)
    return CurvePool(name, matrix, codes.astype(np.int64), len(names))


def in_half_a(n: int) -> NDArray[np.bool_]:
    """Which of the rows 0 to n - 1 are in half a: (n,) bool, the same for every embedder of the same images."""
    digests = [hashlib.sha256(str(row).encode()).digest()[0] for row in range(n)]
    return np.array([digest % 2 == 0 for digest in digests], dtype=np.bool_)


def read_pools(
    source: str,
    half: Half | None,
    keep: Path | None,
    label_column: str,
    skip: tuple[str, ...],
    models: tuple[str, ...] = (),
) -> Iterator[CurvePool]:
    """The pools of ``NAME=FILE.npz`` (X and y), or of ``[NAME=]FOLDER``, which each of ``models`` embeds.

    A folder holds one folder per class, or images beside a table of labels. Its embeddings are kept in ``keep``. A
    model is a built-in one or the path of a file, which is trusted; both built-in ones where there is none.
    """
    name, _, text = source.rpartition("=")
    path = Path(text)
    name = name or path.stem
    if path.is_file():
        yield make_pool(name, *_read(path), half)
        return
    if not path.is_dir():
        raise PoolError(f"there is neither a file nor a folder {path}")
    for model in models or BUILTIN:
        title = _title(model)
        kept = None if keep is None else keep / f"{name}-{title}.npz"
        if kept is not None and kept.exists():
            with np.load(kept, allow_pickle=False) as held:
                vectors, labels = held["X"], held["y"]
        else:
            vectors, labels = embed_folder(path, model, label_column, skip)
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                np.savez(kept, X=vectors, y=labels)
        yield make_pool(f"{name} {title}", vectors, labels, half)


def _read(path: Path) -> tuple[NDArray[np.floating], NDArray[np.str_]]:
    """X (n, d) and y (n,) of a file; raises `PoolError` where they are not there or do not fit."""
    try:
        with np.load(path, allow_pickle=False) as held:
            vectors, labels = held["X"], held["y"].astype(str)
    except (KeyError, ValueError, BadZipFile) as error:
        raise PoolError(f"{path} is no .npz file with X (n, d) and y (n,): {error}") from error
    if vectors.ndim != 2 or labels.shape != (len(vectors),):
        raise PoolError(f"{path} holds X {vectors.shape} and y {labels.shape}; they must be (n, d) and (n,)")
    if not (np.isfinite(vectors).all() and vectors.any(axis=1).all()):
        raise PoolError(f"{path} holds a row of X that is zero or not finite")
    return vectors, labels


def _title(model: str) -> str:
    """What a pool embedded by ``model`` is called: files of the same name are told apart by what they hold."""
    if model in BUILTIN:
        return model
    if not Path(model).is_file():
        raise PoolError(f"there is no built-in model and no file {model}")
    return f"{Path(model).stem} {hashlib.sha256(Path(model).read_bytes()).hexdigest()[:8]}"


def embed_folder(
    folder: Path, model: str, label_column: str = "", skip: tuple[str, ...] = ()
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """The embeddings (n, d) and labels (n,) of the labelled images in ``folder``, by the program's own jobs."""
    from desktop_al.jobs.add import run_add
    from desktop_al.jobs.embed import run_embed
    from desktop_al.jobs.import_labels import run_import_labels
    from desktop_al.store.project import Project

    tables = sorted(folder.glob("*.csv"))
    labels = ImportLabelsSpec(
        tables[0] if tables else folder, partial=True, replace=True, skip=skip, label_column=label_column
    )
    with tempfile.TemporaryDirectory(prefix="desktop-al-curves-") as held:
        with Project.create(Path(held) / "pool.alproject") as project:
            run_add(project, AddSpec((folder,)), SILENT)
            run_embed(project, EmbedSpec(model=model, trust=model not in BUILTIN), SILENT)
            run_import_labels(project, labels, SILENT)
            table, known = project.embeddings(), project.labels()
            order = np.argsort(table.ids)
            vectors, ids = np.asarray(table.matrix[table.rows[order]], dtype=np.float32), table.ids[order]
        labelled, at, place = np.intersect1d(ids, known.ids, return_indices=True)
        del labelled
        return vectors[at], np.array([known.classes[code] for code in known.codes[place]])


def drawn_pools(n: int, half: Half | None) -> Iterator[CurvePool]:
    """Pools of about ``n`` samples in ten classes: imbalance from 1:1 to 1:1000, near-duplicates, outliers."""
    for name, ratio, spoil in _DRAWN:
        # The halves are two draws: the rare classes would not survive being halved.
        seed = [0 if half is None else 1 if half == "a" else 2, ratio]
        vectors, codes = _classes(n, ratio, np.random.default_rng(seed))
        vectors, codes = spoil(vectors, codes, np.random.default_rng([*seed, 1]))
        yield make_pool(name, vectors, codes.astype(str))


def _classes(n: int, ratio: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Ten classes with sizes from ``ratio`` down to 1: each of some modes, some tight, some wide, some near another."""
    sizes = np.geomspace(ratio, 1, _CLASSES)
    sizes = np.maximum(2, np.rint(sizes * max(n / sizes.sum(), _LEAST * min(1, n / _FULL)))).astype(int)
    families = rng.normal(size=(_CLASSES // 2, _DIM))
    axes = rng.normal(size=(_CLASSES, 12, _DIM)) * 0.85 ** np.arange(12)[:, None]
    rows = []
    for code, size in enumerate(sizes):
        centre = families[code % len(families)] + 0.6 * rng.normal(size=_DIM)
        modes = centre + 0.7 * rng.normal(size=(3, _DIM))
        inner = 0.5 * rng.normal(size=(size, 12)) @ axes[code] + 0.7 * rng.normal(size=(size, _DIM))
        # Heavy tails: some samples of every class are odd.
        reach = rng.uniform(0.7, 1.3) * np.exp(0.3 * rng.normal(size=(size, 1)))
        rows.append(modes[rng.integers(3, size=size)] + reach * inner)
    # A common direction, as frozen embeddings have it.
    return np.concatenate(rows) + rng.normal(size=_DIM), np.repeat(np.arange(_CLASSES), sizes)


Spoil = Callable[
    [NDArray[np.float64], NDArray[np.int64], np.random.Generator], tuple[NDArray[np.float64], NDArray[np.int64]]
]


def _as_is(
    vectors: NDArray[np.float64], codes: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    del rng
    return vectors, codes


def _bursts(
    vectors: NDArray[np.float64], codes: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Half of the samples are near-copies, in bursts of some dozen, of a few of the others."""
    n = len(vectors)
    shown = rng.choice(n, max(1, n // 40), replace=False)
    rows = np.concatenate([rng.choice(n, n // 2, replace=False), rng.choice(shown, n // 2)])
    copies = vectors[rows]
    copies[n // 2 :] += 0.05 * rng.normal(size=(n // 2, vectors.shape[1]))
    return copies, codes[rows]


def _strays(
    vectors: NDArray[np.float64], codes: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Three in a hundred samples lie far from everything, in a direction of their own."""
    strays = rng.choice(len(vectors), max(1, 3 * len(vectors) // 100), replace=False)
    moved = vectors.copy()
    moved[strays] += 3 * rng.normal(size=(len(strays), vectors.shape[1]))
    return moved, codes


_DRAWN: tuple[tuple[str, int, Spoil], ...] = (
    ("drawn 1:1", 1, _as_is),
    ("drawn 1:100", 100, _as_is),
    ("drawn 1:10", 10, _as_is),
    ("drawn 1:1000", 1000, _as_is),
    ("drawn 1:10, near-copies", 10, _bursts),
    ("drawn 1:10, outliers", 10, _strays),
)
