"""The report and the info: figures checked against a slow count, and a page that runs nothing of the user's."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import SILENT
from desktop_al.domain.errors import ExportError
from desktop_al.domain.records import EmbeddingTable
from desktop_al.domain.specs import SelectSpec
from desktop_al.jobs.curve import draw_curve, ticks, write_curve_csv, write_curve_png
from desktop_al.jobs.info import run_info
from desktop_al.jobs.report import agreement, imbalance, run_report
from desktop_al.jobs.report_html import page, run_report_html
from desktop_al.jobs.select import run_select
from desktop_al.store import labels
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((10,) * 4, spread=0.3)) as made:
        run_select(made, SelectSpec(count="4"))
        yield made


def slow_agreement(codes: np.ndarray, vectors: np.ndarray) -> float:
    recalls: dict[int, list[bool]] = {}
    for i, code in enumerate(codes):
        distances = [np.inf if i == j else float(np.sum((vectors[i] - vectors[j]) ** 2)) for j in range(len(codes))]
        recalls.setdefault(int(code), []).append(bool(codes[int(np.argmin(distances))] == code))
    return float(np.mean([np.mean(hits) for hits in recalls.values()]))


def slow_coverage(project: Project, batches: tuple[int, ...], last_round: int) -> float:
    """Coverage of all samples by the picks of ``batches`` and the labels up to ``last_round``."""
    labels = project.labels()
    by = {pick.sample for number in batches for pick in project.picks(number)}
    by |= set(labels.ids[labels.rounds <= last_round].tolist())
    vectors = project.embeddings().vectors.astype(np.float64)
    away = np.linalg.norm(vectors[:, None] - vectors[None, [sample - 1 for sample in sorted(by)]], axis=2)
    return float(np.exp(-((away / project.batch().budget["bandwidth"]) ** 2)).max(axis=1).mean())


@pytest.mark.parametrize("seed", range(5))
def test_that_agreement_is_what_a_slow_count_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = clusters((8, 8, 8), spread=0.9, seed=seed)
    codes = np.repeat(np.arange(3, dtype=np.int32), 8)
    codes[rng.integers(0, 24, 4)] = 0
    kept = np.sort(rng.choice(24, 15, replace=False))
    table = EmbeddingTable(np.arange(24) + 100, np.arange(24), matrix)
    assert agreement(kept + 100, codes[kept], table) == pytest.approx(slow_agreement(codes[kept], matrix[kept]))


@pytest.mark.parametrize("codes", [[], [0], [0, 0, 0]])
def test_that_agreement_is_unknown_below_two_classes(codes: list[int]) -> None:
    table = EmbeddingTable(np.arange(5), np.arange(5), clusters((5,)))
    assert agreement(np.arange(len(codes)), np.array(codes, dtype=np.int32), table) is None


def test_that_labels_without_an_embedding_are_left_out() -> None:
    table = EmbeddingTable(np.array([1, 2]), np.array([0, 1]), clusters((1, 1)))
    assert agreement(np.array([1, 2, 9]), np.array([0, 1, 2], dtype=np.int32), table) == 0.0


@pytest.mark.parametrize(("counts", "value"), [([], None), ([5], 0.0), ([3, 3], 0.0), ([4, 0], 0.5), ([9, 1], 0.4)])
def test_that_imbalance_is_the_distance_to_equal_shares(counts: list[int], value: float | None) -> None:
    assert imbalance(counts) == (None if value is None else pytest.approx(value))


def test_that_the_rounds_add_up(project: Project) -> None:
    ids = project.samples().ids
    project.write(lambda db: labels.set_labels(db, ids[:6], list("aabbab"), origin="test"))
    run_select(project, SelectSpec(count="3"))
    project.write(lambda db: labels.set_labels(db, ids[6:8], ["c", "a"], origin="test"))
    report = run_report(project, SILENT)
    assert [(line.number, line.picks, line.labelled, line.labelled_so_far) for line in report.rounds] == [
        (1, 4, 6, 6),
        (2, 3, 2, 8),
    ]
    assert [line.classes_so_far for line in report.rounds] == [2, 3]
    assert report.classes == {"a": 4, "b": 3, "c": 1}
    assert report.bandwidth == project.batch(2).budget["bandwidth"]
    assert [line.coverage for line in report.rounds] == [
        pytest.approx(slow_coverage(project, *sets), abs=1e-3) for sets in (((1,), 1), ((1, 2), 2))
    ]
    assert report.comparable[1] == pytest.approx(slow_coverage(project, (1,), 0), abs=1e-3)
    ends = [line.coverage or 0.0 for line in report.rounds]
    assert report.comparable[1] <= ends[0] <= report.comparable[2] <= ends[1]
    assert json.loads(json.dumps(report.to_json()))["batches"][1]["count"] == 3


def test_that_an_empty_project_has_a_report_and_info(tmp_path: Path) -> None:
    with Project.create(tmp_path / "e.alproject") as empty:
        report, info = run_report(empty, SILENT), run_info(empty)
    assert (report.rounds, report.redundancy, report.imbalance) == ((), None, None)
    assert "No round yet" in page(report)
    assert (info.counts.samples, info.models, info.mapped) == (0, (), 0)


def test_that_info_counts_what_is_there(project: Project) -> None:
    info = run_info(project)
    assert [info.samples_of[source.id] for source in info.sources] == [20, 20]
    assert info.embedded == {"made-up": 40}
    assert [(line.number, line.count, line.accepted) for line in info.batches] == [(1, 4, 0)]
    assert info.bytes > 10_000
    fields = json.loads(json.dumps(info.to_json()))
    assert [source["reachable"] for source in fields["sources"]] == [False, False]


class Tags(HTMLParser):
    """Collects the tags of a page and checks that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag; a page that needs nothing beside it names no other file."""
        self.seen.append(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}


def test_that_the_page_escapes_what_users_wrote_and_needs_no_other_file(project: Project) -> None:
    ids = project.samples().ids
    project.write(lambda db: labels.set_labels(db, ids[:2], ["<script>x</script>", "b&b"], origin="test"))
    text = page(run_report(project, SILENT))
    tags = Tags()
    tags.feed(text)
    assert "script" not in tags.seen
    assert {"svg", "polyline", "table"} <= set(tags.seen)
    assert "&lt;script&gt;" in text
    assert "b&amp;b" in text


def test_that_a_page_never_replaces_a_file_unasked(project: Project, tmp_path: Path) -> None:
    report = run_report_html(project, tmp_path / "r.html", overwrite=False, ctx=SILENT)
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == page(report)
    with pytest.raises(ExportError, match="exists already"):
        run_report_html(project, tmp_path / "r.html", overwrite=False, ctx=SILENT)
    run_report_html(project, tmp_path / "r.html", overwrite=True, ctx=SILENT)


def test_that_a_page_takes_the_place_of_no_folder_and_lies_among_no_images(project: Project, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="is a folder"):
        run_report_html(project, tmp_path / "kept", overwrite=True, ctx=SILENT)
    assert (tmp_path / "kept" / "mine.txt").exists()
    with pytest.raises(ExportError, match="never written"):
        run_report_html(project, project.sources()[0].root / "r.html", overwrite=False, ctx=SILENT)
    with pytest.raises(ExportError, match="inside the project"):
        run_report_html(project, project.path / "r.html", overwrite=False, ctx=SILENT)


def test_that_the_curve_is_written_as_it_was_recorded(project: Project, tmp_path: Path) -> None:
    batch = project.batch(1)
    write_curve_csv(batch, tmp_path / "c.csv", overwrite=False)
    lines = (tmp_path / "c.csv").read_text().splitlines()
    assert lines[0] == "k,coverage,heldout,low,high,random,random_sd,certificate"
    assert [float(line.split(",")[1]) for line in lines[1:]] == batch.budget["curve"]["coverage"]


def test_that_the_curve_is_drawn_with_the_batch_above_random(project: Project, tmp_path: Path) -> None:
    write_curve_png(project.batch(1), tmp_path / "c.png", overwrite=False)
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    pixels = np.asarray(draw_curve(project.batch(1)).crop((80, 60, 700, 530)), dtype=int)
    blue = np.abs(pixels - (0, 114, 178)).sum(axis=2) < 40
    orange = np.abs(pixels - (230, 159, 0)).sum(axis=2) < 40
    assert blue.any()
    assert orange.any()


@pytest.mark.parametrize("most", [1, 2, 5, 6, 20, 49, 256, 1000, 123_456])
def test_that_ticks_are_few_round_and_reach_near_the_end(most: int) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert 2 <= len(found) <= 6
    assert found[-1] <= most < found[-1] + found[1]
