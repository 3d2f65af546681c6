"""The kernel by way of torch: the same bits as the processor's, on torch's own CPU device and on CUDA where it is."""

import subprocess
import sys

import numpy as np
import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.numerics import accelerator, kernel
from desktop_al.numerics.accelerator import edge_kernel_on, full_kernel_on
from desktop_al.numerics.grid import GridVectors
from desktop_al.numerics.kernel import factor
from desktop_al.numerics.similarity import Similarity
from tests.numerics.kernels import NONE, vectors
from tests.numerics.test_neighbours import manifold

torch = pytest.importorskip("torch")

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")),
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("width", [0.1, 0.6, 3.0])
@pytest.mark.parametrize("dim", [7, 512])
def test_that_a_device_gives_the_dense_kernel_bit_for_bit(
    device: str, width: float, dim: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerator, "_ROWS", 130)
    for matrix in (vectors(300, dim), manifold(300, dim)):
        grid = GridVectors(matrix)
        scale = factor(width, grid.norm)
        assert np.array_equal(full_kernel_on(device, grid, scale), kernel.full_kernel(grid, scale))


@pytest.mark.parametrize("device", DEVICES)
def test_that_a_device_gives_the_kernel_along_edges_bit_for_bit(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "_GATHERED", 64 * 9 * 50)
    grid = GridVectors(manifold(200, 64))
    scale = factor(0.6, grid.norm)
    indices = np.random.default_rng(0).integers(-1, 200, (200, 9)).astype(np.int32)
    found = edge_kernel_on(device, grid.integers(), indices, scale)
    assert np.array_equal(found, kernel.edge_kernel(grid.integers(), indices, scale))
    assert edge_kernel_on(device, grid.integers(), indices[:, :0], scale).shape == (200, 0)


def test_that_a_device_is_used_where_there_is_one_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = GridVectors(manifold(120, 32))
    nothing = pool.subset(NONE)
    expected = Similarity(pool, nothing, 0.5).dense()
    graph = np.argsort(-expected.astype(np.int64), axis=1)[:, 1:6].astype(np.int32)
    along = Similarity(pool, nothing, 0.5).edges(graph).values
    asked: list[float] = []
    monkeypatch.setattr(accelerator, "_device", lambda work: asked.append(work) or "cpu")  # type: ignore[func-returns-value]
    monkeypatch.setattr(kernel, "full_kernel", None)
    monkeypatch.setattr(kernel, "edge_kernel", None)
    assert np.array_equal(Similarity(pool, nothing, 0.5).dense(), expected)
    assert np.array_equal(Similarity(pool, nothing, 0.5).edges(graph).values, along)
    assert asked == [120 * 120 * 32, 120 * 5 * 32]


def test_that_a_device_that_fails_leaves_the_work_to_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = GridVectors(manifold(60, 32))
    expected = kernel.full_kernel(pool, factor(0.5, pool.norm))
    indices = np.zeros((60, 1), np.int32)

    def out_of_memory(*_: object) -> None:
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setattr(accelerator, "_device", lambda _: "cuda")
    monkeypatch.setattr(accelerator, "full_kernel_on", out_of_memory)
    monkeypatch.setattr(accelerator, "edge_kernel_on", out_of_memory)
    assert np.array_equal(accelerator.full_kernel(pool, factor(0.5, pool.norm)), expected)
    found = accelerator.edge_kernel(pool.integers(), indices, factor(0.5, pool.norm))
    assert np.array_equal(found[:, 0], expected[:, 0])


def test_that_little_work_asks_for_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerator, "_driver", lambda: True)
    monkeypatch.setattr(accelerator, "_cuda", lambda: True)
    assert accelerator._device(1e6) is None
    assert accelerator._device(1e12) == "cuda"
    monkeypatch.setattr(accelerator, "_driver", lambda: False)
    assert accelerator._device(1e12) is None


def test_that_the_kernel_needs_no_torch() -> None:
    code = """
import sys
import numpy as np
from desktop_al.numerics import accelerator
from desktop_al.numerics.grid import GridVectors
accelerator._driver = lambda: False
accelerator.LEAST_WORK = 0
accelerator.full_kernel(GridVectors(np.eye(4, dtype=np.float32)), np.float32(1))
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_that_a_device_hears_a_cancel_and_leaves_the_precision_of_others_alone() -> None:
    ctx, pool = Context(), GridVectors(manifold(60, 32))
    ctx.cancel()
    before = torch.get_float32_matmul_precision()
    with pytest.raises(CancelledError):
        full_kernel_on("cpu", pool, factor(0.5, pool.norm), ctx)
    assert torch.get_float32_matmul_precision() == before
