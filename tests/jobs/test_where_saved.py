"""Saved filters are written out before a filter is read, and many samples are packed into a short text."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_al.domain.errors import FilterError, LabelError
from desktop_al.domain.specs import Constraints, FilterSpec, ListSpec, SelectSpec
from desktop_al.jobs.list_samples import run_list
from desktop_al.jobs.packing import pack_ids
from desktop_al.jobs.save_filter import run_save_filter
from desktop_al.jobs.select import run_select
from desktop_al.jobs.where import matching
from desktop_al.jobs.where_columns import Numbers
from desktop_al.jobs.where_saved import as_written, expanded, saved_text, spec_written_out
from desktop_al.jobs.where_syntax import packed
from desktop_al.jobs.where_text import parts
from tests.jobs.pools import clusters, make_project

COLUMNS = {name: Numbers(np.array([1.0, 2.0, 3.0])) for name in ("width", "height", "rank")}
SAVED = {"large": "width >= 800 and height > 10", "my best": "rank <= 3", "mail@home": "note is none"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@large", "(width >= 800 and height > 10)"),
        ('@"my best" or not @large', "(rank <= 3) or not (width >= 800 and height > 10)"),
        ('@"mail@home"', "(note is none)"),
        ('name == "@large"', 'name == "@large"'),
        ("path contains a@large", "path contains a@large"),
        ("(@large)", "((width >= 800 and height > 10))"),
        ("width > 3", "width > 3"),
    ],
)
def test_that_a_name_stands_for_its_expression(text: str, meant: str) -> None:
    assert expanded(text, SAVED) == meant


@pytest.mark.parametrize(("text", "words"), [("@larg", "did you mean @large"), ("@zebra", '@large, @"my best"')])
def test_that_an_unknown_name_is_told_with_those_that_are_known(text: str, words: str) -> None:
    with pytest.raises(FilterError, match=words) as caught:
        expanded(text, SAVED)
    assert text[caught.value.start : caught.value.end] == text


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("@large and zebra > 3", "zebra", "“zebra”"),
        ("zebra > 3 or @large", "zebra", "“zebra”"),
        ('@"my best" and @large and width >= >', ">", "character 36"),
        ("@large and (width > 3", "(width > 3", "character 12"),
        ("@odd or width > 1", "@odd", "In the saved filter “odd”"),
        ("width > 1 or @large and @odd", "@odd", "In the saved filter “odd”"),
        ("@broken and width > 1", "@broken", "In the saved filter “broken”: .* character 10"),
        ("width > 1 and @broken", "@broken", "In the saved filter “broken”: .* character 10"),
        ("@large and width", "width", "character 12 is a column and no condition"),
    ],
)
def test_that_what_is_wrong_is_told_of_the_filter_as_it_was_written(text: str, part: str, words: str) -> None:
    saved = {**SAVED, "odd": "width > 1 and zebra == 3", "broken": "width >= >"}
    with pytest.raises(FilterError, match=words) as caught, as_written(text, saved) as out:
        matching(out, COLUMNS, 3)
    error = caught.value
    assert text[error.start : error.end] == part
    at = error.args[0].values.get("at")
    assert at is None or at == error.start + 1


def test_that_nothing_is_told_otherwise_where_no_saved_filter_is_named() -> None:
    with pytest.raises(FilterError) as plain:
        matching("width > 1 and zebra > 3", COLUMNS, 3)
    with pytest.raises(FilterError) as caught, as_written("width > 1 and zebra > 3", SAVED) as out:
        matching(out, COLUMNS, 3)
    assert (caught.value.args, caught.value.start, caught.value.end) == (
        plain.value.args,
        plain.value.start,
        plain.value.end,
    )


def test_that_a_selection_tells_which_saved_filter_is_wrong(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((10, 10))) as project:
        run_save_filter(project, FilterSpec("odd", "zebra > 3", tried=False))
        with pytest.raises(FilterError, match="In the saved filter “odd”") as caught:
            run_select(project, SelectSpec(where="width > 0 and @odd", count="2"))
        assert (caught.value.start, caught.value.end) == (14, 18)
        limits = Constraints(protect="width > 0 and @odd")
        with pytest.raises(FilterError, match="In the saved filter “odd”"):
            run_select(project, SelectSpec(constraints=limits, count="2"))
        with pytest.raises(FilterError, match="In the saved filter “odd”"):
            run_list(project, ListSpec(where="@odd"))


def test_that_a_filter_that_is_saved_comes_apart_into_its_parts() -> None:
    assert parts(expanded("@large", SAVED)) == ["width >= 800", "height > 10"]


def test_that_a_short_filter_of_long_ones_is_refused_before_it_is_written_out() -> None:
    with pytest.raises(FilterError, match="longer than"):
        expanded("@long " * 2_000_000, {"long": "x" * 150_000})


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_that_any_name_can_be_written(name: str) -> None:
    assert expanded(f"{saved_text(name)} and a", {name: "width > 1"}) == "(width > 1) and a"


@given(st.lists(st.integers(1, 5000), unique=True, max_size=300))
def test_that_packed_ids_mean_what_a_list_of_them_means(ids: list[int]) -> None:
    everyone = np.arange(1, 3001)
    text = packed("id", pack_ids(np.array(sorted(ids), np.int64)))
    found = matching(text, {"id": Numbers(everyone)}, len(everyone))
    assert np.array_equal(found, np.isin(everyone, ids))
    assert np.array_equal(matching(f"not ({text})", {"id": Numbers(everyone)}, len(everyone)), ~found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id in packed("AAAA")', "damaged"),
        ('id in packed("???")', "damaged"),
        ('weight in packed("eJw=")', "stands behind"),
        ('size in packed("eJw=")', "stands behind"),
        ('id == packed("eJw=")', "stands behind"),
        ('packed("eJw=")', "not understood"),
        ("id in packed(3)", "takes one text"),
    ],
)
def test_that_wrong_packing_gets_one_sentence(text: str, words: str) -> None:
    columns = {"id": Numbers(np.arange(5)), "weight": Numbers(np.arange(5.0)), "size": Numbers(np.arange(5) * 10**9)}
    with pytest.raises(FilterError, match=words):
        matching(text, columns, 5)


def test_that_half_a_million_of_three_million_ids_fit_into_a_filter() -> None:
    rng = np.random.default_rng(0)
    ids = np.flatnonzero(rng.random(3_000_000) < 1 / 6).astype(np.int64)
    everyone = np.arange(3_000_000)
    found = matching(packed("id", pack_ids(ids)), {"id": Numbers(everyone)}, len(everyone))
    assert np.array_equal(np.flatnonzero(found), ids)


def test_that_saving_evaluates_forgets_and_refuses(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((10, 10))) as project:
        saved = run_save_filter(project, FilterSpec(" cats ", "source == cats"))
        assert saved.to_json() == {"filter": "cats", "where": "source == cats", "count": 10}
        inner = run_save_filter(project, FilterSpec("early cats", "@cats and id < 5"))
        assert inner.expression == "(source == cats) and id < 5"
        assert run_list(project, ListSpec("@cats", limit=None)).count == 10
        for name, text, words in (
            ("x", "colour == red", "no column"),
            ("x", "  ", "shows everything"),
            ("x", "id <", "too early"),
            ("x", "@dogs", "No filter is saved"),
        ):
            with pytest.raises(FilterError, match=words):
                run_save_filter(project, FilterSpec(name, text))
        with pytest.raises(LabelError):
            run_save_filter(project, FilterSpec(" ", "id < 5"))
        with pytest.raises(LabelError, match="“cats”, “early cats”"):
            run_save_filter(project, FilterSpec("dogs", None))
        assert run_save_filter(project, FilterSpec("cats", None)).before == "source == cats"
        assert list(project.filters()) == ["early cats"]


def test_that_a_batch_records_what_the_saved_filter_meant_then(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((10, 10))) as project:
        run_save_filter(project, FilterSpec("cats", "source == cats"))
        spec = SelectSpec(count="3", where="@cats", constraints=Constraints(protect="not @cats"))
        result = run_select(project, spec)
        assert result.batch.spec["where"] == "(source == cats)"
        assert result.batch.spec["constraints"]["protect"] == "not (source == cats)"
        plain = SelectSpec(where="id < 4")
        assert spec_written_out(project, plain) is plain
