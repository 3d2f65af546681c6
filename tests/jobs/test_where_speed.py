"""What makes filters quick answers as the plain evaluator did, which is kept as the reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.jobs.where import Memo, matching, names_in
from desktop_al.jobs.where_columns import Categories, Column, Lazy, LazyColumns, Numbers, Sets, column_of
from desktop_al.jobs.where_hints import advice
from desktop_al.jobs.where_syntax import equals, quoted
from desktop_al.jobs.where_text import joined, parse, parts
from desktop_al.jobs.where_texts import Mask, Texts, glob
from tests.jobs import slow_where

LETTERS = st.text("abcAB/\\.é1 \udc80", max_size=6)
NUMBERS = st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float))


@st.composite
def tables(draw: st.DrawFn) -> dict[str, NDArray[np.generic]]:
    """Columns of a few rows, as the reference takes them."""
    n = draw(st.integers(0, 8))
    text = st.lists(st.one_of(st.none(), LETTERS), min_size=n, max_size=n)
    table: dict[str, NDArray[np.generic]] = {}
    for name in ("label", "odd name"):
        table[name] = np.array(draw(text), dtype=object)
    table["path"] = np.array(draw(st.lists(LETTERS, min_size=n, max_size=n)), dtype=object)
    for name in ("width", "taken"):
        table[name] = np.array(draw(st.lists(NUMBERS, min_size=n, max_size=n)), dtype=np.float64)
    return table


def fast(table: dict[str, NDArray[np.generic]]) -> dict[str, Column]:
    """The same columns in the forms that are quick, every kernel in use."""
    columns: dict[str, Column] = {name: column_of(values) for name, values in table.items()}
    columns["path"] = Texts(table["path"].tolist(), few=-1)
    return columns


TEXT_NAMES = st.sampled_from(["label", "path", 'meta["odd name"]'])
NUMBER_NAMES = st.sampled_from(["width", "meta['taken']"])
ORDERS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
WRITTEN = st.text("abcAB/.é1 ", max_size=3).map(quoted)
VALUES = st.integers(-3, 3).map(str)


def comparisons() -> st.SearchStrategy[str]:
    """Comparisons that the reference understands."""
    listed = st.lists(WRITTEN, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    return st.one_of(
        st.builds("{} {} {}".format, TEXT_NAMES, ORDERS, WRITTEN),
        st.builds("{} {} {}".format, WRITTEN, ORDERS, TEXT_NAMES),
        st.builds("{} {} {}".format, NUMBER_NAMES, ORDERS, VALUES),
        st.builds("{} {} {} {} {}".format, VALUES, ORDERS, NUMBER_NAMES, ORDERS, VALUES),
        st.builds("{} {} {}".format, TEXT_NAMES, st.sampled_from(["in", "not in"]), listed),
        st.builds("{} {} {}".format, WRITTEN, st.sampled_from(["in", "not in"]), TEXT_NAMES),
        st.builds(
            "{} {} None".format, st.one_of(TEXT_NAMES, NUMBER_NAMES), st.sampled_from(["is", "is not", "==", "<"])
        ),
        st.builds("{} == {}".format, NUMBER_NAMES, WRITTEN),
    )


EXPRESSIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.builds("not {}".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(tables(), EXPRESSIONS)
def test_that_every_filter_finds_what_the_plain_evaluator_finds(
    table: dict[str, NDArray[np.generic]], expression: str
) -> None:
    n = len(table["path"])
    try:
        expected = slow_where.matching(expression, table, n)
    except SelectionUsageError:
        with pytest.raises(SelectionUsageError):
            matching(expression, fast(table), n)
        return
    memo: Memo = {}
    assert matching(expression, fast(table), n, memo).tolist() == expected.tolist()
    assert matching(expression, table, n).tolist() == expected.tolist()


@settings(max_examples=300, deadline=None)
@given(st.lists(LETTERS, max_size=8), st.text("abAB/.é1* ?", max_size=4), st.booleans())
def test_that_the_kernels_find_what_python_finds(strings: list[str], wanted: str, last: bool) -> None:
    quick, plain = Texts(strings, last, few=-1), Texts(strings, last)
    assert [quick.at(row) for row in range(len(strings))] == [plain.at(row) for row in range(len(strings))]
    pairs: list[tuple[Mask, Mask]] = [
        (quick.contains(wanted), plain.contains(wanted)),
        (quick.contains(wanted, fold=True), plain.contains(wanted, fold=True)),
        (quick.equal(wanted), plain.equal(wanted)),
        (quick.like(wanted), plain.like(wanted)),
        (quick.touches(wanted, at_end=False), plain.touches(wanted, at_end=False)),
        (quick.touches(wanted, at_end=True), plain.touches(wanted, at_end=True)),
        *((quick.ordered(op, wanted), plain.ordered(op, wanted)) for op in ("<", "<=", ">", ">=")),
    ]
    assert [found.tolist() for found, _ in pairs] == [expected.tolist() for _, expected in pairs]


def test_that_texts_with_the_byte_that_ends_a_text_are_told_apart() -> None:
    assert Texts(["a\0b", "", "b"], few=-1).contains("b").tolist() == [True, False, True]


def test_that_many_blocks_of_texts_keep_their_order() -> None:
    strings = [f"folder/{row}.jpg" for row in range(150_000)]
    assert np.flatnonzero(Texts(strings).equal("folder/131071.jpg")).tolist() == [131_071]
    assert np.flatnonzero(Texts(strings, last=True).touches("14999", at_end=False)).tolist() == [
        14_999,
        *range(149_990, 150_000),
    ]


def test_that_case_is_folded_as_python_folds_it() -> None:
    strings = ["STRASSE", "Straße", "CAFÉ", "cafe"]
    assert Texts(strings, few=-1).contains("straße", fold=True).tolist() == [True, True, False, False]
    assert Texts(strings, few=-1).contains("é", fold=True).tolist() == [False, False, True, False]


def test_that_sets_answer_for_any_of_their_members() -> None:
    tags = Sets(np.array([0b00, 0b01, 0b11, 0b10], np.uint64), ("Blurry", "night shot"))
    columns = {"tag": tags}

    def rows(expression: str) -> list[int]:
        return np.flatnonzero(matching(expression, columns, 4)).tolist()

    assert rows("tag == Blurry") == [1, 2]
    assert rows("tag != Blurry") == [0, 3]
    assert rows("tag in ('Blurry', 'night shot')") == [1, 2, 3]
    assert rows("tag is none") == [0]
    assert rows("'shot' in tag") == []
    assert rows("'night shot' in tag") == [2, 3]
    assert rows("tag contains shot") == [2, 3]
    assert rows("tag like 'night*'") == [2, 3]
    assert rows("tag startswith B") == [1, 2]
    assert rows("tag < 'C'") == [1, 2]
    assert rows("BLUR") == [1, 2]
    assert tags.counts().tolist() == [2, 2]


def test_that_a_set_may_have_sixty_four_members() -> None:
    tags = Sets(np.array([1 << 63, 1], np.uint64), tuple(f"t{place}" for place in range(64)))
    assert matching("tag == t63", {"tag": tags}, 2).tolist() == [True, False]


def test_that_only_columns_that_are_named_are_loaded() -> None:
    loaded: list[str] = []

    def lazy(name: str) -> Lazy:
        def load() -> Column:
            loaded.append(name)
            return Numbers(np.zeros(3))

        return Lazy(load)

    columns = LazyColumns({name: lazy(name) for name in ("width", "height", "size")})
    assert matching("width == 0 and not width > 1", columns, 3).all()
    assert loaded == ["width"]
    assert list(columns) == ["width", "height", "size"]


def test_that_parts_are_not_computed_twice_while_their_columns_are_the_same() -> None:
    column = Categories(np.array([0, 1, -1]), ("cat", "dog"))
    memo: Memo = {}
    first = matching("label == cat", {"label": column}, 3, memo)
    assert len(memo) == 1
    assert matching("label == cat or label == dog", {"label": column}, 3, memo).tolist() == [True, True, False]
    assert len(memo) == 2
    other = Categories(np.array([1, 0, 0]), ("cat", "dog"))
    assert matching("label == cat", {"label": other}, 3, memo).tolist() == [False, True, True]
    assert first.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("expression", "split"),
    [
        ("", []),
        ("label == cat", ["label == cat"]),
        ("label == 'a' and width > 3 wren", ["label == 'a'", "width > 3", "wren"]),
        ("(a or b) and c", ["(a or b)", "c"]),
        ("a or b and c", ["a or b and c"]),
        (" (a and b) ", ["a", "b"]),
        ("not (a b)", ["not (a b)"]),
    ],
)
def test_that_a_filter_falls_into_the_parts_that_must_hold(expression: str, split: list[str]) -> None:
    assert parts(expression) == split


@settings(max_examples=200, deadline=None)
@given(tables(), st.lists(EXPRESSIONS, min_size=1, max_size=3))
def test_that_filters_joined_hold_where_each_holds(table: dict[str, NDArray[np.generic]], filters: list[str]) -> None:
    n = len(table["path"])
    try:
        each = [matching(one, table, n) for one in filters]
    except SelectionUsageError:
        return
    assert matching(joined(filters), table, n).tolist() == np.logical_and.reduce(each).tolist()
    assert all(parse(one) is not None for one in parts(joined(filters)))


@given(st.text(max_size=20), st.sampled_from(["label", "odd \"name'\\", "in", "meta", "none", "é"]))
def test_that_any_value_of_any_column_can_be_written(value: str, name: str) -> None:
    if "\0" in value:
        return
    column = Categories(np.array([0, 1, -1]), (value, value + "x"))
    assert matching(equals(name, value), {name: column}, 3).tolist() == [True, False, False]
    assert matching(equals(name, None), {name: column}, 3).tolist() == [False, False, True]


def test_that_the_columns_of_a_filter_are_told() -> None:
    assert names_in('width > 3 and (not meta["odd name"] == x or height < 2)') >= {"width", "odd name", "height"}
    assert names_in("wren") == {"path", "label", "tag", "note"}
    assert names_in("") == frozenset()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("label == caat", "No image has the label “caat”; did you mean cat?"),
        ("label in (cat, DOG)", "No image has the label “DOG”; did you mean dog?"),
        ("label == zebra", "No image has the label “zebra”."),
        ("not label == zebra or width > 3", "No image has the label “zebra”."),
        ("label == cat and label is none", ""),
        ("label like caat", ""),
        ("caat", ""),
    ],
)
def test_that_a_value_that_no_image_has_is_told(expression: str, words: str) -> None:
    columns: dict[str, Column] = {"label": Categories(np.array([0, 1]), ("cat", "dog")), "width": Numbers(np.zeros(2))}
    assert advice(expression, columns) == words


def test_that_a_pattern_is_taken_literally_but_for_its_two_signs() -> None:
    assert glob("a.[b]*?").fullmatch("a.[b]xyz")
    assert not glob("a.b").fullmatch("axb")
