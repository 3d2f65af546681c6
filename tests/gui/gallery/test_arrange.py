import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.gui.gallery.arrange import Request, Sections, arrange, sort_rows
from desktop_al.gui.gallery.names import SLICE, NameOrder, name_ranks

TOTAL = 400


def sorted_slowly(rows: Sequence[int], keys: NDArray[np.number], descending: bool) -> list[int]:
    """The reference: Python's own stable sort, what has no key behind the rest."""

    def lacks(row: int) -> bool:
        return bool(keys[row] != keys[row]) if keys.dtype.kind == "f" else bool(keys[row] < 0)

    have = [row for row in sorted(rows) if not lacks(row)]
    have.sort(key=lambda row: -float(keys[row]) if descending else float(keys[row]))
    return have + [row for row in sorted(rows) if lacks(row)]


def arranged_slowly(
    rows: list[int], sections: NDArray[np.int32] | None, copies: NDArray[np.int32] | None, opened: set[int]
) -> tuple[list[int], list[tuple[int, int]], list[int]]:
    """The reference: rows, (code, count) of each section and stacks, by going through the samples one by one."""
    by_code: dict[int, list[int]] = {}
    for row in rows:
        by_code.setdefault(int(sections[row]) if sections is not None else -1, []).append(row)
    shown: list[int] = []
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for code in sorted(by_code, key=lambda code: (code < 0, code)):
        before, done = len(shown), set()
        for row in by_code[code]:
            group = int(copies[row]) if copies is not None else -1
            mates = [other for other in by_code[code] if copies is not None and copies[other] == group >= 0]
            if group < 0 or len(mates) == 1:
                shown.append(row)
                stack.append(1)
            elif group not in done:
                done.add(group)
                shown += mates if group in opened else [row]
                stack += [-len(mates)] + [0] * (len(mates) - 1) if group in opened else [len(mates)]
        found.append((code, len(shown) - before))
    return shown, found, stack


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("kind", ["floats", "codes", "ranks", "sizes", "none"])
def test_that_rows_are_sorted_as_python_sorts_them(kind: str, descending: bool) -> None:
    rng = np.random.default_rng(3)
    floats = rng.integers(0, 30, TOTAL).astype(np.float64)
    floats[rng.random(TOTAL) < 0.2] = np.nan
    keys: dict[str, NDArray[np.number]] = {
        "floats": floats,
        "codes": rng.integers(-1, 9, TOTAL).astype(np.int32),
        "ranks": rng.integers(0, 2**18, TOTAL).astype(np.int32),
        "sizes": rng.integers(0, 2**40, TOTAL),
        "none": np.full(TOTAL, -1, np.int32),
    }
    rows = rng.permutation(TOTAL)[:300]
    assert sort_rows(rows, keys[kind], descending).tolist() == sorted_slowly(rows.tolist(), keys[kind], descending)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("stacked", [False, True])
def test_that_sections_and_stacks_are_those_of_a_walk_through_the_samples(
    seed: int, grouped: bool, stacked: bool
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.permutation(TOTAL)[:250].astype(np.int64)
    keys = rng.random(TOTAL)
    codes = rng.integers(-1, 7, TOTAL).astype(np.int32)
    copies = np.where(rng.random(TOTAL) < 0.5, -1, rng.integers(0, 40, TOTAL)).astype(np.int32)
    opened = frozenset({3, 8, 11})
    found = arrange(
        Request(
            TOTAL,
            lambda: rows,
            lambda: keys,
            descending=bool(seed % 2),
            sections=(lambda: Sections(codes, tuple("abcdefg"), "rest")) if grouped else None,
            copies=copies if stacked else None,
            opened=opened,
        )
    )
    ordered = sorted_slowly(rows.tolist(), keys, bool(seed % 2))
    shown, sections, stack = arranged_slowly(
        ordered, codes if grouped else None, copies if stacked else None, set(opened)
    )
    assert found.rows.tolist() == shown
    assert list(zip(found.codes.tolist(), found.counts.tolist(), strict=True)) == sections
    assert (found.stack.tolist() if found.stack is not None else [1] * len(shown)) == stack
    for position, row in enumerate(shown):
        assert found.position_of(row) == position
    for row in set(rows.tolist()) - set(shown):
        there = found.position_of(row)
        assert copies[found.rows[there]] == copies[row] >= 0
        assert found.stack is not None
        assert found.stack[there] > 1
    outside = set(range(TOTAL)) - set(rows.tolist())
    assert all(found.position_of(row) == -1 for row in outside)
    everyone = np.concatenate([found.rows_in(section) for section in range(len(found.codes))])
    assert sorted(everyone.tolist()) == sorted(rows.tolist())


def test_that_an_order_can_be_turned_round_without_a_key() -> None:
    rows = np.array([2, 5, 7], np.int64)
    assert arrange(Request(9, lambda: rows, descending=True)).rows.tolist() == [7, 5, 2]


def test_that_nothing_can_be_arranged() -> None:
    found = arrange(Request(5, lambda: np.empty(0, np.int64), lambda: np.zeros(5)))
    assert (found.rows.tolist(), found.positions.tolist()) == ([], [-1] * 5)


def test_that_names_rank_as_sorting_them_ranks_them() -> None:
    rng = np.random.default_rng(0)
    names = [f"{folder}/Im{number}.JPG" for folder, number in rng.integers(0, 3000, (SLICE + 300, 2))]
    names += ["z/a\udcff.png", "naïve.png", "NAÏVE.png", ""]
    keys = [natural(name.rpartition("/")[2]) for name in names]
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    assert name_ranks(names).tolist() == [order[key] for key in keys]


def natural(name: str) -> tuple[tuple[int, int, bytes], ...]:
    """The reference: letters by their bytes, each number as one letter that stands where digits do."""
    found: list[tuple[int, int, bytes]] = []
    for part in re.findall(rb"[0-9]+|[^0-9]", name.lower().encode("utf-8", "surrogateescape")):
        found.append((48, int(part), b"") if part[:1].isdigit() else (part[0], 0, b""))
    return tuple(found)


@given(st.lists(st.text("aB01 9_é", max_size=9), max_size=30))
def test_that_names_sort_as_people_count(names: list[str]) -> None:
    keys = [natural(name) for name in names]
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    assert name_ranks([f"x/{name}" for name in names]).tolist() == [order[key] for key in keys]


def test_that_two_stands_before_ten() -> None:
    names = ["img10.png", "img2.png", "IMG02.png", "img1.png", "a.png", "img.png", "img1a10.png", "img1a9.png"]
    ranked = sorted(zip(name_ranks(names).tolist(), names, strict=True))
    assert [name for _, name in ranked] == [
        *("a.png", "img.png", "img1.png", "img1a9.png", "img1a10.png", "IMG02.png", "img2.png", "img10.png")
    ]


def test_that_ranks_are_kept_for_the_same_names() -> None:
    order, names = NameOrder(), ["b", "a"]
    assert order.ranks(names) is order.ranks(names)
    assert order.ranks(["a", "b"]).tolist() == [0, 1]
