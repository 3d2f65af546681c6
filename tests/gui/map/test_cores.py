"""What is shared between two cores comes to the same as on one."""

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from desktop_al.gui.map import cores
from desktop_al.gui.map.cores import PARTS, in_parts, on_one_core
from desktop_al.gui.map.frame import Renderer
from desktop_al.gui.map.values import count_bytes, count_codes, count_seen, encode, extent, quantiles, translate
from tests.gui.map.synthetic import pool
from tests.gui.map.test_frame import request


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "LEAST", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("n", [0, 1, PARTS - 1, PARTS, PARTS + 1, 1001])
def test_that_parts_cover_everything_once_and_in_order(n: int) -> None:
    covered = [row for part in in_parts(n, lambda low, high: range(low, high)) for row in part]
    assert covered == list(range(n))


def test_that_little_is_done_at_once() -> None:
    assert in_parts(cores.LEAST - 1, lambda low, high: (low, high)) == [(0, cores.LEAST - 1)]


@pytest.mark.usefixtures("shared")
def test_that_two_threads_work_at_once() -> None:
    met = threading.Barrier(2, timeout=30)

    def do(low: int, high: int) -> int:
        if low < 2 * (high - low):
            # Nobody passes alone.
            met.wait()
        return threading.get_ident()

    assert len(set(in_parts(400, do))) == 2


@pytest.mark.usefixtures("shared")
def test_that_a_pass_keeps_to_its_thread_while_it_is_told_to_and_no_longer() -> None:
    with on_one_core(True):
        assert in_parts(400, lambda low, high: (low, high, threading.get_ident())) == [(0, 400, threading.get_ident())]
    with on_one_core(False):
        assert len(in_parts(400, lambda low, high: low)) == PARTS
    with pytest.raises(ZeroDivisionError), on_one_core(True):
        in_parts(400, lambda low, high: 1 // low)
    assert len(in_parts(400, lambda low, high: low)) == PARTS


@pytest.mark.usefixtures("shared")
def test_that_a_picture_is_drawn_on_one_core_while_a_hand_moves_the_map(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, parts = request(pool(400)), set()

    def counted(n: int, do: Callable[[int, int], object]) -> list[object]:
        found = in_parts(n, do)
        parts.add(len(found))
        return found

    monkeypatch.setattr("desktop_al.gui.map.style.in_parts", counted)
    for moving, expected in ((True, 1), (False, PARTS)):
        parts.clear()
        Renderer().render(replace(made, moving=moving))
        assert parts == {expected}


@pytest.mark.usefixtures("shared")
def test_that_a_fault_in_a_part_is_raised() -> None:
    def do(low: int, high: int) -> int:
        return 1 // (low - 300)

    with pytest.raises(ZeroDivisionError):
        in_parts(400, do)


@pytest.mark.usefixtures("shared")
def test_that_columns_read_on_two_cores_are_those_of_numpy() -> None:
    rng = np.random.default_rng(0)
    codes, values = rng.integers(-1, 9, 10_001).astype(np.int32), rng.normal(size=10_001)
    values[::7], seen = np.nan, rng.random(10_001) < 0.3
    finite, table = values[np.isfinite(values)], rng.integers(0, 256, 10).astype(np.uint8)
    found = translate(codes, table)
    np.testing.assert_array_equal(found, table[codes + 1])
    np.testing.assert_array_equal(count_codes(codes, 9), np.bincount(codes + 1, minlength=10))
    np.testing.assert_array_equal(count_bytes(found), np.bincount(found, minlength=256))
    np.testing.assert_array_equal(count_seen(found, seen), np.bincount(found[seen], minlength=256))
    assert extent(values) == (len(finite), finite.min(), finite.max())
    np.testing.assert_allclose(quantiles(values, (0.01, 0.99)), np.quantile(finite, (0.01, 0.99)), rtol=1e-12)
    levels, counts = encode(values, -2.0, 4.0, 250, 254)
    np.testing.assert_array_equal(np.bincount(levels, minlength=255)[:250], counts)
    assert np.count_nonzero(levels == 254) == np.count_nonzero(np.isnan(values))


@pytest.mark.parametrize("n", [400, 30_000])
def test_that_a_picture_drawn_on_two_cores_is_the_same_to_the_pixel(
    n: int, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pool(n, labelled=0.1)
    made.highlight = np.arange(n) % 5 == 0
    for name, where in (("LEAST", 1), ("LEAST", 10**9)):
        monkeypatch.setattr(cores, name, where)
        frame = Renderer().render(request(made))
        if where == 1:
            first = frame
    np.testing.assert_array_equal(frame.style.role, first.style.role)
    np.testing.assert_array_equal(frame.style.picks, first.style.picks)
    assert (frame.style.active, frame.style.highlighted) == (first.style.active, first.style.highlighted)
    np.testing.assert_allclose(frame.pixels.astype(int), first.pixels.astype(int), atol=1)
