"""The filter language."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionError
from desktop_al.jobs.where import Columns, matching, project_columns
from desktop_al.store import labels, metadata
from tests.jobs.pools import clusters, make_project


def text(*values: str | None) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


COLUMNS: Columns = {
    "source": text("cats", "cats", "dogs", "dogs"),
    "path": text("a/1.jpg", "night/2.jpg", "a/3.jpg", "b/4.jpg"),
    "label": text("tabby", None, "pug", None),
    "width": np.array([640.0, 800.0, 1024.0, np.nan]),
    "taken at": np.array([2014.0, np.nan, 2016.0, 2020.0]),
}


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("  ", [0, 1, 2, 3]),
        ("source == 'cats'", [0, 1]),
        ('source != "cats"', [2, 3]),
        ("'cats' == source", [0, 1]),
        ("width >= 800", [1, 2]),
        ("800 <= width", [1, 2]),
        ("700 < width < 1000", [1]),
        ("width == None", [3]),
        ("width is not None", [0, 1, 2]),
        ("not width > 700", [0, 3]),
        ("label == None and source == 'dogs'", [3]),
        ("label in ('pug', 'poodle') or width == 800", [1, 2]),
        ("source not in ['dogs']", [0, 1]),
        ("'night' in path", [1]),
        ("'night' not in path and source == 'cats'", [0]),
        ("'a' in label", [0]),
        ('meta["taken at"] > 2015', [2, 3]),
        ("width > -1", [0, 1, 2]),
        ("(source == 'cats' or source == 'dogs') and not (width < 1000)", [2, 3]),
        # What a person types without thinking of quotes.
        ("source == cats", [0, 1]),
        ("label = pug", [2]),
        ("label in (pug, tabby)", [0, 2]),
        ("label is none AND source == dogs", [3]),
        ("label is not none", [0, 2]),
        ("label == null", [1, 3]),
        ("ab in label", [0]),
        ("label contains ab", [0]),
        ("label not contains ab", [1, 2, 3]),
        ("path startswith a/", [0, 2]),
        ("path endswith '4.jpg'", [3]),
        ("not path endswith '4.jpg'", [0, 1, 2]),
        ("path like 'a/?.jpg'", [0, 2]),
        ("path like *.JPG", []),
        ("label not like t*", [1, 2, 3]),
        # Words are looked for in paths and labels, in whatever case, and all of them must be there.
        ("NIGHT", [1]),
        ("pug", [2]),
        ("'pug'", [2]),
        ("jpg A/", [0, 2]),
        ("jpg not night", [0, 2, 3]),
        ("jpg or label == pug", [0, 1, 2, 3]),
        ("night width >= 800", [1]),
    ],
)
def test_that_an_expression_finds_its_rows(expression: str, rows: list[int]) -> None:
    assert np.flatnonzero(matching(expression, COLUMNS, 4)).tolist() == rows


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("colour == 'red'", "no column “colour” \\(character 1\\); the columns are: source"),
        ("wdith > 3", "no column “wdith” \\(character 1\\); did you mean width"),
        ("width > 3 and lable == 'pug'", "no column “lable” \\(character 15\\); did you mean label"),
        ("meta['sky'] > 3", "no column “sky” .*the columns are"),
        ("meta['taken_at'] > 3", 'no column “taken_at” .*did you mean meta\\["taken at"\\]'),
        ("meta[taken] > 3", "in quotes"),
        ("source ==", "ends too early"),
        ("source == 'cats", "quote at character 11 is never closed"),
        ("(source == 'cats'", "bracket at character 1 is never closed"),
        ("source == 'cats')", "“\\)” at character 17 is not understood"),
        ("and width > 3", "“and” at character 1 is not understood"),
        ("width >> 3", "“>” at character 8 is not understood"),
        ("width ! 3", "not understood at character 7"),
        ("width > 'wide'", "is a number and cannot be compared with text"),
        ("source > 3", "is text and cannot be compared with a number"),
        ("3 in 4", "“in” needs a column"),
        ("width < None", "is not compared with none .*write width is none"),
        ("source", "no condition"),
        ("width and source == 'cats'", "“width” at character 1 is a column and no condition"),
        ("meta['taken at']", "no condition"),
        ("1 == 2", "no column"),
        ("source == path", "“path” at character 11 is a column too"),
        ("source == ('cats', 'dogs')", "goes with “in”"),
        ("label in ('pug', ('a'))", "not understood"),
        ("width like '*1'", "cannot be compared with text|holds no text"),
        ("width like 1", "holds no text"),
        ("'a' like source", "no column"),
        ("__import__('os').system('true')", "a filter knows no functions"),
        ("source.upper() == 'CATS'", "a filter knows no functions"),
        ("[x for x in path] == 1", "not understood"),
        ("width > 10**10", "cannot be compared with text"),
        ("source == f'{path}'", "no space before"),
        ("width == b'1'", "no space before"),
        ("source == 'a\x00b'", "not understood"),
        ("not " * 90_000 + "width > 1", "longer than"),
        ("not " * 500 + "width > 1", "nested too deeply"),
        ("(" * 1500 + "width > 1" + ")" * 1500, "nested too deeply"),
        ("width > " + "-" * 3900 + "1", "cannot be compared with text"),
    ],
)
def test_that_a_wrong_expression_gets_one_sentence(expression: str, words: str) -> None:
    with pytest.raises(SelectionError, match=words) as caught:
        matching(expression, COLUMNS, 4)
    assert "\n" not in str(caught.value)


def test_that_the_columns_of_a_project_can_be_named(tmp_path: Path) -> None:
    with make_project(tmp_path / "p.alproject", clusters((3, 3))) as project:
        project.write(lambda db: labels.set_labels(db, [2], ["tabby"], origin="test"))
        project.write(lambda db: metadata.set_metadata(db, "sky", [1, 2], ["blue", "grey"]))
        ids, columns = project_columns(project)

        def found(expression: str) -> list[int]:
            picked: list[int] = ids[matching(expression, columns, len(ids))].tolist()
            return picked

        assert found("source == 'cats'") == [1, 2, 3]
        assert found("label == 'tabby'") == [2]
        assert found("state == 'labelled'") == [2]
        assert found("state == 'unlabelled' and width > 103") == [4, 5, 6]
        assert found("name == '00002.jpg'") == [2]
        assert found("sky == 'blue'") == [1]
        assert found("sky == None") == [3, 4, 5, 6]
