"""After a fault, the command line says what to type."""

import re
from pathlib import Path

import pytest

from desktop_al.cli.parser import VERBS, build_parser
from desktop_al.cli.remedies import REMEDIES
from desktop_al.domain.errors import Remedy
from tests.cli.running import Run
from tests.jobs.pictured import make_pictured


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two pictures."""
    with make_pictured(tmp_path, ["a.png", "b.png"]) as made:
        return made.path


def test_that_every_remedy_names_verbs_and_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(REMEDIES) == set(Remedy)
    helps = {}
    for verb in VERBS:
        with pytest.raises(SystemExit):
            build_parser().parse_args([verb.name, "--help"])
        helps[verb.name] = capsys.readouterr().out
    for words in REMEDIES.values():
        asked = re.search(r"desktop-al (\S+)", words)
        options = re.findall(r"--[a-z-]+", words)
        assert asked or options
        texts = [helps[asked[1]]] if asked else list(helps.values())
        assert all(any(option in text for text in texts) for option in options), words


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ("path,label\nb.png\na.png,cat\n", "--partial"),
        ("what,label\na.png,cat\n", "--key-column"),
        ("path,one,two\na.png,cat,dog\n", "--label-column"),
    ],
)
def test_that_labels_that_do_not_fit_name_the_option_that_helps(
    run: Run, project: Path, tmp_path: Path, table: str, hint: str
) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(table, encoding="utf-8")
    ran = run("import-labels", project, file, "--json")
    assert ran.status == 1
    assert hint in ran.err
    assert hint in ran.json["error"]


def test_that_a_file_that_is_there_already_names_the_option_that_replaces_it(
    run: Run, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text("mine", encoding="utf-8")
    assert "allow to replace it. --overwrite" in run("report", project, "--html", tmp_path / "report.html").err
