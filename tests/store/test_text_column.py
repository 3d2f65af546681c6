"""A text column is the list of its texts, in less memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_al.store import text_column
from desktop_al.store.text_column import TextColumn

TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
    | st.sampled_from(["bytes \udcff\udcfe", "", "ä🦜"]),
    max_size=20,
)


@given(TEXTS, st.integers(-25, 25), st.integers(-25, 25), st.sampled_from([1, 1, 2, -1]))
def test_that_a_column_answers_as_the_list_does(texts: list[str], first: int, last: int, step: int) -> None:
    column = TextColumn.of(texts)
    assert len(column) == len(texts)
    assert list(column) == [column[row] for row in range(len(texts))] == texts
    assert column[first:last:step] == texts[first:last:step]
    assert column == texts
    assert column == TextColumn.of(list(texts))
    blob, begins, ends = column.spans()
    pairs = zip(begins.tolist(), ends.tolist(), strict=True)
    assert [blob[a:b].tobytes().decode("utf-8", "surrogateescape") for a, b in pairs] == texts


@pytest.mark.parametrize("block", [1, 2, 3])
def test_that_all_texts_come_in_order_whatever_the_block(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_column, "BLOCK", block)
    assert list(TextColumn.of(["a", "", "ccc", "d"])) == ["a", "", "ccc", "d"]


def test_that_negative_rows_count_from_the_end_and_strangers_are_refused() -> None:
    column = TextColumn.of(["a", "b"])
    assert (column[-1], column[-2]) == ("b", "a")
    for row in (2, -3):
        with pytest.raises(IndexError):
            column[row]
    assert column != ["a"]
    assert column != "ab"


def test_that_a_column_takes_little_more_than_its_characters() -> None:
    assert TextColumn.of(["0123456789"] * 10_000).nbytes < 16 * 10_000


@given(st.integers(0, 6), st.dictionaries(st.integers(0, 5), st.sampled_from(["a", "ä", "bytes \udcff", ""])))
def test_that_a_sparse_column_is_the_column_with_the_rest_empty(n: int, told: dict[int, str]) -> None:
    told = {row: told[row] for row in sorted(told) if row < n}
    column = TextColumn.sparse(n, np.array(list(told), np.int64), list(told.values()))
    assert column == TextColumn.of([told.get(row, "") for row in range(n)])
    assert list(column) == [told.get(row, "") for row in range(n)]


def test_that_joined_columns_are_the_column_of_all_their_texts() -> None:
    parts = [["a", "", "ä🦜"], [], [""], ["x" * 300, "\udcff"]]
    joined = TextColumn.joined([TextColumn.of(part) if part else TextColumn() for part in parts])
    wanted = TextColumn.of([text for part in parts for text in part])
    assert joined == wanted
    assert list(joined) == list(wanted)
    assert [joined[row] for row in range(len(joined))] == list(wanted)
    assert len(TextColumn.joined([])) == 0
