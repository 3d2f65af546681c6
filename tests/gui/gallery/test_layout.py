import numpy as np
import pytest

from desktop_al.gui.gallery.layout import GridLayout

Rect = tuple[int, int, int, int]


def plain(count: int, width: int, cell: int, caption: int) -> GridLayout:
    """A grid without sections."""
    return GridLayout(np.array([count], np.int64), np.zeros(1, bool), width=width, cell=cell, caption=caption, gap=8)


def sectioned(counts: list[int], folded: list[int], width: int = 640, cell: int = 112) -> GridLayout:
    """A grid with sections, of which those numbered ``folded`` are."""
    shut = np.zeros(len(counts), bool)
    shut[folded] = True
    return GridLayout(np.array(counts, np.int64), shut, width=width, cell=cell, caption=20, gap=8, header=30)


LAYOUTS = [plain(1000, 640, 112, 20), plain(7, 50, 112, 0), plain(23, 1919, 48, 0)]
SECTIONED = [
    sectioned([3, 10, 1, 25, 6], []),
    sectioned([3, 10, 1, 25, 6], [1, 3]),
    sectioned([5, 5], [0, 1]),
    sectioned([1] * 40, [0, 39], width=300),
    sectioned([17], [], width=90),
]


def walked(layout: GridLayout, counts: list[int], folded: list[int]) -> tuple[dict[int, Rect], list[int]]:
    """The cells by position and the tops of the headers, found by laying one thing after another."""
    cells: dict[int, Rect] = {}
    tops, y, position = [], layout.gap, 0
    for section, count in enumerate(counts):
        tops.append(y)
        y += layout.header
        for i in range(count):
            if section not in folded:
                x = layout.left + (i % layout.columns) * (layout.cell + layout.gap)
                cells[position] = (x, y, layout.cell, layout.cell + layout.caption)
                if (i + 1) % layout.columns == 0 or i == count - 1:
                    y += layout.pitch
            position += 1
    return cells, tops


WALKS = [
    ([3, 10, 1, 25, 6], []),
    ([3, 10, 1, 25, 6], [1, 3]),
    ([5, 5], [0, 1]),
    ([1] * 40, [0, 39]),
    ([17], []),
]


@pytest.mark.parametrize(("layout", "walk"), list(zip(SECTIONED, WALKS, strict=True)))
def test_that_sections_lie_where_laying_them_one_by_one_puts_them(
    layout: GridLayout, walk: tuple[list[int], list[int]]
) -> None:
    cells, tops = walked(layout, *walk)
    assert {position: layout.rect(position) for position in cells} == cells
    assert [layout.header_top(section) for section in range(layout.sections)] == tops
    assert [layout.header_at(top) for top in tops] == list(range(layout.sections))
    for y in range(0, layout.height + 40, 7):
        for x in range(0, layout.width, 31):
            inside = [p for p, (left, top, w, h) in cells.items() if left <= x < left + w and top <= y < top + h]
            assert layout.index_at(x, y) == (inside[0] if inside else -1)
        under = [i for i, top in enumerate(tops) if top <= y < top + layout.header]
        assert layout.header_at(y) == (under[0] if under else -1)


@pytest.mark.parametrize(("layout", "walk"), list(zip(SECTIONED, WALKS, strict=True)))
def test_that_what_shows_of_sections_is_what_a_search_finds(
    layout: GridLayout, walk: tuple[list[int], list[int]]
) -> None:
    cells, _ = walked(layout, *walk)
    for top in range(0, layout.height, 37):
        wanted = {p for p, (_, y, _, high) in cells.items() if y < top + 150 and y + high > top}
        shown = [position for part in layout.visible(top, top + 150) for position in part]
        assert wanted <= set(shown) <= set(cells)
        assert len(shown) == len(set(shown)) <= len(wanted) + 2 * layout.columns
        assert shown == sorted(shown)


@pytest.mark.parametrize(("layout", "walk"), list(zip(SECTIONED, WALKS, strict=True)))
def test_that_arrows_go_to_the_nearest_cell_and_step_over_what_is_folded(
    layout: GridLayout, walk: tuple[list[int], list[int]]
) -> None:
    cells, _ = walked(layout, *walk)
    ordered = sorted(cells)
    lines = sorted({cells[position][1] for position in cells})
    for i, position in enumerate(ordered):
        assert layout.moved(position, 1, 0) == ordered[min(i + 1, len(ordered) - 1)]
        assert layout.moved(position, -1, 0) == ordered[max(i - 1, 0)]
        x, y = cells[position][:2]
        for step in (-1, 1):
            line = lines[min(max(lines.index(y) + step, 0), len(lines) - 1)]
            in_line = [p for p in ordered if cells[p][1] == line]
            nearest = min(in_line, key=lambda p: abs(cells[p][0] - x))
            assert layout.moved(position, 0, step) == nearest


def test_that_a_folded_sample_is_shown_by_its_header() -> None:
    layout = sectioned([3, 10, 1], [1])
    assert layout.rect(5) == (0, layout.header_top(1), 640, 30)
    assert layout.moved(5, 0, 1) == 13
    assert layout.moved(5, 1, 0) in (6, 13)


def test_that_nothing_has_no_place() -> None:
    layout = GridLayout(np.empty(0, np.int64), np.empty(0, bool), width=300, cell=48, caption=0, gap=8, header=30)
    assert (layout.count, layout.visible(0, 1000), list(layout.headers(0, 1000))) == (0, [], [])
    assert layout.index_at(20, 20) == -1
    assert layout.header_at(20) == -1
    assert layout.position_in(0, 0) == -1


def test_that_ten_thousand_sections_of_a_million_samples_are_found_by_arithmetic() -> None:
    counts = np.full(10_000, 100, np.int64)
    layout = GridLayout(counts, np.zeros(10_000, bool), width=1400, cell=112, caption=20, gap=8, header=30)
    assert layout.count == 1_000_000
    assert 0 < layout.height < 2**31
    for position in (0, 1, 99, 100, 500_000, 999_999):
        x, y, width, _ = layout.rect(position)
        assert layout.index_at(x + width // 2, y + 3) == position


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_every_cell_is_found_at_its_own_middle(layout: GridLayout) -> None:
    for index in range(layout.count):
        x, y, width, height = layout.rect(index)
        assert layout.index_at(x + width // 2, y + height // 2) == index
        assert layout.index_at(x, y) == index


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_the_visible_cells_are_those_that_a_search_finds(layout: GridLayout) -> None:
    cells = [layout.rect(index) for index in range(layout.count)]
    for top in range(0, layout.height, 37):
        bottom = top + 150
        reference = [index for index, (_, y, _, height) in enumerate(cells) if y < bottom and y + height > top]
        shown = {position for part in layout.visible(top, bottom) for position in part}
        assert set(reference) <= shown
        assert len(shown) <= len(reference) + 2 * layout.columns


def test_that_gaps_and_the_outside_hold_no_cell() -> None:
    layout = LAYOUTS[0]
    x, y, width, height = layout.rect(0)
    assert layout.index_at(x + width, y) == -1
    assert layout.index_at(x, y + height) == -1
    assert layout.index_at(x - layout.gap - 1, y) == -1
    assert layout.index_at(x, layout.height + 500) == -1


def test_that_a_million_cells_fit_the_range_of_a_scroll_bar() -> None:
    layout = plain(1_000_000, 300, 256, 20)
    assert layout.columns == 1
    assert 0 < layout.height < 2**31


@pytest.mark.parametrize(("layout", "walk"), list(zip(SECTIONED, WALKS, strict=True)))
def test_that_a_rectangle_touches_the_cells_that_a_search_finds(
    layout: GridLayout, walk: tuple[list[int], list[int]]
) -> None:
    cells, _ = walked(layout, *walk)
    rng = np.random.default_rng(0)
    for _ in range(60):
        x0, x1 = np.sort(rng.integers(-20, layout.width + 20, 2)).tolist()
        y0, y1 = np.sort(rng.integers(-20, layout.height + 20, 2)).tolist()
        expected = [
            position
            for position, (x, y, width, height) in cells.items()
            if x <= x1 and x + width > x0 and y <= y1 and y + height > y0
        ]
        assert layout.inside(x0, y0, x1, y1).tolist() == expected
