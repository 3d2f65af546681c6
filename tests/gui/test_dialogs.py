"""Export, import, the model chooser and the list of unusable files: what they ask for, and what they say."""

import csv
import threading
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError
from desktop_al.domain.models import NORMALISATIONS, ModelDescription, ModelTrial, OutputInfo, TensorInfo
from desktop_al.domain.records import Decision, SampleStatus
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec, SelectSpec
from desktop_al.gui import operations
from desktop_al.gui.about import show_about
from desktop_al.gui.commands import Commands
from desktop_al.gui.export_dialog import ExportDialog
from desktop_al.gui.import_dialog import ImportDialog
from desktop_al.gui.model_chooser import OWN, ModelChooser
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.gui.report_dialog import ReportDialog
from desktop_al.gui.session import Session
from desktop_al.gui.sheet import shown_sheet
from desktop_al.gui.unreadable_dialog import UnreadableDialog
from desktop_al.jobs.runner import TRANSFER
from desktop_al.jobs.select import run_select
from desktop_al.store import batch_state
from desktop_al.store.project import Project
from tests.gui.pools import sample_table
from tests.gui.projects import settle

D = TypeVar("D", ExportDialog, ReportDialog)


def opened(qtbot: QtBot, session: Session, kind: type[D]) -> D:
    dialog = kind(session)
    dialog.open()
    settle(qtbot, session)
    return dialog


def test_that_export_writes_the_accepted_picks(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    settle(qtbot, session)
    dialog = opened(qtbot, session, ExportDialog)
    assert dialog.accepted_only.isChecked()
    assert dialog.accepted_only.text() == "The 3 accepted"
    assert dialog.to.path == tmp_path / "review batch 1.csv"
    with qtbot.waitSignal(dialog.exported):
        dialog.act.click()
    with (tmp_path / "review batch 1.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3


def test_that_without_an_accepted_pick_nothing_is_chosen_for_the_user(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, session, ExportDialog)
    assert not dialog.accepted_only.isEnabled()
    assert not dialog.act.isEnabled()
    assert dialog.problem.text().startswith("No pick is accepted yet")
    dialog.everything.click()
    assert dialog.act.isEnabled()
    assert dialog.spec().everything
    dialog.reject()


def test_that_the_sheet_stays_about_its_batch_when_another_one_comes(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    dialog = opened(qtbot, session, ExportDialog)
    assert session.project is not None
    run_select(session.project, SelectSpec(count="5"))
    session.refresh()
    settle(qtbot, session)
    assert session.pool.batch is not None
    assert session.pool.batch.number == 2
    assert dialog.isVisible()
    assert dialog.accepted_only.text() == "The 3 accepted"
    assert dialog.problem.text() == "Another batch is shown by now; this is still about batch 1."
    with qtbot.waitSignal(dialog.exported):
        dialog.act.click()
    with (tmp_path / "review batch 1.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3


def test_that_the_sheet_goes_with_its_batch(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    made = run_select(session.project, SelectSpec(count="5"))
    session.refresh()
    settle(qtbot, session)
    dialog = opened(qtbot, session, ExportDialog)
    with qtbot.waitSignal(dialog.finished):
        session.project.write(lambda db: batch_state.swap(db, made.batch.number, None))
        session.refresh()


def test_that_nothing_is_replaced_without_being_asked(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    (tmp_path / "review batch 1.csv").write_text("mine", encoding="utf-8")
    dialog = opened(qtbot, session, ExportDialog)
    assert dialog.replace.isVisible()
    assert not dialog.act.isEnabled()
    dialog.replace.click()
    assert dialog.spec().overwrite
    assert dialog.act.isEnabled()
    dialog.reject()
    assert (tmp_path / "review batch 1.csv").read_text(encoding="utf-8") == "mine"


def test_that_the_ending_follows_the_format_and_images_can_be_linked(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, session, ExportDialog)
    names = [dialog.format.itemText(index) for index in range(dialog.format.count())]
    assert {"csv", "json", "jsonl", "paths", "imagefolder"} <= set(names)
    dialog.format.setCurrentText("jsonl")
    assert dialog.to.path is not None
    assert dialog.to.path.suffix == ".jsonl"
    assert not dialog.files.isVisible()
    dialog.format.setCurrentText("imagefolder")
    assert dialog.to.path.suffix == ""
    assert dialog.files.isVisible()
    dialog.files.setCurrentIndex(1)
    assert dialog.spec().files == "link"
    settle(qtbot, session)
    dialog.reject()


def test_that_a_refused_export_stays_open_and_says_why(qtbot: QtBot, session: Session) -> None:
    session.decide(session.pool.pick_order[:1], Decision.ACCEPTED)
    dialog = opened(qtbot, session, ExportDialog)
    dialog.to.set_path(session.pool.path(0).parent / "batch.csv")
    settle(qtbot, session)
    dialog.act.click()
    settle(qtbot, session)
    assert dialog.isVisible()
    assert "never written" in dialog.problem.text()
    dialog.reject()


def test_that_an_export_whose_sheet_is_left_is_told_all_the_same(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    settle(qtbot, session)
    dialog = opened(qtbot, session, ExportDialog)
    gone: list[bool] = []
    dialog.destroyed.connect(lambda *_: gone.append(True))
    dialog.act.click()
    with qtbot.waitSignal(dialog.exported):
        dialog.reject()
        assert not dialog.isVisible()
    qtbot.waitUntil(lambda: bool(gone))
    assert (tmp_path / "review batch 1.csv").exists()


def test_that_a_sheet_goes_with_its_project_though_it_writes(qtbot: QtBot, session: Session) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    settle(qtbot, session)
    dialog = opened(qtbot, session, ExportDialog)
    gone: list[bool] = []
    dialog.destroyed.connect(lambda *_: gone.append(True))
    dialog.act.click()
    dialog.reject()
    with qtbot.waitSignal(session.closed):
        session.close()
    qtbot.waitUntil(lambda: bool(gone))


def test_that_the_report_is_saved_as_a_web_page(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = opened(qtbot, session, ReportDialog)
    assert dialog.to.path == tmp_path / "review report.html"
    assert not dialog.to.replace.isVisible()
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.act.click()
    assert saved.args == [tmp_path / "review report.html"]
    assert "<h1>review</h1>" in (tmp_path / "review report.html").read_text(encoding="utf-8")


def test_that_a_report_is_replaced_only_where_that_is_asked_for(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "review report.html"
    file.write_text("mine", encoding="utf-8")
    dialog = opened(qtbot, session, ReportDialog)
    assert not dialog.act.isEnabled()
    assert dialog.problem.text().startswith("There is something at this place already")
    dialog.to.replace.click()
    with qtbot.waitSignal(dialog.saved):
        dialog.act.click()
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_that_a_report_among_the_images_is_refused(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, session, ReportDialog)
    dialog.to.set_path(session.pool.path(0).parent / "report.html")
    settle(qtbot, session)
    dialog.act.click()
    settle(qtbot, session)
    assert dialog.isVisible()
    assert "never written" in dialog.problem.text()
    assert dialog.act.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("kind", ["report", "import"])
@pytest.mark.parametrize("left", [False, True])
def test_that_a_sheet_whose_job_is_cancelled_can_ask_for_it_again_or_goes_where_it_was_left(
    qtbot: QtBot, session: Session, tmp_path: Path, kind: str, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = threading.Event()

    def run(project: Project, ctx: Context) -> Path:
        assert cancelled.wait(30)
        ctx.check()
        raise AssertionError

    for name in ("save_report", "import_labels"):
        monkeypatch.setattr(operations, name, lambda *_: operations.Operation("Held", run, TRANSFER))
    labels = write_labels(session, tmp_path / "labels.csv", [(session.pool.path(0).name, "cat")])
    dialog = opened(qtbot, session, ReportDialog) if kind == "report" else open_import(qtbot, session, labels)
    gone: list[bool] = []
    dialog.destroyed.connect(lambda *_: gone.append(True))
    dialog.act.click()
    assert not dialog.act.isEnabled()
    if left:
        dialog.reject()
    (job,) = session.bridge.listed_jobs()
    job.ctx.cancel()
    cancelled.set()
    settle(qtbot, session)
    if left:
        qtbot.waitUntil(lambda: bool(gone))
    else:
        assert dialog.act.isEnabled()
        dialog.reject()


def test_that_the_window_tells_where_the_report_is_and_opens_it(
    qtbot: QtBot, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    commands.save_report()
    sheet = shown_sheet(commands.window)
    assert isinstance(sheet, ReportDialog)
    settle(qtbot, commands.session)
    with qtbot.waitSignal(sheet.finished):
        sheet.act.click()
    assert commands.messages.sentence.startswith("The report was written to")
    commands.messages._act.click()
    assert opened == [str(tmp_path / "review report.html")]


def write_labels(session: Session, path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("\n".join(["image,label", *(f"{name},{label}" for name, label in rows)]), encoding="utf-8")
    return path


def open_import(qtbot: QtBot, session: Session, path: Path) -> ImportDialog:
    dialog = ImportDialog(session, path)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.preview is not None or bool(dialog.problem.text()), timeout=10_000)
    return dialog


def test_that_an_import_is_counted_before_it_is_made(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    names = [session.pool.path(row).name for row in range(6)]
    rows = [*((name, "cat") for name in names), ("stranger.png", "dog")]
    dialog = open_import(qtbot, session, write_labels(session, tmp_path / "labels.csv", rows))
    assert dialog.counts.text() == "6 matched · 1 unmatched · 0 conflicting · 1 class"
    assert "stranger.png" in dialog.problems.toPlainText()
    assert dialog.act.text() == "Import 6 labels"
    assert session.project is not None
    assert session.project.counts().labelled == 0
    with qtbot.waitSignal(dialog.imported):
        dialog.act.click()
    settle(qtbot, session)
    assert session.pool.counts.labelled == 6


def test_that_an_import_whose_sheet_is_left_is_told_all_the_same(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    name = session.pool.path(0).name
    dialog = open_import(qtbot, session, write_labels(session, tmp_path / "labels.csv", [(name, "cat")]))
    dialog.imported.connect(lambda result, spec: session.record_import(result))
    gone: list[bool] = []
    dialog.destroyed.connect(lambda *_: gone.append(True))
    dialog.act.click()
    with qtbot.waitSignal(dialog.imported):
        dialog.reject()
    qtbot.waitUntil(lambda: bool(gone))
    assert session.undo_stack.undoText() == "Import 1 label"


def test_that_the_dialog_grows_with_what_it_has_to_say(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    rows = [(session.pool.path(0).name, "cat"), *((f"stranger {i}.png", "dog") for i in range(30))]
    dialog = ImportDialog(session, None)
    dialog.open()
    qtbot.waitExposed(dialog)
    before, line = dialog.height(), dialog.skip.height()
    dialog.file.set_path(write_labels(session, tmp_path / "labels.csv", rows))
    qtbot.waitUntil(lambda: dialog.problems.isVisible() and dialog.height() > before + 120, timeout=10_000)
    assert dialog.skip.height() == line
    dialog.reject()


def test_that_conflicting_rows_wait_for_a_decision(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    name, other = session.pool.path(0).name, session.pool.path(1).name
    rows = [(name, "cat"), (name, "dog"), (other, "cat")]
    dialog = open_import(qtbot, session, write_labels(session, tmp_path / "labels.csv", rows))
    assert "2 conflicting" in dialog.counts.text()
    assert not dialog.act.isEnabled()
    dialog.partial.click()
    assert dialog.act.isEnabled()
    with qtbot.waitSignal(dialog.imported):
        dialog.act.click()
    settle(qtbot, session)
    assert session.pool.counts.labelled == 1


def write_senders(session: Session, path: Path, label: str = "") -> Path:
    rows = [f"{session.pool.path(row).name},{row % 3},{label}yes" for row in range(6)]
    path.write_text("\n".join(["image,sender," + ("label," if label else "") + "kids", *rows]), encoding="utf-8")
    return path


def choose(qtbot: QtBot, dialog: ImportDialog, place: int) -> None:
    dialog.label.setCurrentIndex(place)
    dialog.label.activated.emit(place)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=10_000)


def test_that_metadata_are_imported_before_there_is_a_label_and_undo_takes_them_back(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = open_import(qtbot, session, write_senders(session, tmp_path / "senders.csv"))
    assert "no column called label" in dialog.problem.text()
    assert [dialog.label.itemText(place) for place in range(dialog.label.count())][2:] == ["sender", "kids"]
    choose(qtbot, dialog, 1)
    assert dialog.counts.text() == "6 matched · 0 unmatched · 0 conflicting · 6 images get metadata: sender, kids"
    assert dialog.act.text() == "Import metadata of 6 images"
    assert not dialog.skip.isEnabled()
    assert not dialog.problem.text()
    dialog.imported.connect(lambda result, spec: session.record_import(result))
    with qtbot.waitSignal(dialog.imported):
        dialog.act.click()
    settle(qtbot, session)
    assert session.pool.counts.labelled == 0
    assert {"sender", "kids"} <= set(session.pool.metadata_names)
    assert session.undo_stack.undoText() == "Import the metadata of 6 images"
    session.undo_stack.undo()
    settle(qtbot, session)
    assert not {"sender", "kids"} & set(session.pool.metadata_names)
    session.undo_stack.redo()
    settle(qtbot, session)
    assert {"sender", "kids"} <= set(session.pool.metadata_names)


def test_that_an_empty_column_of_labels_lets_the_metadata_come(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = open_import(qtbot, session, write_senders(session, tmp_path / "senders.csv", label=","))
    assert "6 without a label · 0 classes · 6 images get metadata: sender, kids" in dialog.counts.text()
    assert dialog.act.isEnabled()
    assert dialog.act.text() == "Import metadata of 6 images"
    dialog.reject()


def test_that_another_column_can_hold_the_label_and_one_of_the_program_is_told(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(
        f"image,width,kind\n{session.pool.path(0).name},3,cat\n{session.pool.path(1).name},4,dog\n", encoding="utf-8"
    )
    dialog = open_import(qtbot, session, tmp_path / "t.csv")
    choose(qtbot, dialog, 3)
    assert dialog.spec().label_column == "kind"
    assert dialog.counts.text() == "2 matched · 0 unmatched · 0 conflicting · 2 classes · 2 images get metadata: width"
    assert "rename it to filter by it" in dialog.problem.text()
    assert dialog.act.text() == "Import 2 labels"
    # Another file has other columns.
    dialog.file.set_path(write_senders(session, tmp_path / "senders.csv"))
    qtbot.waitUntil(lambda: dialog.label.count() == 4 and dialog.label.currentIndex() == 0, timeout=10_000)
    dialog.reject()


def test_that_a_file_that_is_no_label_file_is_explained(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"\x00\x01\x02")
    dialog = open_import(qtbot, session, tmp_path / "labels.csv")
    assert dialog.problem.text()
    assert not dialog.act.isEnabled()
    dialog.reject()


DESCRIPTION = ModelDescription(
    path="/models/own.onnx",
    name="own.onnx",
    kind="onnx",
    content_hash="0" * 16,
    bytes=12_300_000,
    inputs=(TensorInfo("images", (-1, 3, 160, 160), "float32"),),
    outputs=(
        OutputInfo(TensorInfo("features", (-1, 512), "float32"), "embedding", 512),
        OutputInfo(TensorInfo("boxes", (-1, -1, 4), "float32"), "unusable", 0),
    ),
    size=160,
    size_fixed=True,
    batch=0,
    layout="NCHW",
    normalisation=NORMALISATIONS["0 to 1"],
    normalisation_known=False,
    features=0,
)


def test_that_the_chooser_shows_a_file_and_what_it_makes_of_an_image(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[EmbedSpec] = []

    def try_model(spec: EmbedSpec, image: Path, ctx: object) -> ModelTrial:
        tried.append(spec)
        assert image.exists()
        return ModelTrial(np.zeros((160, 160, 3), np.uint8), (0.0, 1.0), 512)

    monkeypatch.setattr("desktop_al.jobs.models.describe_model", lambda path, ctx, trusted: DESCRIPTION)
    monkeypatch.setattr("desktop_al.jobs.models.try_model", try_model)
    chooser = ModelChooser(session)
    chooser.open()
    chooser.which.setCurrentIndex(chooser.which.findData(OWN))
    assert not chooser.act.isEnabled()
    chooser.file.set_path(Path("/models/own.onnx"))
    qtbot.waitUntil(lambda: chooser.trial is not None, timeout=10_000)
    assert [chooser.output.itemData(index) for index in range(chooser.output.count())] == ["features"]
    assert chooser.side.value() == 160
    assert not chooser.side.isEnabled()
    assert chooser.norm.currentText() == "0 to 1"
    chooser.norm.setCurrentText("ImageNet mean and std")
    qtbot.waitUntil(lambda: chooser.trial is not None, timeout=10_000)
    assert tried[-1].normalisation == NORMALISATIONS["ImageNet mean and std"]
    with qtbot.waitSignal(chooser.embed_requested) as asked:
        chooser.act.click()
    assert asked.args is not None
    assert asked.args[0] == EmbedSpec(
        "/models/own.onnx", output="features", size=160, normalisation=NORMALISATIONS["ImageNet mean and std"]
    )


def test_that_a_file_that_is_no_model_is_explained(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def describe(path: Path, ctx: object, trusted: object) -> ModelDescription:
        raise ModelError(say("“notes.txt” is no model; choose a TorchScript or ONNX file."))

    monkeypatch.setattr("desktop_al.jobs.models.describe_model", describe)
    chooser = ModelChooser(session)
    chooser.open()
    chooser.which.setCurrentIndex(chooser.which.findData(OWN))
    chooser.file.set_path(Path("/notes.txt"))
    qtbot.waitUntil(lambda: bool(chooser.problem.text()), timeout=10_000)
    assert not chooser.act.isEnabled()
    chooser.reject()


def test_that_a_model_of_the_project_is_offered_and_not_twice_in_use(qtbot: QtBot, session: Session) -> None:
    chooser = ModelChooser(session)
    chooser.open()
    assert chooser.which.currentText() == "In this project: Made up (in use)"
    assert not chooser.act.isEnabled()
    chooser.reject()


def test_that_unusable_files_are_listed_with_their_reason(qtbot: QtBot, qapp: QApplication) -> None:
    pool = Pool()
    table = sample_table(Path("/photos"), ["a.png", "b\n\udcff.png", "c.png"])
    table.status[:] = [SampleStatus.PRESENT, SampleStatus.UNREADABLE, SampleStatus.MISSING]
    table.reasons[1] = "The file is truncated."  # type: ignore[index]
    pool.load(PoolPatch(samples=table))
    dialog = UnreadableDialog(pool)
    dialog.open()
    assert dialog.items.rowCount() == 2
    shown = [dialog.items.index(row, 0) for row in range(2)]
    assert [index.data() for index in shown] == ["b ?.png", "c.png"]
    assert shown[1].data(Qt.ItemDataRole.ToolTipRole) == "/photos/c.png"
    assert dialog.items.text(0, 1) == "The file is truncated."
    assert dialog.items.text(1, 1).startswith("The file is no longer there")
    dialog.act.click()
    copied = list(csv.reader(qapp.clipboard().text().splitlines()))
    assert copied[1] == ["/photos/b ?.png", "The file is truncated."]
    dialog.reject()


@pytest.fixture
def room(qtbot: QtBot) -> QMainWindow:
    """A window with one field, which has the keys."""
    room = QMainWindow()
    qtbot.addWidget(room)
    field = QLineEdit()
    room.setCentralWidget(field)
    room.resize(900, 700)
    with qtbot.waitActive(room):
        room.show()
        room.activateWindow()
    field.setFocus()
    return room


def test_that_a_sheet_lies_inside_the_window_and_blocks_nothing(
    qtbot: QtBot, room: QMainWindow, session: Session
) -> None:
    sheet = ExportDialog(session, room)
    sheet.open()
    assert QApplication.activeModalWidget() is None
    assert not sheet.isWindow()
    assert shown_sheet(room) is sheet
    assert room.rect().contains(sheet.geometry())
    here = QApplication.focusWidget()
    assert here is not None
    assert sheet.isAncestorOf(here)
    room.resize(700, 500)
    qtbot.waitUntil(lambda: room.rect().contains(sheet.geometry()))
    sheet.reject()


def test_that_escape_leaves_a_sheet_and_gives_the_keys_back(qtbot: QtBot, room: QMainWindow, session: Session) -> None:
    sheet = ImportDialog(session, None, room)
    sheet.open()
    with qtbot.waitSignal(sheet.finished):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert shown_sheet(room) is None
    assert QApplication.focusWidget() is room.centralWidget()


def test_that_keys_of_a_sheet_are_not_keys_of_the_window(qtbot: QtBot, room: QMainWindow, session: Session) -> None:
    pressed: list[str] = []
    QShortcut(QKeySequence("Esc"), room, lambda: pressed.append("Esc"))
    sheet = ModelChooser(session, room)
    sheet.open()
    with qtbot.waitSignal(sheet.finished):
        qtbot.keyClick(sheet.which, Qt.Key.Key_Escape)
    assert pressed == []


def test_that_another_sheet_takes_the_place_of_one(qtbot: QtBot, room: QMainWindow, session: Session) -> None:
    first = ImportDialog(session, None, room)
    first.open()
    second = ModelChooser(session, room)
    with qtbot.waitSignal(first.finished):
        second.open()
    assert shown_sheet(room) is second
    second.reject()
    assert QApplication.focusWidget() is room.centralWidget()


def test_that_a_sheet_goes_with_its_project(qtbot: QtBot, room: QMainWindow, session: Session) -> None:
    ImportDialog(session, None, room).open()
    session.leaving.emit()
    assert shown_sheet(room) is None


def test_that_the_counts_of_an_export_follow_what_is_decided_meanwhile(qtbot: QtBot, session: Session) -> None:
    session.decide(session.pool.pick_order[:3], Decision.ACCEPTED)
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=10_000)
    sheet = opened(qtbot, session, ExportDialog)
    sheet.everything.click()
    session.decide(session.pool.pick_order[3:4], Decision.ACCEPTED)
    assert sheet.accepted_only.text() == "The 4 accepted"
    assert sheet.everything.isChecked()
    sheet.reject()
    qtbot.waitUntil(lambda: not session.bridge.busy, timeout=10_000)


def test_that_a_fault_and_its_cause_can_be_copied(qtbot: QtBot, qapp: QApplication, session: Session) -> None:
    sheet = opened(qtbot, session, ExportDialog)
    error = ModelError(say("The disk is full; make room."))
    error.__cause__ = OSError("no space left")
    sheet.show_fault(error)
    assert sheet.details.isVisible()
    sheet.copy_problem.click()
    assert qapp.clipboard().text() == "The disk is full; make room.\n\nno space left"
    sheet.show_problem("")
    assert not sheet.copy_problem.isVisible()
    sheet.reject()


def test_that_letters_written_in_a_sheet_decide_nothing(qtbot: QtBot, room: QMainWindow, session: Session) -> None:
    pressed: list[str] = []
    for keys in ("P", "Shift+N", "Ctrl+E"):
        QShortcut(QKeySequence(keys), room, lambda keys=keys: pressed.append(keys))
    sheet = ModelChooser(session, room)
    sheet.open()
    qtbot.keyClick(sheet.which, Qt.Key.Key_P)
    qtbot.keyClick(sheet.which, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert pressed == []
    qtbot.keyClick(sheet.which, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["Ctrl+E"]
    sheet.reject()


def test_that_an_export_sheet_that_is_gone_hears_of_no_job(qtbot: QtBot, session: Session) -> None:
    sheet = ExportDialog(session)
    assert session.bridge.busy
    delete(sheet)
    qtbot.waitUntil(lambda: not session.bridge.busy)


def test_that_about_lies_in_the_window_and_copies_what_a_report_needs(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1024, 640)
    window.show()
    show_about(window)
    sheet = shown_sheet(window)
    assert sheet is not None
    assert QApplication.activeModalWidget() is None
    assert window.rect().contains(sheet.geometry())
    sheet.act.click()
    assert QApplication.clipboard().text().startswith("Desktop AL ")
    sheet.reject()
    assert shown_sheet(window) is None
