import pytest

from desktop_al.gui.gallery.layout import GridLayout

LAYOUTS = [
    GridLayout(count=1000, width=640, cell=112, caption=20, gap=8),
    GridLayout(count=7, width=50, cell=112, caption=0, gap=8),
    GridLayout(count=23, width=1919, cell=48, caption=0, gap=8),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_every_cell_is_found_at_its_own_middle(layout: GridLayout) -> None:
    for index in range(layout.count):
        x, y, width, height = layout.rect(index)
        assert layout.index_at(x + width // 2, y + height // 2) == index
        assert layout.index_at(x, y) == index


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_the_visible_cells_are_those_that_a_search_finds(layout: GridLayout) -> None:
    for top in range(0, layout.height, 37):
        bottom = top + 150
        reference = [
            index
            for index in range(layout.count)
            if layout.rect(index)[1] < bottom and layout.rect(index)[1] + layout.rect(index)[3] > top
        ]
        shown = set(layout.visible(top, bottom))
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
    layout = GridLayout(count=1_000_000, width=300, cell=256, caption=20, gap=8)
    assert layout.columns == 1
    assert 0 < layout.height < 2**31
