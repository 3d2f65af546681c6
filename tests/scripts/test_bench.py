"""The benchmark runs, at sizes that say nothing about speed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.bench_parts import main

TINY = {
    "scan": {"n_files": 600},
    "embedding": {"n_images": 8},
    "map_frame": {"n": 2_000},
    "projection": {"n": 200},
    "selection": {"n": 200, "k": 10},
    "learning_curves": {"n": 120, "rounds": 2, "seeds": 1, "pools": 1},
    "launch": {"repeats": 1},
    "memory": {"n_images": 24},
}


@pytest.mark.parametrize("part", sorted(TINY))
def test_that_a_part_measures_positive_figures(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(main.PARTS, part, replace(main.PARTS[part], quick=TINY[part]))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    figures = tmp_path / "figures.json"
    assert main.main([part, "--quick", "--json", str(figures)]) == 0
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert list(found) == [part]
    assert found[part]
    assert all(value > 0 for value in found[part].values() if isinstance(value, int | float))
    assert part in capsys.readouterr().out


def test_that_every_part_has_a_smoke_test() -> None:
    assert TINY.keys() == main.PARTS.keys()


def test_that_an_unknown_part_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main.main(["speed"])
    assert stop.value.code == 2
    assert "no part called speed" in capsys.readouterr().err
