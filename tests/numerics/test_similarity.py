"""The similarities of a pool under a wider kernel, which share what does not hang on the bandwidth."""

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.numerics import similarity as similarities
from desktop_al.numerics.similarity import Similarity
from tests.numerics.kernels import similarity


def graph_of(narrow: Similarity, k: int = 5) -> NDArray[np.int32]:
    """The ``k`` nearest of each sample, itself left out."""
    return np.argsort(-narrow.dense().astype(np.int64), axis=1, kind="stable")[:, 1 : k + 1].astype(np.int32)


@pytest.mark.parametrize("asked_first", [False, True])
def test_that_a_widened_kernel_is_one_made_with_that_bandwidth(asked_first: bool) -> None:
    narrow = similarity(60, labelled=5)
    graph = graph_of(narrow)
    if asked_first:
        narrow.edges(graph)
    wide, anew = narrow.widened(1.25), Similarity(narrow.pool, narrow.references, 1.25 * narrow.bandwidth)
    assert np.array_equal(wide.dense(), anew.dense())
    assert np.array_equal(wide.before().similarity, anew.before().similarity)
    mine, other = wide.edges(graph), anew.edges(graph)
    for name in ("indices", "values", "starts", "members", "columns"):
        assert np.array_equal(getattr(mine, name), getattr(other, name))
    assert not np.array_equal(mine.values, narrow.edges(graph).values)


def test_that_the_graph_of_a_widened_kernel_is_turned_round_once() -> None:
    narrow = similarity(60)
    graph = graph_of(narrow)
    assert narrow.widened(1.5).edges(graph).members is not narrow.edges(graph).members
    again = similarity(60)
    turned = again.edges(graph).members
    assert again.widened(1.5).edges(graph).members is turned


def test_that_the_widened_kernel_is_kept_until_another_is_asked_for() -> None:
    narrow = similarity(20)
    wide = narrow.widened(1.5)
    assert narrow.widened(1.5) is wide
    assert narrow.widened(1.25) is not wide


def test_that_a_widened_kernel_takes_the_axes_of_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarities, "DENSE_LIMIT", 200)
    narrow = similarity(400, dim=160)
    axes = narrow.widened(1.5).components(400)
    assert axes is not None
    assert narrow.components(400) is axes
