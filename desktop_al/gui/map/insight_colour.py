"""Keeps the insight that colours a map computed, and says how it stands."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_al.gui.i18n import tr
from desktop_al.gui.insights import Insights, InsightState
from desktop_al.gui.map.colouring import Kind
from desktop_al.gui.map.looks import Looks

PATIENCE_MS = 700
"""An insight that is computed anew is shown as it was, and said to be old only once that takes longer than this."""


class InsightColour(QObject):
    """Wants the insight that ``looks`` colours by, and gives up the one before.

    Signals: ``told(sentence)`` what the legend says beside it: that it is being computed, why it cannot be, or "".
    """

    told = Signal(str)

    def __init__(self, insights: Insights, looks: Looks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._insights, self._looks = insights, looks
        self._name, self._said = "", ""
        self._by = f"colour {id(self)}"
        self._late = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._late.timeout.connect(self._tell_late)
        looks.colour_changed.connect(self._follow)
        insights.state_changed.connect(self._on_state)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        by = self._looks.by
        name = by.name if by.kind is Kind.INSIGHT else ""
        if name != self._name:
            if self._name:
                self._insights.release(self._name, self._by)
            self._name = name
            self._late.stop()
            self._say("")
            if name:
                self._insights.want(name, self._by)
        self._tell()

    @Slot(str)
    def _on_state(self, name: str) -> None:
        if name == self._name:
            self._tell()

    def _tell(self) -> None:
        state = self._insights.state(self._name) if self._name else InsightState.READY
        if state is not InsightState.COMPUTING:
            self._late.stop()
        text = ""
        if state is InsightState.COMPUTING:
            text = self._under_way()
        elif state is InsightState.FAILED:
            text = self._insights.reason(self._name)
        elif state is InsightState.ABSENT:
            text = tr("Stopped. Choose another colour and then this one to compute it.")
        self._say(text)

    def _under_way(self) -> str:
        if not self._insights.known(self._name):
            return tr("Computing…")
        if not self._said and not self._late.isActive():
            self._late.start()
        return self._said

    @Slot()
    def _tell_late(self) -> None:
        if self._name and self._insights.state(self._name) is InsightState.COMPUTING:
            self._say(tr("Computing…"))

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.told.emit(text)
