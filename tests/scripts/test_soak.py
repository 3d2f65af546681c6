"""A short soak of the real window: no fault, no growing memory, no lost decision under random input."""

import json
import shutil
from pathlib import Path

import pytest

from scripts.soak_parts import main

MINUTES = 1.0
LEAST_ACTIONS = 40


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="the soak needs an Xvfb")
def test_that_a_short_soak_finds_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"
    status = main.main(["gui", "--minutes", str(MINUTES), "--images", "300", "--seed", "7", "--json", str(out)])
    told = capsys.readouterr()
    assert status == 0, told.out + told.err
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["faults"] == []
    assert report["actions"] >= LEAST_ACTIONS
    assert report["decisions"] > 0
