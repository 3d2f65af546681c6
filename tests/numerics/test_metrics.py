import numpy as np
import pytest

from desktop_al.numerics.metrics import trustworthiness
from tests.jobs.pools import clusters


@pytest.mark.parametrize("k", [1, 5, 15])
def test_that_trustworthiness_is_that_of_scikit_learn(k: int) -> None:
    from sklearn.manifold import trustworthiness as reference

    data = clusters((100, 150, 60), spread=0.8)
    xy = np.random.default_rng(0).normal(size=(310, 2)) + 4 * data[:, :2]
    assert trustworthiness(data, xy, k) == pytest.approx(reference(data, xy, n_neighbors=k), abs=1e-9)


def test_that_the_data_themselves_can_be_trusted() -> None:
    data = np.random.default_rng(0).normal(size=(50, 2))
    assert trustworthiness(data, data, 5) == 1.0


@pytest.mark.parametrize("k", [0, 25, 30])
def test_that_too_many_neighbours_are_refused(k: int) -> None:
    data = np.random.default_rng(0).normal(size=(50, 2))
    with pytest.raises(ValueError, match="between 1 and 24"):
        trustworthiness(data, data, k)
