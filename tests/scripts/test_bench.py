"""The benchmark runs, at sizes that say nothing about speed."""

import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scripts.bench_parts import main, projection
from scripts.bench_parts.gui_figures import TARGETS, Figure
from scripts.bench_parts.selection_disk import beside_peers, selections, size
from scripts.bench_parts.selection_pool import write_pool

TINY = {
    "scan": {"n_files": 600},
    "embedding": {"n_images": 8},
    "map_frame": {"n": 2_000},
    "projection": {"n": 200},
    "selection_speed": {"n": 200, "k": 10, "largest": 400},
    "veto": {"n": 300, "k": 20},
    "budget": {"n": 40, "pools": 2},
    "learning_curves": {"n": 120, "rounds": 2, "seeds": 1, "pools": 1},
    "insights": {"n": 300, "n_labels": 60},
    "gui": {"largest": 2_000, "repeats": 2},
    "launch": {"repeats": 1},
    "memory": {"n_images": 24},
}


# Of other sizes these go by other names.
AT_A_MILLION = {"lasso of 300,000", "decide on 100,000", "undo of 100,000 decisions"}


@pytest.mark.parametrize("part", sorted(TINY))
def test_that_a_part_measures_positive_figures(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if part == "gui" and shutil.which("Xvfb") is None:
        pytest.skip("the window is measured on an Xvfb, and there is none")
    monkeypatch.setitem(main.PARTS, part, replace(main.PARTS[part], quick=TINY[part]))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    # It compiles for half a minute; tests/numerics/test_umap.py lets it draw.
    monkeypatch.setattr(projection, "umap_learn", lambda data: data[:, :2])
    figures = tmp_path / "figures.json"
    assert main.main([part, "--quick", "--json", str(figures)]) == 0
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert list(found) == [part]
    assert found[part]
    assert all(value > 0 for value in found[part].values() if isinstance(value, int | float))
    assert part in capsys.readouterr().out
    if part == "gui":
        assert TARGETS.keys() - AT_A_MILLION <= {figure["name"] for figure in found[part]["figures"]}


def test_that_every_part_has_a_smoke_test() -> None:
    assert TINY.keys() == main.PARTS.keys()


def test_that_selection_stands_for_learning_curves_and_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "run_part", lambda name, _given: {"ran": float(len(name))})
    figures = tmp_path / "figures.json"
    assert main.main(["selection", "--quick", "--json", str(figures)]) == 0
    assert list(json.loads(figures.read_text(encoding="utf-8"))) == ["learning_curves", "selection_speed"]


def test_that_an_unknown_part_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main.main(["speed"])
    assert stop.value.code == 2
    assert "no part called speed" in capsys.readouterr().err


def test_that_a_selection_is_split_by_stage_and_held_against_the_dense_solver(tmp_path: Path) -> None:
    found = selections(((600, 12),), dim=160)
    assert found["coverage_12_of_600_stages"]["Selecting"] > 0
    assert (
        0
        < found["coverage_12_of_600_random"]
        < found["coverage_12_of_600_coverage"]
        <= found["coverage_12_of_600_certificate"]
    )
    assert 0.9 < found["coverage_12_of_600_graph_over_dense_value"] <= 1.001
    assert found["coverage_12_of_600_peak_mib"] is None or found["coverage_12_of_600_peak_mib"] > 10


def test_that_a_peer_that_is_not_there_is_said_to_be_missing() -> None:
    found = beside_peers(100, 5, sys.executable, dim=16)
    assert found["apricot_note"] == found["submodlib_note"] == f"not installed for {sys.executable}"
    assert "apricot_s" not in found


def test_that_a_size_is_samples_and_picks() -> None:
    assert size("100:10") == (100, 10)
    for wrong in ("100", "10:100", "a:b", "10:0"):
        with pytest.raises(ValueError, match=re.escape(wrong) + "|unpack|literal"):
            size(wrong)


def test_that_a_pool_on_disk_holds_unit_vectors_and_is_the_same_for_a_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_pool(tmp_path / f"{name}.npy", 300, 64)
    one, two = (np.load(tmp_path / f"{name}.npy") for name in ("one", "two"))
    assert np.array_equal(one, two)
    assert np.linalg.norm(one, axis=1) == pytest.approx(1, abs=1e-5)


def test_that_a_figure_is_judged_by_its_targets_up_to_a_million() -> None:
    good, bad = Figure.of("pan frame", 1000, [8.0] * 100), Figure.of("pan frame", 1000, [8.0] * 90 + [40.0] * 10)
    assert [met for _, met in good.judged()] == [True, True]
    assert [met for _, met in bad.judged()] == [False, False]
    assert "MISSED" in bad.line()
    assert Figure.of("pan frame", 3_000_000, [90.0]).judged() == []
    assert {target["statistic"] for target in bad.to_json()["targets"]} == {"p95", "p99"}
