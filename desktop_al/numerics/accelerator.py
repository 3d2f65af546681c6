"""The kernel on a CUDA device where there is one, with the bits that the processor gives.

Inner products of grid vectors are exact in float32 whatever the order of summation, so long as no shorter format is
used; the rest are single IEEE steps in the order of `kernel.similar`, each an operation of its own, so that none is
fused with the next. torch is asked for only where a driver and enough work are there.
"""

import ctypes.util
import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.context import SILENT, Context
from desktop_al.numerics import kernel
from desktop_al.numerics.grid import UNITS, GridVectors

if TYPE_CHECKING:
    import torch

_log = logging.getLogger(__name__)

LEAST_WORK = 2e10
"""Multiplications below which a device is not worth its start."""

_ROWS, _GATHERED = 1024, 2**25
_STEPS = tuple(float(np.float32(1 / x)) for x in (64, 2, 6, 24, 120))


def full_kernel(vectors: GridVectors, scale: np.float32, ctx: Context = SILENT) -> NDArray[np.uint16]:
    """As `kernel.full_kernel`, on the device where there is one."""
    found = _device(float(len(vectors)) ** 2 * vectors.dim)
    if found is not None:
        try:
            return full_kernel_on(found, vectors, scale, ctx)
        except RuntimeError as error:
            _log.info("the kernel goes on without the device: %s", error)
    return kernel.full_kernel(vectors, scale, ctx=ctx)


def edge_kernel(
    vectors: NDArray[np.int16], indices: NDArray[np.int32], scale: np.float32, ctx: Context = SILENT
) -> NDArray[np.uint16]:
    """As `kernel.edge_kernel`, on the device where there is one."""
    found = _device(float(indices.size) * vectors.shape[1])
    if found is not None:
        try:
            return edge_kernel_on(found, vectors, indices, scale, ctx)
        except RuntimeError as error:
            _log.info("the edges go on without the device: %s", error)
    return kernel.edge_kernel(vectors, indices, scale, ctx)


def _device(work: float) -> str | None:
    """The name of a device for so many multiplications, None where there is none or they are too few for it."""
    return "cuda" if work >= LEAST_WORK and _driver() and _cuda() else None


@cache
def _driver() -> bool:
    """Whether a driver of such a device is installed: asked first, for importing torch takes seconds."""
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return Path("/proc/driver/nvidia/version").exists()


@cache
def _cuda() -> bool:
    """Whether torch is there and reaches a device."""
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


@contextmanager
def _whole_products() -> Iterator[None]:
    """Products in full float32, whatever others have asked torch for."""
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def full_kernel_on(device: str, vectors: GridVectors, scale: np.float32, ctx: Context = SILENT) -> NDArray[np.uint16]:
    """The (n, n) kernel of a pool computed on a torch ``device``; equal to `kernel.full_kernel` bit for bit."""
    import torch

    n = len(vectors)
    out = np.empty((n, n), dtype=np.uint16)
    with _whole_products():
        whole = torch.from_numpy(vectors.integers()).to(device).to(torch.float32) / UNITS
        norms = (whole * whole).sum(dim=1)
        for start in range(0, n, _ROWS):
            ctx.check()
            ctx.report("Comparing images", start, n, "images")
            rows = slice(start, start + _ROWS)
            out[rows] = _similar(whole[rows] @ whole.T, norms[rows, None], norms[None], scale)
    return out


def edge_kernel_on(
    device: str, vectors: NDArray[np.int16], indices: NDArray[np.int32], scale: np.float32, ctx: Context = SILENT
) -> NDArray[np.uint16]:
    """The kernel along the edges of a graph on a torch ``device``; equal to `kernel.edge_kernel` bit for bit."""
    import torch

    n, k = indices.shape
    out = np.zeros((n, k), dtype=np.uint16)
    if k == 0:
        return out
    step = max(1, _GATHERED // (k * vectors.shape[1]))
    with _whole_products():
        whole = torch.from_numpy(vectors).to(device)
        for start in range(0, n, step):
            ctx.check()
            ctx.report("Comparing neighbours", start, n, "images")
            others = np.maximum(indices[start : start + step], 0).astype(np.int64)
            near = whole[torch.from_numpy(others).to(device)].to(torch.float32) / UNITS
            mine = whole[start : start + step].to(torch.float32) / UNITS
            products = torch.bmm(near, mine[:, :, None])[:, :, 0]
            norms = (mine * mine).sum(dim=1, keepdim=True)
            out[start : start + step] = _similar(products, norms, (near * near).sum(dim=2), scale)
    out[indices < 0] = 0
    return out


def _similar(
    products: "torch.Tensor", norms_a: "torch.Tensor", norms_b: "torch.Tensor", scale: np.float32
) -> NDArray[np.uint16]:
    """`kernel.similar` step by step; overwrites ``products`` (p, q)."""
    import torch

    last = products
    squared = (norms_a + norms_b).sub_(last).sub_(last)
    by_64, half, sixth, by_24, by_120 = _STEPS
    u = squared.mul_(float(scale)).clamp_(0.0, 12.0).mul_(by_64)
    p = (u * by_120).neg_().add_(by_24)
    for constant in (sixth, half, 1.0, 1.0):
        p.mul_(u).neg_().add_(constant)
    for _ in range(6):
        p.mul_(p)
    whole = p.mul_(float(kernel.ONE)).add_(0.5).to(torch.int32).to(torch.uint16)
    found: NDArray[np.uint16] = whole.cpu().numpy()
    return found
