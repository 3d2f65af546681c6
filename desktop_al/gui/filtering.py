"""Wires the filters to the rest of the window: the actions, the menus of samples, the form of a selection."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_al.domain.errors import FilterError
from desktop_al.gui.i18n import trn
from desktop_al.gui.pool import Pool
from desktop_al.gui.sentences import told

if TYPE_CHECKING:
    from desktop_al.gui.batch_panel import BatchPanel
    from desktop_al.gui.filter_bar import FilterBar
    from desktop_al.gui.filter_model import FilterModel
    from desktop_al.gui.workspace import Workspace


def filter_handlers(workspace: "Callable[[], Workspace | None]") -> dict[str, Callable[[], object]]:
    """What the actions on filters do; before the views are built, nothing."""

    def on(do: "Callable[[Workspace], object]") -> Callable[[], object]:
        def run() -> None:
            views = workspace()
            if views is not None:
                do(views)

        return run

    return {
        "filter": on(lambda views: focus_line(views.filter_bar)),
        "filter_highlight": on(lambda views: filter_highlight(views.map.pool, views.filters)),
        "filter_save": on(lambda views: views.filter_bar.saved.ask_name()),
        "filter_scope": on(lambda views: set_scopes(views.filter_bar, views.filters, not views.filters.scopes)),
        "filter_clear": on(lambda views: views.filters.clear()),
    }


def focus_line(bar: "FilterBar") -> None:
    """Let a person write a filter."""
    bar.line.setFocus()
    bar.line.selectAll()


def filter_highlight(pool: Pool, model: "FilterModel") -> None:
    """Show only what is highlighted."""
    ids = pool.ids[pool.highlight]
    model.add_samples(ids, trn("highlight of {count:,} image", "highlight of {count:,} images", len(ids)))


def set_scopes(bar: "FilterBar", model: "FilterModel", on: bool) -> None:
    """Let Select pick only among what is shown, or say why that cannot be."""
    try:
        model.set_scopes(on)
    except FilterError as error:
        bar.scope.setChecked(False)
        bar.say(told(str(error)))


def tell_scope(panel: "BatchPanel", model: "FilterModel") -> None:
    """Let the form of a selection take the filters over, and say so."""
    panel.scope = model.where if model.scopes else str
    panel.scope_note.say(
        trn(
            "Picks come only from the {count:,} image that the filters show.",
            "Picks come only from the {count:,} images that the filters show.",
            model.shown,
        )
        if model.scopes
        else ""
    )
