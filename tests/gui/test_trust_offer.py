"""A model file that reaches out of the model: refused, and trusted by the person alone, as that very file."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch  # noqa: TID253 - makes the file that is refused
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_al import settings
from desktop_al.domain.models import ModelTrial
from desktop_al.gui.model_chooser import OWN, ModelChooser
from desktop_al.gui.session import Session
from desktop_al.gui.text import unbroken
from desktop_al.models.quiet import torchscript_unannounced


class Reaching(torch.nn.Module):
    """Means of the channels, with a way to a file that is not taken."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.mean((2, 3))
        if y.dim() > 3:
            torch.save(y, "file")
        return y


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A TorchScript file that could write."""
    path = tmp_path / "own.pt"
    with torchscript_unannounced():
        torch.jit.script(Reaching()).save(str(path))  # type: ignore[no-untyped-call] # torch's
    return path


@pytest.fixture
def chooser(qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch) -> ModelChooser:
    """The chooser, open for a file of one's own; what it tries is not computed."""
    trial = ModelTrial(np.zeros((32, 32, 3), np.uint8), (0.0, 1.0), 3)
    monkeypatch.setattr("desktop_al.jobs.models.try_model", lambda spec, image, ctx: trial)
    opened = ModelChooser(session)
    opened.open()
    opened.which.setCurrentIndex(opened.which.findData(OWN))
    return opened


def look(qtbot: QtBot, chooser: ModelChooser, path: Path) -> None:
    chooser.file.set_path(path)
    qtbot.waitUntil(lambda: chooser.description is not None or chooser.trust.isVisible(), timeout=60_000)


def test_that_a_refused_file_is_trusted_by_the_person_and_then_taken(
    qtbot: QtBot, chooser: ModelChooser, model: Path
) -> None:
    look(qtbot, chooser, model)
    assert chooser.trust.isVisible()
    assert "reaches out of the model" in unbroken(chooser.trust.reason.text())
    assert not chooser.problem.isVisible()
    assert not chooser.act.isEnabled()
    assert "runs with your rights" in chooser.trust.meaning.text()
    assert settings.trusted_models() == ()
    qtbot.mouseClick(chooser.trust.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chooser.description is not None, timeout=60_000)
    assert settings.trusted_models() == (hashlib.sha256(model.read_bytes()).hexdigest(),)
    assert not chooser.trust.isVisible()
    assert not chooser.problem.isVisible()
    assert chooser.act.isEnabled()
    assert chooser.spec().trusted == settings.trusted_models()
    chooser.reject()


def test_that_a_file_that_the_command_line_trusted_is_taken_at_once(
    qtbot: QtBot, chooser: ModelChooser, model: Path
) -> None:
    assert settings.trust_model(model)
    look(qtbot, chooser, model)
    assert chooser.description is not None
    assert not chooser.trust.isVisible()
    chooser.reject()


def test_that_trust_is_for_the_content_and_not_for_what_a_project_brings(
    qtbot: QtBot, chooser: ModelChooser, session: Session, model: Path
) -> None:
    project = session.project
    assert project is not None
    content = hashlib.sha256(model.read_bytes()).hexdigest()
    for folder in (project.path, model.parent):
        (folder / settings.TRUSTED).write_text(f"{content}\n", encoding="ascii")
    settings.trust_model(Path(__file__))
    look(qtbot, chooser, model)
    assert chooser.description is None
    assert chooser.trust.isVisible()
    chooser.reject()


def test_that_trust_that_cannot_be_stored_is_said_so(
    qtbot: QtBot, chooser: ModelChooser, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(qtbot, chooser, model)
    monkeypatch.setattr(settings, "trust_content", lambda content: False)
    chooser.trust.button.click()
    qtbot.waitUntil(lambda: "could not be stored" in chooser.problem.text(), timeout=60_000)
    assert chooser.description is None
    assert not chooser.trust.isVisible()
    chooser.reject()


def test_that_a_file_that_was_exchanged_after_it_was_refused_is_not_trusted(
    qtbot: QtBot, chooser: ModelChooser, model: Path
) -> None:
    look(qtbot, chooser, model)
    content = bytearray(model.read_bytes())
    # The comment of the archive: another file that loads all the same.
    content[-2:] = b"\x01\x00"
    model.write_bytes(bytes(content) + b"!")
    chooser.trust.button.click()
    qtbot.waitUntil(chooser.trust.isVisible, timeout=60_000)
    assert "exchanged after it was refused" in unbroken(chooser.problem.text())
    assert settings.trusted_models() == ()
    assert chooser.description is None
    # The new one was looked at, and can be trusted as what it is now.
    chooser.trust.button.click()
    qtbot.waitUntil(lambda: chooser.description is not None, timeout=60_000)
    assert settings.trusted_models() == (hashlib.sha256(model.read_bytes()).hexdigest(),)
    assert not chooser.problem.isVisible()
    chooser.reject()
