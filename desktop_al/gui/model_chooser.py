"""Choose the model: built in, already in the project, or a file of one's own, tried on a real image of the pool."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.errors import ModelError, WorldError
from desktop_al.domain.models import NORMALISATIONS, ModelDescription, ModelTrial, TensorInfo
from desktop_al.domain.records import SampleStatus
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec
from desktop_al.domain.text import shown
from desktop_al.gui.choosing import TypedChoice
from desktop_al.gui.eliding import ElidedChoice
from desktop_al.gui.i18n import later, tr
from desktop_al.gui.model_trial import TrialBox
from desktop_al.gui.path_field import PathField
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session
from desktop_al.gui.sheet import Sheet
from desktop_al.gui.text import readable
from desktop_al.gui.theme import LARGE, SMALL
from desktop_al.gui.trust_offer import TrustOffer

FILES = later("Models (*.onnx *.pt *.pth *.ts *.torchscript);;All files (*)")
BUILT_IN = {
    "builtin": later("Built in: EfficientNet-Lite0, fast"),
    "builtin-lite2": later("Built in: EfficientNet-Lite2, slower, somewhat better"),
}
OWN = "own"
ROLES = {"auto": later("Found by itself"), "embedding": later("Embedding"), "logits": later("Logits (class scores)")}
PAUSE_MS = 300


def tensor_text(tensor: TensorInfo) -> str:
    """Write a tensor as name, shape and type; free dimensions as n."""
    shape = " × ".join("n" if size < 0 else f"{size:,}" for size in tensor.shape)
    return f"{readable(tensor.name)}   {shape}   {tensor.dtype}"


class ModelChooser(Sheet):
    """Chooses how to embed.

    Signals: ``embed_requested(EmbedSpec)``; ``switch_requested(key)`` for a model that the project holds already.
    """

    embed_requested = Signal(object)
    switch_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Choose the model"), tr("Embed with this model"), parent)
        self._session = session
        self.description: ModelDescription | None = None
        self.trial: ModelTrial | None = None
        self._filling = False
        self._beside = ""
        self.which, self.file = ElidedChoice(self), PathField(tr("Model file"), self._browse, self)
        self.output, self.role = ElidedChoice(self), TypedChoice(self)
        self.side, self.norm = QSpinBox(self), TypedChoice(self)
        self._facts, self._notes = QLabel(self), QLabel(self)
        self.trust, self._trial = TrustOffer(self), TrialBox(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._build()
        self._connect()
        self._on_which()
        session.leaving.connect(self.reject)
        # What the list says of the models of the project is no longer so.
        session.model_changed.connect(self.reject)

    def _build(self) -> None:
        active = self._session.active_model()
        for name, text in BUILT_IN.items():
            self.which.addItem(tr(text), name)
        for model in self._session.models:
            used, unused = later("In this project: {name} (in use)"), later("In this project: {name}")
            self.which.addItem(tr(used if model.active else unused, name=readable(model.name)), model)
        self.which.addItem(tr("A file of your own: TorchScript or ONNX…"), OWN)
        if active is not None:
            self.which.setCurrentIndex(len(BUILT_IN) + self._session.models.index(active))
        self.which.setAccessibleName(tr("Model"))
        self.side.setRange(16, 2048)
        self.side.setSuffix(tr(" px"))
        self.norm.addItems(list(NORMALISATIONS))
        for role, text in ROLES.items():
            self.role.addItem(tr(text), role)
        self.column.addWidget(self.which)
        self.column.addWidget(self._own_box())
        self.column.addWidget(self.trust)
        self.column.addWidget(self._trial)
        self.column.addStretch(1)
        self.finish_layout()
        self.heading.setMinimumWidth(580)

    def _own_box(self) -> QWidget:
        self._own = QWidget(self)
        form = QFormLayout(self._own)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(LARGE)
        form.setVerticalSpacing(SMALL)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label in (self._facts, self._notes):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notes.setProperty("kind", "small")
        form.addRow(tr("File"), self.file)
        form.addRow(tr("Holds"), self._facts)
        form.addRow(tr("Use output"), self.output)
        form.addRow(tr("It is"), self.role)
        form.addRow(tr("Input size"), self.side)
        form.addRow(tr("Normalisation"), self.norm)
        form.addRow("", self._notes)
        self._own_form = form
        return self._own

    def _connect(self) -> None:
        self.which.currentIndexChanged.connect(self._on_which)
        self.file.changed.connect(self._describe)
        self.trust.accepted.connect(self._trust)
        for box in (self.output, self.role, self.norm):
            box.currentIndexChanged.connect(self._on_changed)
        self.side.valueChanged.connect(self._on_changed)
        self._timer.timeout.connect(self._try)
        self.act.clicked.connect(self._take)

    def _browse(self) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a model"), str(self.file.path or ""), tr(FILES))
        return Path(name) if name else None

    @property
    def _choice(self) -> str:
        """The name of a built-in model, `OWN`, or "" for a model of the project."""
        data = self.which.currentData()
        return data if isinstance(data, str) else ""

    def spec(self) -> EmbedSpec:
        """Return how to embed with what is chosen."""
        base, name = settings.embed_spec(settings.read()[0]), self._choice
        if name != OWN:
            return replace(base, model=name or "builtin")
        return replace(
            base,
            model=str(self.file.path or ""),
            output=self.output.currentData() or "",
            role=self.role.currentData(),
            size=self.side.value(),
            normalisation=NORMALISATIONS[self.norm.currentText()],
        )

    def _on_which(self) -> None:
        choice = self._choice
        self._own.setVisible(choice == OWN)
        self._show_whether_tried()
        self.act.setText(tr("Embed with this model") if choice else tr("Use this model"))
        self.show_problem("")
        self.trust.hide()
        self._show_own()
        if choice == OWN:
            self._show_trial(None)
        self._on_changed()

    def _show_whether_tried(self) -> None:
        """Make room for what the model makes of an image once there is a model."""
        self._trial.setVisible(self.file.path is not None if self._choice == OWN else bool(self._choice))

    @Slot(str)
    def _trust(self, content: str) -> None:
        """Let the file run code of its own from now on, where it is still the one that was refused, and look again."""
        path = self.file.path
        if path is None:
            return

        def work(ctx: Context) -> str:
            if settings.content_of(path) != content:
                return say(
                    "The file {path} was exchanged after it was refused: the one there now is not trusted, and was "
                    "looked into instead.",
                    path=shown(path.name),
                )
            if not settings.trust_content(content):
                raise ModelError(
                    say(
                        "That {path} is trusted could not be stored; check the file, and the folder {folder}.",
                        path=shown(path.name),
                        folder=shown(settings.config_folder()),
                    )
                )
            return ""

        self.trust.hide()
        self._look(tr("Trust the model"), work, self._trusted)

    def _trusted(self, sentence: str) -> None:
        self._describe(told(sentence))

    @Slot()
    def _describe(self, sentence: str = "") -> None:
        """Look into the file, in the worker process; ``sentence`` is told beside what is found."""
        path = self.file.path
        self.description = None
        self.trust.hide()
        self._show_whether_tried()
        self._show_own()
        self._show_trial(None)
        self._beside = sentence
        if path is None:
            return

        def work(ctx: Context) -> ModelDescription:
            from desktop_al.jobs.models import describe_model

            return describe_model(path, ctx, settings.trusted_models())

        self._facts.setText(tr("Looking into the file…"))
        self._look(tr("Look into the model"), work, self._described)

    def _look(self, name: str, work: Callable[[Context], Any], on_done: Callable[[Any], None]) -> None:
        self._session.bridge.run(
            name, work, lane="look", key="model-file", quiet=True, on_done=on_done, on_error=self._failed
        )

    def _described(self, found: ModelDescription) -> None:
        self.show_problem(self._beside, "warning")
        self.trust.hide()
        self._show_whether_tried()
        self.description = found
        self._filling = True
        self.output.clear()
        for info in found.outputs:
            if info.role != "unusable":
                self.output.addItem(
                    f"{tensor_text(info.tensor)}   ({tr(ROLES.get(info.role, info.role))})", info.tensor.name
                )
        self.side.setValue(found.size)
        self.side.setEnabled(not found.size_fixed)
        known = next((name for name, norm in NORMALISATIONS.items() if norm == found.normalisation), None)
        self.norm.setCurrentText(known or self.norm.itemText(0))
        self._filling = False
        self._show_own()
        self._on_changed()

    def _show_own(self) -> None:
        found = self.description
        for field in (self.output, self.role, self.side, self.norm, self._facts, self._notes):
            self._own_form.setRowVisible(
                field, found is not None or (field is self._facts and self.file.path is not None)
            )
        if found is not None:
            tensors = [tr("in: {tensor}", tensor=tensor_text(tensor)) for tensor in found.inputs]
            tensors += [tr("out: {tensor}", tensor=tensor_text(info.tensor)) for info in found.outputs]
            self._facts.setText(
                "\n".join([tr("{kind}, {size:,.1f} MB", kind=found.kind, size=found.bytes / 1e6), *tensors])
            )
            guess = tr("The file does not say how it was normalised: compare.")
            self._notes.setText(" ".join([*([] if found.normalisation_known else [guess]), *map(told, found.notes)]))
        self._update()

    def _on_changed(self) -> None:
        self.trial = None
        if not self._filling:
            self._timer.start()
        self._update()

    def _update(self) -> None:
        data, choice = self.which.currentData(), self._choice
        ready = self.description is not None if choice == OWN else bool(choice) or not data.active
        self.act.setEnabled(ready)

    def _image(self) -> Path | None:
        """Choose the image of the trial: the focused one, or the first that can be used."""
        pool = self._session.pool
        usable = np.flatnonzero(pool.status == SampleStatus.PRESENT)
        if len(usable) == 0:
            return None
        return pool.path(pool.focus if pool.focus in usable else int(usable[0]))

    def _try(self) -> None:
        image, spec, choice = self._image(), self.spec(), self._choice
        if image is None or not choice or (choice == OWN and self.description is None):
            return

        def work(ctx: Context) -> ModelTrial:
            from desktop_al.jobs.models import try_model

            return try_model(spec, image, ctx)

        self._trial.say(tr("Trying…"))
        self._session.bridge.run(
            tr("Try the model"),
            work,
            lane="look",
            key="model-trial",
            quiet=True,
            on_done=self._show_trial,
            on_error=self._failed,
        )

    def _show_trial(self, trial: ModelTrial | None) -> None:
        self.trial = trial
        self._trial.show_trial(trial)

    def _failed(self, error: Exception) -> None:
        self._facts.setText("")
        self._trial.say("")
        if self._choice == OWN and self.description is None:
            # Nothing is known of the file, and there is nothing to try.
            self._own_form.setRowVisible(self._facts, False)
            self._trial.hide()
        if self.trust.offer(error):
            self.show_problem(self._beside, "warning")
        elif isinstance(error, WorldError):
            self.show_fault(error)
        else:
            self._session.bridge.failed.emit(tr("Try the model"), error)

    def _take(self) -> None:
        if self._choice:
            self.embed_requested.emit(self.spec())
        else:
            self.switch_requested.emit(self.which.currentData().key)
        self.accept()
