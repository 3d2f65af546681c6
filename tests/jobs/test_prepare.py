"""What set-up does once."""

from pathlib import Path

import pytest

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError
from desktop_al.domain.places import cache_folder
from desktop_al.domain.specs import EmbedSpec
from desktop_al.jobs.prepare import run_prepare


def test_that_preparing_leaves_a_converted_model_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    stages: list[str] = []
    assert run_prepare(EmbedSpec(device="cpu"), Context(lambda report: stages.append(report.stage))) > 0
    assert any((entry / "model.bin").is_file() for entry in (cache_folder() / "models").iterdir())
    assert list(tmp_path.glob("desktop-al-*")) == []
    assert stages[0] == "Loading the model"


def test_that_a_model_that_cannot_be_used_stops_the_preparing(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        run_prepare(EmbedSpec(model=str(tmp_path / "absent.onnx")), Context())
