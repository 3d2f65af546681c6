"""Insights against slow counts over a small project, what they say where something lacks, and what is kept of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.domain.errors import CancelledError, EmbeddingError, UsageError, WorldError
from desktop_al.domain.records import Decision, EmbeddingTable
from desktop_al.domain.specs import DecideSpec, SelectSpec
from desktop_al.jobs import insight_labels
from desktop_al.jobs.coverage_history import coverage_history
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.insight_columns import COMPUTE
from desktop_al.jobs.insights import DEPENDS, InsightResult, InsightSpec, run_insight
from desktop_al.jobs.models import switch_model
from desktop_al.jobs.select import run_select
from desktop_al.jobs.where import matching, project_columns
from desktop_al.numerics.nearest_member import joined
from desktop_al.store import arrays, labels, models, vectors
from desktop_al.store.project import Project
from tests.jobs.pools import KEY, clusters, make_project

N = 80


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project of four clusters of 20 with nothing but embeddings and a map; samples 5 and 6 are copies."""
    embeddings = clusters((20,) * 4, spread=0.3)
    embeddings[5] = embeddings[4]
    with make_project(tmp_path / "p.alproject", embeddings) as made:
        xy = np.array(embeddings[:, :2], np.float32)
        made.save_array(KEY, "projection", np.arange(1, N + 1), {"xy": xy}, {"method": "pca"}, 0, "made-up")
        yield made


def label(project: Project, by_sample: Mapping[int, str]) -> None:
    """Give labels."""
    ids, names = list(by_sample), list(by_sample.values())
    project.write(lambda db: labels.set_labels(db, ids, names, origin="test"))


def ask(project: Project, name: str) -> InsightResult:
    """The insight, checked for its form."""
    found = run_insight(project, InsightSpec(name))
    assert found.name == name
    assert (np.diff(found.ids) > 0).all()
    assert (found.values is None) != (found.codes is None)
    if found.codes is not None:
        assert found.codes.dtype == np.int32
        assert found.codes.max(initial=-1) < max(len(found.names), 1)
    return found


def values(project: Project, name: str) -> NDArray[np.float64]:
    """The values of a numeric insight of all samples, which are the ones that the project has."""
    found = ask(project, name)
    assert found.values is not None
    assert np.array_equal(found.ids, project.embeddings().ids)
    return found.values


def distances(project: Project) -> NDArray[np.float64]:
    """All distances, (n, n)."""
    rows = project.embeddings().vectors.astype(np.float64)
    away: NDArray[np.float64] = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    return away


FIVE = {1: "a", 10: "a", 25: "b", 30: "b", 45: "c"}


def test_that_every_insight_is_computed_and_nothing_else() -> None:
    assert set(COMPUTE) == set(DEPENDS)


def test_that_density_is_the_inverse_mean_distance_to_the_nearest(project: Project) -> None:
    away = np.sort(distances(project), axis=1)[:, 1:21].mean(axis=1)
    assert np.allclose(values(project, "density"), 1 / away, rtol=1e-3)


def test_that_novelty_is_the_distance_to_the_nearest_label(project: Project) -> None:
    label(project, FIVE)
    members = np.array(sorted(FIVE)) - 1
    assert np.allclose(values(project, "novelty"), distances(project)[:, members].min(axis=1), atol=2e-3)


def test_that_new_labels_and_lost_ones_are_followed(project: Project) -> None:
    for held in ({3: "a"}, {3: "a", 50: "b", 70: "c"}):
        label(project, held)
        members = project.labels().ids - 1
        assert np.allclose(values(project, "novelty"), distances(project)[:, members].min(axis=1), atol=2e-3)
    project.write(lambda db: labels.set_labels(db, [3, 50], [None, None], origin="test"))
    assert np.allclose(values(project, "novelty"), distances(project)[:, 69], atol=2e-3)


def test_that_only_what_changed_is_compared_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def counted(before: Any, pool: Any, members: Any, *rest: Any) -> Any:
        compared.append(len(pool) * len(members))
        return joined(before, pool, members, *rest)

    monkeypatch.setattr(insight_labels, "joined", counted)
    label(project, FIVE)
    values(project, "novelty")
    label(project, {60: "c"})
    values(project, "novelty")
    values(project, "covered")
    assert compared == [5 * N, N]


def test_that_novelty_and_uncertainty_are_kept_in_the_project(project: Project) -> None:
    label(project, FIVE)
    first = {name: ask(project, name) for name in ("novelty", "uncertainty", "guess", "trust", "cluster", "copies")}
    with Project.open(project.path, "r") as again:
        for kind in ("labelled", "beliefs", "trust", "cluster", "neighbours"):
            assert again.array(None, kind) is not None
        for name, before in first.items():
            now = run_insight(again, InsightSpec(name))
            for one, other in ((before.values, now.values), (before.codes, now.codes)):
                assert (one is None and other is None) or np.array_equal(one, other)  # type: ignore[arg-type]  # both


OTHER = "other"


def add_other_model(project: Project) -> NDArray[np.float32]:
    """Embed the samples with a model that is not the active one; its embeddings (n, d) are theirs turned round."""
    turned = project.embeddings().vectors[::-1].copy()
    project.write(lambda db: models.ensure_model(db, OTHER, name="Other", kind="test", dim=turned.shape[1]))
    hashes = [f"{sample:016x}" for sample in range(1, N + 1)]
    project.append_vectors(OTHER, vectors.EMBEDDING, range(1, N + 1), hashes, turned)
    return turned


def column(found: InsightResult) -> NDArray[Any]:
    """The values or codes."""
    return np.asarray(found.codes if found.values is None else found.values)


@pytest.mark.parametrize("name", ["novelty", "uncertainty", "covered", "cluster", "density"])
def test_that_an_insight_is_of_one_model_and_kept_as_its_own_whichever_is_chosen_meanwhile(
    project: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(project, FIVE)
    add_other_model(project)
    expected = {}
    for key in (OTHER, KEY):
        switch_model(project, key)
        with Project.open(project.path, "r") as reading:
            found = run_insight(reading, InsightSpec(name))
            expected[key] = column(found)
    read = project.embeddings

    def read_and_switch(model_key: str | None = None) -> EmbeddingTable:
        table = read(model_key)
        switch_model(project, OTHER)
        return table

    with monkeypatch.context() as patched:
        patched.setattr(project, "embeddings", read_and_switch)
        during = run_insight(project, InsightSpec(name))
    for key, found in ((KEY, during), (OTHER, run_insight(project, InsightSpec(name)))):
        assert np.array_equal(column(found), expected[key], equal_nan=True)


def test_that_images_embedded_while_an_insight_is_computed_do_not_spoil_the_next(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(project, FIVE)
    read = project.embeddings
    few = read()
    half = EmbeddingTable(few.ids[: N // 2], few.rows[: N // 2], few.matrix, few.model_key, "an earlier digest")
    with monkeypatch.context() as patched:
        patched.setattr(project, "embeddings", lambda model_key=None: half)
        assert len(run_insight(project, InsightSpec("covered")).ids) == N // 2
    assert len(values(project, "covered")) == N


def test_that_coverage_is_that_of_the_report(project: Project) -> None:
    label(project, FIVE)
    run_select(project, SelectSpec(count="6"))
    history = coverage_history(project)
    assert history.bandwidth is not None
    found = ask(project, "covered_after")
    assert found.values is not None
    assert found.values.mean() == pytest.approx(history.batches[1], abs=1e-12)
    assert found.facts["coverage_after"] == pytest.approx(history.batches[1], abs=1e-12)
    before = values(project, "covered")
    members = np.array(sorted(FIVE)) - 1
    slow = np.exp(-((distances(project)[:, members].min(axis=1) / history.bandwidth) ** 2))
    assert np.allclose(before, slow, atol=5e-3)
    assert (found.values >= before).all()
    share = (before >= 0.5).mean()
    assert found.facts["covered"] == pytest.approx(share, abs=1e-6)
    assert found.facts["covered"] + found.facts["added"] + found.facts["uncovered"] == pytest.approx(1)


def test_that_a_rejected_pick_covers_nothing(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    with_all = values(project, "covered_after")
    sample = project.picks(1)[0].sample
    run_decide(project, DecideSpec(1, {sample: Decision.REJECTED}), SILENT)
    rest = [pick.sample - 1 for pick in project.picks(1)[1:]]
    width = project.batch().budget["bandwidth"]
    slow = np.exp(-((distances(project)[:, rest].min(axis=1) / width) ** 2))
    assert np.allclose(values(project, "covered_after"), slow, atol=5e-3)
    run_decide(project, DecideSpec(1, {sample: Decision.ACCEPTED}), SILENT)
    assert np.array_equal(values(project, "covered_after"), with_all)
    assert not values(project, "covered").any()


def test_that_uncertainty_and_guess_come_of_a_classifier(project: Project) -> None:
    label(project, {i: "left" if i <= 40 else "right" for i in range(1, N + 1, 4)})
    found = ask(project, "guess")
    assert found.codes is not None
    assert found.names == ("left", "right")
    assert (found.codes == (np.arange(N) >= 40)).mean() > 0.95
    doubt = values(project, "uncertainty")
    assert (doubt >= 0.05).all()
    assert (doubt <= 1).all()


def test_that_copies_are_asked_for_again_where_labels_change_what_counts_as_near(project: Project) -> None:
    before = ask(project, "copies").facts["radius"]
    label(project, {sample: "a" if sample % 2 else "b" for sample in range(1, 61)})
    assert ask(project, "copies").facts["radius"] != before
    assert "labels" in DEPENDS["copies"]


def test_that_copies_are_grouped_and_the_others_are_alone(project: Project) -> None:
    run_select(project, SelectSpec(count="4"))
    found = ask(project, "copies")
    assert found.codes is not None
    radius = found.facts["radius"]
    near = distances(project) < radius
    np.fill_diagonal(near, False)
    assert found.codes[4] == found.codes[5] >= 0
    assert np.array_equal(found.codes >= 0, near.any(axis=1))
    assert found.facts["in_groups"] == int(near.any(axis=1).sum())


def test_that_clusters_are_found_and_named_by_size(project: Project) -> None:
    found = ask(project, "cluster")
    assert found.codes is not None
    counts = np.bincount(found.codes)
    assert (np.diff(counts) <= 0).all()
    assert found.names == tuple(str(i + 1) for i in range(len(counts)))


def test_that_trust_is_of_what_is_on_the_map(project: Project) -> None:
    xy = np.array(project.projection().xy)  # type: ignore[union-attr]  # the fixture made it
    xy[3] = np.nan
    project.save_array(KEY, "projection", np.arange(1, N + 1), {"xy": xy}, {"method": "pca"}, 0, "other")
    found = ask(project, "trust")
    assert found.values is not None
    assert 4 not in found.ids
    assert len(found.ids) == N - 1
    assert ((found.values >= 0) & (found.values <= 1)).all()


def test_that_agreement_needs_two_models_and_is_one_where_they_are_alike(project: Project) -> None:
    with pytest.raises(EmbeddingError, match="second model"):
        ask(project, "agreement")
    project.write(lambda db: models.ensure_model(db, "other", name="Other", kind="test", dim=32, activate=False))
    ids = np.arange(1, N - 9)
    hashes = [f"{i:016x}" for i in ids.tolist()]
    project.append_vectors("other", vectors.EMBEDDING, ids, hashes, np.array(project.embeddings().vectors[: N - 10]))
    found = ask(project, "agreement")
    assert found.values is not None
    assert np.array_equal(found.ids, ids)
    # What only one model embedded is left out on both sides.
    assert found.values.min() > 0.8
    assert found.facts["other_model"] == "other"


def test_that_rank_and_gain_are_those_of_the_batch(project: Project) -> None:
    run_select(project, SelectSpec(count="5"))
    run_select(project, SelectSpec(count="3"))
    for number, count in ((1, 5), (2, 3), (None, 3)):
        found = run_insight(project, InsightSpec("rank", number))
        assert found.values is not None
        assert sorted(found.values.tolist()) == list(range(1, count + 1))
    gains = ask(project, "gain")
    assert gains.values is not None
    assert gains.values[np.argsort(gains.ids)].sum() == pytest.approx(sum(pick.gain for pick in project.picks(2)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("uncertainty", "two classes, and there are no labels yet: label some images"),
        ("guess", "two classes"),
        ("novelty", "no embedded image has a label yet: label some images"),
        ("covered", "labelled or picked: select a batch"),
        ("covered_after", "labelled or picked: select a batch"),
        ("rank", "no batch yet: select one"),
        ("gain", "no batch yet: select one"),
    ],
)
def test_that_what_lacks_is_told_with_what_to_do(project: Project, name: str, words: str) -> None:
    with pytest.raises(WorldError, match=words):
        run_insight(project, InsightSpec(name))


def test_that_labels_of_one_class_are_told_from_none(project: Project) -> None:
    label(project, {1: "a", 2: "a"})
    with pytest.raises(WorldError, match="all labels are of one class"):
        run_insight(project, InsightSpec("guess"))


@pytest.mark.parametrize("name", sorted(set(DEPENDS) - {"rank", "gain"}))
def test_that_a_project_without_embeddings_says_so(tmp_path: Path, name: str) -> None:
    with (
        Project.create(tmp_path / "empty.alproject") as empty,
        pytest.raises(EmbeddingError, match="embed the images first"),
    ):
        run_insight(empty, InsightSpec(name))


def test_that_a_project_without_a_map_says_so(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((5, 5))) as made, pytest.raises(WorldError, match="draw the"):
        run_insight(made, InsightSpec("trust"))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_that_pools_of_a_few_images_have_insights_too(tmp_path: Path, count: int) -> None:
    with make_project(tmp_path / "p.alproject", clusters((count,))) as made:
        for name in ("density", "cluster", "copies"):
            assert len(ask(made, name).ids) == count


def test_that_an_unknown_name_is_wrong_usage(project: Project) -> None:
    with pytest.raises(UsageError, match="no insight “beauty”; the insights are: uncertainty"):
        run_insight(project, InsightSpec("beauty"))


@pytest.mark.parametrize("name", ["density", "novelty", "uncertainty", "trust", "cluster"])
def test_that_every_dear_insight_can_be_cancelled(project: Project, name: str) -> None:
    label(project, FIVE)
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        run_insight(project, InsightSpec(name), ctx)
    assert project.array(None, {"density": "neighbours", "novelty": "labelled"}.get(name, name)) is None


def test_that_a_filter_names_insights_and_computes_only_those(project: Project) -> None:
    label(project, FIVE)
    ids, columns = project_columns(project)
    found = matching("cluster == 1 and novelty > 0.2 and guess in (a, b, c)", columns, len(ids))
    cluster, novelty = ask(project, "cluster").codes, ask(project, "novelty").values
    assert cluster is not None
    assert novelty is not None
    assert np.array_equal(found, (cluster == 0) & (novelty > 0.2))
    assert project.array(None, "trust") is None


def test_that_a_filter_by_an_insight_that_lacks_something_says_so(project: Project) -> None:
    ids, columns = project_columns(project)
    with pytest.raises(WorldError, match="two classes"):
        matching("uncertainty > 0.5", columns, len(ids))


def test_that_a_damaged_file_of_an_insight_is_named_and_computed_again_once_it_is_deleted(project: Project) -> None:
    before = ask(project, "cluster").codes
    (file,) = (project.path / "vectors").glob("cluster-*.arrays")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    (problem,) = [text for text in project.read(lambda db: arrays.problems(db, project.path)) if "cluster" in text]
    assert "delete it" in problem
    file.unlink()
    after = ask(project, "cluster").codes
    assert before is not None
    assert after is not None
    assert np.array_equal(before, after)
