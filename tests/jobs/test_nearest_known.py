"""The nearest of some against brute force."""

from pathlib import Path

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.jobs.nearest_known import nearest_among
from desktop_al.store.project import Project
from tests.jobs.pools import clusters, make_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "p.alproject", clusters((30, 20, 10), spread=0.5))


def test_that_the_nearest_of_each_group_is_that_of_brute_force(project: Project) -> None:
    with project:
        rows = project.embeddings().vectors.astype(np.float64)
        groups = [np.array([3, 9, 41, 60]), np.arange(1, 61)]
        for sample in (3, 10, 55):
            found = nearest_among(project, sample, groups)
            for ids, near in zip(groups, found, strict=True):
                others = ids[ids != sample]
                away = np.linalg.norm(rows[others - 1] - rows[sample - 1], axis=1)
                assert near is not None
                assert near[0] == others[np.argmin(away)]
                assert near[1] == pytest.approx(float(away.min()), abs=1e-3)


def test_that_what_is_not_there_is_not_found(project: Project) -> None:
    with project:
        none, alone, unknown = np.empty(0, np.int64), np.array([5]), np.array([900, 901])
        assert nearest_among(project, 5, [none, alone, unknown]) == [None, None, None]
        assert nearest_among(project, 999, [np.array([1, 2])]) == [None]


def test_that_the_search_can_be_called_off(project: Project) -> None:
    ctx = Context()
    ctx.cancel()
    with project, pytest.raises(CancelledError):
        nearest_among(project, 5, [np.array([1, 2])], ctx)
