"""Verifying a project, and replaying its selections."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.records import Decision
from desktop_al.domain.specs import AdjustSpec, DecideSpec, SelectSpec
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.decide import run_decide
from desktop_al.jobs.resize import run_resize
from desktop_al.jobs.select import run_select
from desktop_al.jobs.verify import run_verify
from desktop_al.numerics.neighbours import neighbours
from desktop_al.store import labels, samples
from desktop_al.store.project import Project
from desktop_al.store.runs import SELECTION
from tests.jobs.pools import KEY, clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 8, spread=0.6)) as made:
        yield made


def test_that_every_batch_of_a_round_trip_replays(project: Project) -> None:
    run_select(project, SelectSpec(count="6", strategy="coverage", options={"density": 2}))
    run_decide(project, DecideSpec(1, {project.picks(1)[0].sample: Decision.REJECTED}))
    project.write(lambda db: labels.set_labels(db, [5, 200], ["a", "b"], origin="test"))
    run_select(project, SelectSpec(count="auto", seed=4))
    run_select(project, SelectSpec(count="5%", strategy="random", seed=9, where="source == 'dogs'"))
    run_select(project, SelectSpec(count="3", strategy="k-center"))
    run_resize(project, 2, 3)
    result = run_verify(project)
    assert result.problems == ()
    assert (result.batches, result.replayed) == (4, 4)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("count", ["12", "auto"])
def test_that_batches_of_auto_replay_whatever_was_pinned_vetoed_and_resized(
    tmp_path: Path, count: str, sparse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sparse:
        monkeypatch.setattr("desktop_al.numerics.similarity.DENSE_LIMIT", 100)
        monkeypatch.setattr("desktop_al.jobs.select_inputs.DENSE_LIMIT", 100)
    rng = np.random.default_rng(3)
    # A dense mass with far outskirts; few are asked for, so that the kernel is wide.
    rows = np.ones(16) + rng.normal(size=(400, 16)) * np.where(np.arange(400) % 10, 0.05, 0.8)[:, None]
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    with make_project(tmp_path / "o.alproject", unit) as project:
        project.write(lambda db: labels.set_labels(db, [5, 20, 31, 200], ["a", "b", "b", "a"], origin="test"))
        run_select(project, SelectSpec(count=count, random_share=0.2))
        assert "rare outskirts" in project.batch(1).budget["account"]
        picks = [pick.sample for pick in project.picks(1)]
        other = next(one for one in (7, 8, 9) if one not in picks)
        run_adjust(project, AdjustSpec(1, pins=(other,), vetoes=(picks[0], picks[2])))
        assert run_verify(project).problems == ()
        run_decide(project, DecideSpec(1, {project.picks(1)[3].sample: Decision.ACCEPTED}))
        run_adjust(project, AdjustSpec(1, unpin=(other,), unveto=(picks[0],), count=len(picks) - 2, keep_decided=True))
        run_resize(project, 1, len(picks) - 1)
        run_select(project, SelectSpec(count="7"))
        result = run_verify(project)
    assert (result.problems, result.replayed) == ((), 2)


def test_that_a_tampered_ranking_is_seen(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    first, last = project.batch_order(1)[0][[0, 5]].tolist()
    project.write(lambda db: db.conn.execute("UPDATE batch_orders SET gains = zeroblob(length(gains))"))
    problems = run_verify(project).problems
    # Nor are the gains that are shown those of such a ranking.
    assert len(problems) == 2
    assert "on the same versions" in problems[0]
    assert first != last


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE picks SET sample_id = (SELECT max(id) FROM samples) WHERE rank = 1",
        "UPDATE picks SET gain = 2 * gain WHERE rank = 2",
        "DELETE FROM picks WHERE rank = 6",
    ],
)
def test_that_tampered_picks_are_seen(project: Project, change: str) -> None:
    run_select(project, SelectSpec(count="6"))
    run_resize(project, 1, 5)
    run_resize(project, 1, 6)
    assert run_verify(project).problems == ()
    project.write(lambda db: db.conn.execute(change))
    assert any("not those of its ranking" in problem for problem in run_verify(project).problems)


def test_that_a_batch_of_before_the_program_picked_otherwise_says_so(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    project.write(lambda db: db.conn.execute("UPDATE batches SET versions = json_remove(versions, '$.selection')"))
    assert run_verify(project).problems == ()
    project.write(lambda db: db.conn.execute("UPDATE batch_orders SET gains = zeroblob(length(gains))"))
    assert f"selection none then and {SELECTION} now" in run_verify(project).problems[0]


def test_that_other_versions_are_named(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    project.write(lambda db: db.conn.execute("UPDATE batches SET versions = json_set(versions, '$.numba', '0.1')"))
    assert run_verify(project).problems == ()
    project.write(lambda db: db.conn.execute("UPDATE batch_orders SET gains = zeroblob(length(gains))"))
    assert "numba 0.1 then" in run_verify(project).problems[0]


def test_that_a_batch_that_this_version_refuses_does_not_hide_the_others(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    run_select(project, SelectSpec(count="6"))
    change = "UPDATE batches SET spec = json_set(spec, '$.options', json_object('gone', 1)) WHERE number = 1"
    project.write(lambda db: db.conn.execute(change))
    result = run_verify(project)
    assert (result.batches, result.replayed, len(result.problems)) == (2, 1, 1)
    assert "Batch 1 cannot be replayed" in result.problems[0]
    assert "no option gone" in result.problems[0]


def test_that_a_batch_whose_images_changed_is_left_out_and_told(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    project.write(lambda db: samples.set_changed(db, [17], [1], [1]))
    told: list[str] = []
    result = run_verify(project, Context(on_message=told.append))
    assert (result.problems, result.batches, result.replayed) == ((), 1, 0)
    assert "no longer embedded" in told[0]


def test_that_damaged_vectors_are_a_problem(project: Project) -> None:
    run_select(project, SelectSpec(count="6"))
    (file,) = (project.path / "vectors").glob("*.f32")
    data = bytearray(file.read_bytes())
    data[1000] ^= 255
    file.write_bytes(bytes(data))
    assert any("damaged" in problem for problem in run_verify(project).problems)


def test_that_a_new_project_is_whole(project: Project) -> None:
    assert run_verify(project).to_json() == {"ok": True, "problems": [], "batches": 0, "replayed": 0}


def test_that_a_batch_from_a_graph_replays_on_the_stored_graph_and_on_a_fresh_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_al.numerics.similarity.DENSE_LIMIT", 100)
    monkeypatch.setattr("desktop_al.jobs.select_inputs.DENSE_LIMIT", 100)
    monkeypatch.setattr("desktop_al.strategies.held_out._LARGE_REFERENCE", 100)
    run_select(project, SelectSpec(count="10"))
    found = neighbours(project.embeddings().vectors, 30)
    project.save_array(
        KEY,
        "neighbours",
        project.embeddings().ids,
        {"indices": found.indices, "distances": found.distances},
        {"exact": True},
    )
    run_select(project, SelectSpec(count="10"))
    result = run_verify(project)
    assert (result.problems, result.replayed) == ((), 2)


def test_that_a_batch_whose_graph_is_gone_is_left_out_and_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_al.numerics.similarity.DENSE_LIMIT", 100)
    monkeypatch.setattr("desktop_al.jobs.select_inputs.DENSE_LIMIT", 100)
    monkeypatch.setattr("desktop_al.strategies.held_out._LARGE_REFERENCE", 100)
    run_select(project, SelectSpec(count="10"))
    monkeypatch.setattr("desktop_al.jobs.select_inputs._NEIGHBOURS", 5)
    told: list[str] = []
    assert run_verify(project, Context(on_message=told.append)).replayed == 0
    assert "cannot be replayed" in told[0]
