"""The panes of the loupe, as many of them side by side as there are images to show."""

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_al.gui.loupe.pane import ImagePane

MOST_PANES = 4


class Stage(QGridLayout):
    """Lays out ``panes``, children of ``parent``; four go two by two."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__()
        self.panes = [ImagePane(parent) for _ in range(MOST_PANES)]
        self.setSpacing(2)
        self.setContentsMargins(0, 0, 0, 0)

    def arrange(self, count: int) -> None:
        """Show the first ``count`` panes and hide the others."""
        for pane in self.panes:
            self.removeWidget(pane)
        across = 2 if count == MOST_PANES else max(1, count)
        for index, pane in enumerate(self.panes):
            pane.setVisible(index < count)
            if index < count:
                self.addWidget(pane, index // across, index % across)
