"""How many images each limit kept out of a batch is counted exactly, and told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_al.cli.select_text import summary_lines
from desktop_al.domain.results import SelectResult
from desktop_al.domain.specs import AdjustSpec, Aims, Constraints, SelectSpec
from desktop_al.gui.batch_words import account, held_back_sentence
from desktop_al.jobs.adjust import run_adjust
from desktop_al.jobs.held_back import count_near
from desktop_al.jobs.select import run_select
from desktop_al.numerics.duplicates import near_any
from desktop_al.numerics.exchange import standing_of
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.similarity import Similarity
from desktop_al.numerics.summary import DUPLICATE_SHARE
from desktop_al.store import labels, metadata
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project

N = 120
LIMITS = Constraints(minimum_distance=0.7, group_by="video", group_cap=2, protect="role == 'test'", vetoes=(9, 17))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "p.alproject", clusters((30,) * 4, spread=0.5)) as made:

        def tell(name: str, values: list[str]) -> None:
            made.write(lambda db: metadata.set_metadata(db, name, list(range(1, N + 1)), values))

        tell("video", [f"video {i % 15}" for i in range(1, N + 1)])
        tell("role", ["test" if i % 11 == 0 else "train" for i in range(1, N + 1)])
        tell("site", ["far" if i % 7 == 0 else "near" for i in range(1, N + 1)])
        made.write(lambda db: labels.set_labels(db, [3, 40, 78], ["a", "b", "b"], origin="test"))
        yield made


def counted(project: Project, spec: SelectSpec, result: SelectResult) -> dict[str, int]:
    """The same counts, image by image."""
    vectors, limits = project.embeddings().vectors, spec.constraints
    picks = {pick.sample for pick in result.picks}
    labelled, video = {3, 40, 78}, {i: i % 15 for i in range(1, N + 1)}
    members = [*sorted(labelled), *sorted(picks)]

    def apart(one: int, other: int) -> float:
        return float(np.linalg.norm(vectors[one - 1] - vectors[other - 1]))

    radius = DUPLICATE_SHARE * result.batch.budget["bandwidth"]
    protected = [i for i in range(1, N + 1) if i % 11 == 0]
    found = dict.fromkeys(("filter", "protected", "groups", "distance"), 0)
    for sample in set(range(1, N + 1)) - labelled - picks:
        if sample % 7 == 0 and spec.where:
            found["filter"] += 1
        elif sample in limits.vetoes:
            continue
        elif limits.protect and (sample in protected or min(apart(sample, one) for one in protected) < radius):
            found["protected"] += 1
        elif limits.group_by and sum(video[one] == video[sample] for one in members) >= limits.group_cap:
            found["groups"] += 1
        elif min(apart(sample, one) for one in members) < limits.minimum_distance:
            found["distance"] += 1
    return {key: count for key, count in found.items() if count}


@pytest.mark.parametrize("where", ["", "site == 'near'"])
@pytest.mark.parametrize(
    "limits",
    [
        LIMITS,
        replace(LIMITS, minimum_distance=0.0),
        replace(LIMITS, group_by=""),
        replace(LIMITS, protect=""),
        replace(LIMITS, protect="", group_by="", vetoes=()),
    ],
)
def test_that_what_the_limits_held_back_is_what_one_counts_by_hand(
    project: Project, limits: Constraints, where: str
) -> None:
    spec = SelectSpec(count="12", where=where, constraints=limits)
    result = run_select(project, spec)
    told = {key: count for key, count in result.to_json()["summary"]["held_back"].items() if count}
    assert told == counted(project, spec, result)
    assert len(told) >= 1


def test_that_it_is_counted_again_where_the_batch_changes(project: Project) -> None:
    spec = SelectSpec(count="12", where="site == 'near'", constraints=LIMITS)
    run_select(project, spec)
    smaller = run_adjust(project, AdjustSpec(1, count=3))
    held = {key: count for key, count in smaller.batch.summary["held_back"].items() if count}
    assert held == counted(project, spec, smaller)
    vetoed = run_adjust(project, AdjustSpec(1, vetoes=(smaller.picks[1].sample,)))
    after = replace(spec, constraints=replace(LIMITS, vetoes=(*LIMITS.vetoes, smaller.picks[1].sample)))
    held = {key: count for key, count in vetoed.batch.summary["held_back"].items() if count}
    assert held == counted(project, after, vetoed)


def test_that_it_is_told_in_the_window_and_on_the_command_line(project: Project) -> None:
    batch = run_select(project, SelectSpec(count="12", where="site == 'near'", constraints=LIMITS)).batch
    count = batch.summary["held_back"]["filter"]
    assert f"{count} images were held back by the filter." in held_back_sentence(batch)
    assert held_back_sentence(batch) in account(batch)
    assert any(
        line.startswith(f"Held back: {count} images outside the filter") for line in summary_lines(batch.summary)
    )
    plain = replace(batch, summary={}, budget={})
    assert (held_back_sentence(plain), account(plain)) == ("", "")


def test_that_images_without_a_group_are_told_as_not_limited(project: Project) -> None:
    def forget(count: int) -> None:
        ids = list(range(60, 60 + count))
        project.write(lambda db: metadata.set_metadata(db, "video", ids, [None] * count))

    limits = Constraints(group_by="video", group_cap=2)
    for count, told, line in (
        (1, "1 image has no value in the column of the groups and is not limited.", "1 image has no value"),
        (9, "9 images have no value in the column of the groups and are not limited.", "9 images have no value"),
    ):
        forget(count)
        batch = run_select(project, SelectSpec(count="3", constraints=limits)).batch
        assert batch.summary["held_back"]["ungrouped"] == len(set(range(60, 60 + count)) - {78})
        assert told in held_back_sentence(batch)
        assert any(each.startswith(line) for each in summary_lines(batch.summary))
    copies = run_select(
        project, SelectSpec(count="3", constraints=Constraints(group_by="duplicates", group_cap=1))
    ).batch
    assert "ungrouped" not in copies.summary["held_back"]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (SelectSpec("k-center", aims=Aims(strata="site")), "The strategy k-center heeds no strata;"),
        (SelectSpec("bait", aims=Aims(strata="site", balance=2)), "The strategy bait weighs by strata, and heeds no"),
        (SelectSpec("margin", aims=Aims(priority="age", priority_weight=9)), "The strategy margin heeds no priority."),
        (SelectSpec(constraints=Constraints(protect="role == 'tset'")), "No embedded image fits the filter of what is"),
        (SelectSpec(random_share=1.0), "All picks but pins were drawn at random, none by the strategy."),
        (SelectSpec("coverage", aims=Aims(strata="site", balance=2, priority="age", priority_weight=9)), ""),
        (SelectSpec("k-center", constraints=LIMITS), ""),
    ],
)
def test_that_what_a_selection_cannot_heed_is_told_also_once_it_is_changed(
    project: Project, spec: SelectSpec, told: str
) -> None:
    project.write(lambda db: metadata.set_metadata(db, "age", list(range(1, N + 1)), list(range(N))))
    first = run_select(project, replace(spec, count="6"))
    for batch in (first.batch, run_adjust(project, AdjustSpec(1, vetoes=(first.picks[0].sample,))).batch):
        found = batch.summary["unheeded"]
        assert len(found) == bool(told)
        assert (told in account(batch)) == (any(line.startswith(told) for line in summary_lines(batch.summary)))
        assert told in account(batch)


@pytest.mark.parametrize("bandwidth", [0.05, 0.4, 2.0])
@pytest.mark.parametrize("distance", [1e-6, 0.1, 0.35, 0.7, 1.3, 2.0])
def test_that_what_is_too_near_is_counted_as_if_all_were_measured(bandwidth: float, distance: float) -> None:
    pool = GridVectors(clusters((40,) * 5, spread=0.4))
    at = np.arange(len(pool))
    similarity = Similarity(pool.subset(at[20:]), pool.subset(at[:20]), bandwidth)
    places = np.array([3, 50, 111])
    rows = np.setdiff1d(np.arange(180), places)
    best = standing_of(similarity, places).best
    mine = similarity.pool.subset(rows)
    near = near_any(mine, similarity.references, distance) | near_any(mine, similarity.pool.subset(places), distance)
    assert count_near(similarity, rows, places, best, distance) == near.sum()
