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
    ],
)
def test_that_an_expression_finds_its_rows(expression: str, rows: list[int]) -> None:
    assert np.flatnonzero(matching(expression, COLUMNS, 4)).tolist() == rows


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("colour == 'red'", "no column “colour”; the columns are: source"),
        ("source = 'cats'", "not understood"),
        ("source ==", "not understood"),
        ("width > 'wide'", "is a number and cannot be compared with text"),
        ("source > 3", "is text and cannot be compared with a number"),
        ("3 in source", "“in” needs a column"),
        ("width < None", "cannot be larger or smaller"),
        ("source", "no condition"),
        ("'cats'", "no condition"),
        ("1 == 2", "no column"),
        ("source == path", "no number and no quoted text"),
        ("__import__('os').system('true')", "no condition"),
        ("source.upper() == 'CATS'", "no column"),
        ("[x for x in path] == 1", "no column"),
        ("width > 10**10", "no number"),
        ("source == f'{path}'", "no number and no quoted text"),
        ("width == b'1'", "no number and no quoted text"),
        ("source == 'a\x00b'", "not understood"),
        ("not " * 5000 + "width > 1", "longer than"),
        ("(" * 1500 + "width > 1" + ")" * 1500, "not understood|nested too deeply"),
        ("width > " + "-" * 3900 + "1", "nested too deeply|no number"),
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
