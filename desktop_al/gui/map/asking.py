"""What picture a map asks for, and when it has to be another one."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_al.gui.map.canvas import MapCanvas
from desktop_al.gui.map.colouring import column_of
from desktop_al.gui.map.coverage import NEEDED, coverage_column
from desktop_al.gui.map.driver import FrameDriver
from desktop_al.gui.map.frame import FrameRequest
from desktop_al.gui.map.looks import COVERAGE_VIEW, Looks
from desktop_al.gui.map.places import Places
from desktop_al.gui.map.style import Columns
from desktop_al.gui.pool import Pool
from desktop_al.gui.theme import Theme

DRAWN_COLUMNS = frozenset({"state", "label", "source", "metadata", "picks", "visible"})


class Asking:
    """Describes to its ``driver`` what ``widget`` shows now, and asks it for a picture whenever that is another.

    What is asked for while ``widget`` is hidden, or nothing is ``placed`` on it, is left to when it is shown.
    """

    def __init__(self, widget: QWidget, pool: Pool, canvas: MapCanvas, places: Places, looks: Looks) -> None:
        self._widget, self._pool, self._canvas, self._places, self._looks = widget, pool, canvas, places, looks
        self.driver = FrameDriver(self.scene, widget)
        self.placed = False

    def check_placed(self) -> None:
        """Learn whether any sample has a place."""
        # Cheap where most are placed: the first placed row ends the search.
        self.placed = self._places.any

    def request(self) -> None:
        """Ask for a new picture."""
        self._ask(self.driver.request)

    def follow_columns(self, names: frozenset[str]) -> None:
        """Ask for a new picture where one of the columns ``names`` of the pool is drawn."""
        needed = {f"insight:{name}" for name in (self._looks.by.name, "trust", *NEEDED)}
        if names & DRAWN_COLUMNS or names & needed:
            self.request()

    def follow_view(self) -> None:
        """Ask for a picture of what is in sight by now."""
        shown, view = self._canvas.picture.frame, self._canvas.view
        if shown is not None and (shown.view.width, shown.view.height) != (view.width, view.height):
            # The picture at hand is stretched meanwhile.
            self._ask(self.driver.request_soon)
        else:
            self.request()

    def _ask(self, ask: Callable[[], None]) -> None:
        if self._widget.isVisible() and self.placed:
            ask()

    def scene(self, generation: int) -> FrameRequest:
        """What is to be drawn now."""
        pool, canvas, looks = self._pool, self._canvas, self._looks
        trust = pool.insight("trust") if looks.is_on("trust") else None
        return FrameRequest(
            generation=generation,
            xy=self._places.xy,
            column=coverage_column(pool) if looks.is_on(COVERAGE_VIEW) else column_of(pool, looks.by),
            columns=Columns(pool.state, pool.rank, pool.highlight, pool.visible, looks.shown),
            view=canvas.view,
            fit=canvas.is_fitted and not canvas.gliding,
            ratio=self._widget.devicePixelRatioF(),
            theme=Theme.current(),
            thumbs=looks.is_on("thumbs"),
            trust=trust.values if trust is not None else None,
            fit_into=canvas.fit_into,
            moving=canvas.under_way,
        )
