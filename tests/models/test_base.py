"""Unit norm, probabilities and pooling on cases worked out by hand."""

import numpy as np
import pytest

from desktop_al.models.base import as_probabilities, pooled, unit
from desktop_al.models.devices import chosen_device, torch_may_have_accelerator


def f32(rows: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(rows, np.float32)


def test_that_rows_are_scaled_to_unit_norm_whatever_their_size() -> None:
    rows = unit(f32([[3, 4], [3e30, 4e30], [3e-30, 4e-30]]))
    assert np.allclose(rows, [[0.6, 0.8]] * 3)


@pytest.mark.parametrize("row", [[0, 0], [np.nan, 1], [np.inf, 1], [-np.inf, np.inf]])
def test_that_a_row_without_direction_becomes_nan(row: list[float]) -> None:
    assert np.isnan(unit(f32([row, [1, 0]]))).tolist() == [[True, True], [False, False]]


def test_that_logits_become_their_softmax_however_large() -> None:
    assert np.allclose(as_probabilities(f32([[0, np.log(3)], [1000, 1000]]), "logits"), [[0.25, 0.75], [0.5, 0.5]])


def test_that_one_logit_is_the_logistic_function() -> None:
    assert np.allclose(as_probabilities(f32([[0], [np.log(3)]]), "logits"), [[0.5, 0.5], [0.25, 0.75]])


@pytest.mark.parametrize("kind", ["probabilities", "sigmoid"])
def test_that_probabilities_are_scaled_to_sum_to_one(kind: str) -> None:
    assert np.allclose(as_probabilities(f32([[0.2, 0.6], [0.5, 0.5]]), kind), [[0.25, 0.75], [0.5, 0.5]])
    assert np.allclose(as_probabilities(f32([[0.3]]), kind), [[0.7, 0.3]])


def test_that_maps_are_averaged_over_their_positions() -> None:
    maps = np.arange(16, dtype=np.float32).reshape(1, 4, 2, 2)
    assert pooled(maps).tolist() == [[1.5, 5.5, 9.5, 13.5]]
    assert pooled(maps[0, 0]).shape == (2, 2)


def test_that_the_build_of_torch_tells_of_accelerators_as_torch_itself_does() -> None:
    import torch

    assert torch_may_have_accelerator() or not torch.cuda.is_available()
    if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
        assert chosen_device("auto") == "cpu"
