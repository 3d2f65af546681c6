"""The demo: its images, its project, and the oracle that knows their categories."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlite_utils
from PIL import Image

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, ProjectError, StorageError
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.demo import CELL, demo_images, emoji_table, ensure_demo, reveal
from desktop_al.jobs.resources import resource
from desktop_al.jobs.select import run_select
from desktop_al.store import models, samples, vectors
from desktop_al.store.project import Project
from tests.jobs.pictured import make_pictured
from tests.store.releases import FOLDER, load


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    demo_images(SILENT, folder)
    return folder


@pytest.fixture
def path(tmp_path: Path, cache: Path) -> Path:
    return ensure_demo(SILENT, tmp_path / "demo.alproject", cache)


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    """The demo with made-up embeddings of its first fifty emoji, and a batch of eight."""
    with Project.open(path, "w") as opened:
        ids = opened.samples().ids[:50].tolist()
        contents = [f"{number:016x}" for number in ids]

        def facts(db: sqlite_utils.Database) -> None:
            rows = zip(ids, contents, strict=True)
            samples.set_facts(db, [samples.SampleFacts(i, content, 64, 64, "PNG") for i, content in rows])
            models.ensure_model(db, "made-up", name="Made up", kind="test", dim=8)
            models.set_active(db, "made-up")

        opened.write(facts)
        matrix = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        opened.append_vectors("made-up", vectors.EMBEDDING, ids, contents, matrix)
        run_select(opened, SelectSpec(count="8"))
        yield opened


def test_that_the_table_names_every_sprite_once_and_safely() -> None:
    table = emoji_table()
    files = [row["file"] for row in table]
    assert len(table) == len({name.casefold() for name in files}) == 3786
    assert all(name.isascii() and not set(name) & set('<>:"/\\|?*') for name in files)
    assert len({row["category"] for row in table}) == 10
    assert len({(row["x"], row["y"]) for row in table}) == len(table)


def test_that_the_licences_are_kept() -> None:
    text = resource("demo/ATTRIBUTION.md").read_text(encoding="utf-8")
    assert "Twemoji" in text
    assert "CC-BY 4.0" in text
    assert "MIT License" in text


def test_that_each_emoji_is_cut_whole_out_of_the_sheet(cache: Path) -> None:
    folder = demo_images(SILENT, cache)
    assert len(list(folder.iterdir())) == 3786
    with Image.open(resource("demo/emoji.png")) as sheet:
        whole = sheet.convert("RGBA")
    for row in emoji_table()[::97]:
        x, y = int(row["x"]), int(row["y"])
        with Image.open(folder / row["file"]) as cut:
            assert cut.size == (CELL, CELL)
            assert np.array_equal(np.asarray(cut.convert("RGBA")), np.asarray(whole.crop((x, y, x + CELL, y + CELL))))
        border = np.asarray(whole.crop((x - 1, y - 1, x + CELL + 1, y + CELL + 1)))[..., 3]
        assert not border[0].any()
        assert not border[:, 0].any()
        assert border.any(), row["file"]


def test_that_the_images_are_cut_once(cache: Path) -> None:
    folder = demo_images(SILENT, cache)
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert demo_images(SILENT, cache) == folder
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_that_images_that_were_deleted_come_back_the_same(tmp_path: Path) -> None:
    folder = demo_images(SILENT, tmp_path)
    victim = next(folder.iterdir())
    digest = hashlib.sha256(victim.read_bytes()).digest()
    victim.unlink()
    demo_images(SILENT, tmp_path)
    assert hashlib.sha256(victim.read_bytes()).digest() == digest


def test_that_a_cancelled_cut_leaves_nothing(tmp_path: Path) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        demo_images(ctx, tmp_path)
    assert list((tmp_path / "demo").iterdir()) == []


def test_that_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="could not be written"):
        demo_images(SILENT, tmp_path / "file")


def test_that_the_project_holds_all_emoji_and_what_is_no_secret(path: Path) -> None:
    with Project.open(path) as project:
        counts = project.counts()
        fields = project.metadata()
    assert (counts.present, counts.labelled) == (3786, 0)
    assert set(fields) == {"name", "skin_tone"}
    tones = fields["skin_tone"].values
    assert (tones == "none").sum() > 1800
    assert (tones == "medium-dark").sum() > 300


def test_that_the_project_is_made_once_and_mended_where_a_kill_left_it_half_made(path: Path, cache: Path) -> None:
    from desktop_al.store import metadata

    with Project.open(path, "w") as project:
        project.write(lambda db: metadata.remove(db, ["name", "skin_tone"]))
    assert ensure_demo(SILENT, path, cache) == path
    with Project.open(path) as project:
        assert project.counts().samples == 3786
        assert set(project.metadata()) == {"name", "skin_tone"}


def test_that_a_demo_of_an_older_program_is_brought_up(tmp_path: Path, cache: Path) -> None:
    old = load(FOLDER / "1.sql", tmp_path / "old.alproject")
    assert ensure_demo(SILENT, old, cache) == old
    with Project.open(old) as project:
        # With the three that were in it.
        assert project.counts().samples == len(emoji_table()) + 3


def test_that_the_oracle_labels_the_picks_that_were_not_rejected(project: Project) -> None:
    picks = [pick.sample for pick in project.picks(1)]
    run_decide(project, DecideSpec(1, {picks[0]: Decision.REJECTED}))
    result = reveal(project, None, SILENT)
    assert (result.matched, result.unchanged, result.round) == (7, 0, 1)
    table, labels = {row["file"]: row["category"] for row in emoji_table()}, project.labels()
    files = project.samples()
    assert sorted(labels.ids.tolist()) == sorted(picks[1:])
    for sample, code in zip(labels.ids, labels.codes, strict=True):
        assert labels.classes[code] == table[files.relpaths[files.row_of(int(sample))]]
    again = reveal(project, 1, SILENT)
    assert (again.matched, again.unchanged, again.change.samples) == (7, 7, 0)


def test_that_the_oracle_knows_no_other_project(tmp_path: Path) -> None:
    with (
        make_pictured(tmp_path, ["x.png", "y.png", "z.png"], batch="2") as other,
        pytest.raises(ProjectError, match="is not the demo project"),
    ):
        reveal(other, None, SILENT)
