"""The first pick that comes near to a sample is the one that all similarities tell."""

import numpy as np
import pytest

from desktop_al.numerics import similarity as similarities
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.reached import first_reaching
from desktop_al.numerics.similarity import Similarity


@pytest.mark.parametrize("way", ["kernel", "short", "whole"])
@pytest.mark.parametrize("least", [1, 9000, 24109, 65535])
def test_that_the_first_to_reach_a_sample_is_that_of_all_similarities(
    way: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(least)
    pool = GridVectors((rng.normal(size=(1500, 160)) * 0.97 ** np.arange(160)).astype(np.float32))
    found = Similarity(pool, pool.subset(np.zeros(0, dtype=np.int64)), 0.9)
    monkeypatch.setattr(similarities, "DENSE_LIMIT", 10_000 if way == "kernel" else 0)
    monkeypatch.setattr(similarities, "_MANY", 10**6 if way == "whole" else 1)
    rows, order = rng.permutation(1500)[:1101], rng.permutation(1500)[:700]
    values = found.columns(rows, order)
    if way == "kernel":
        found.dense()
    assert (found.components(len(order)) is not None) == (way == "short")
    near = np.pad(values >= least, ((0, 0), (0, 1)), constant_values=True)
    assert np.array_equal(first_reaching(found, rows, order, least), near.argmax(axis=1))


def test_that_no_pick_reaches_none() -> None:
    pool = GridVectors(np.eye(4, dtype=np.float32))
    none = np.zeros(0, dtype=np.int64)
    found = Similarity(pool, pool.subset(none), 0.9)
    assert first_reaching(found, np.arange(4), none, 1).tolist() == [0] * 4
    assert first_reaching(found, none, np.arange(4), 1).tolist() == []
