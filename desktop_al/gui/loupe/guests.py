"""Takes widgets of the window in while something covers it, so that they can be used there, and gives them back."""

from dataclasses import dataclass

from PySide6.QtWidgets import QBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a guest came from."""

    layout: QBoxLayout
    index: int


class Guests:
    """The widgets that ``host`` takes in below its own; a guest keeps whether it shows."""

    def __init__(self, host: QBoxLayout) -> None:
        self._host = host
        self._invited: list[QWidget] = []
        self._homes: list[tuple[QWidget, _Home]] = []

    def invite(self, widget: QWidget) -> None:
        """Let ``widget`` come each time."""
        self._invited.append(widget)

    @property
    def here(self) -> bool:
        """Whether the guests are here."""
        return bool(self._homes)

    def come(self) -> None:
        """Take in all that lie in a line of their own at home."""
        if self.here:
            return
        for widget in self._invited:
            parent = widget.parentWidget()
            layout = parent.layout() if parent is not None else None
            if isinstance(layout, QBoxLayout) and layout.indexOf(widget) >= 0:
                self._homes.append((widget, _Home(layout, layout.indexOf(widget))))
                self._move(widget, self._host, self._host.count())

    def go(self) -> None:
        """Give them back to where they came from, the one that came last first."""
        while self._homes:
            widget, home = self._homes.pop()
            self._move(widget, home.layout, home.index)

    def _move(self, widget: QWidget, layout: QBoxLayout, index: int) -> None:
        shown = not widget.isHidden()
        layout.insertWidget(index, widget)
        widget.setVisible(shown)
