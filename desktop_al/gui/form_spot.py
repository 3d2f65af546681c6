"""The form of a selection as a part of the spot to come back to: what a person asked for last in this project."""

from collections.abc import Mapping
from typing import Any

from desktop_al.gui.budget_field import Budget
from desktop_al.gui.fields import FieldSet
from desktop_al.gui.strategy_form import StrategyForm


class FormSpot:
    """Tells what ``form`` says and brings it back, once there are strategies to choose from."""

    def __init__(self, form: StrategyForm) -> None:
        self._form = form
        self._waiting: Mapping[str, Any] | None = None

    def spot(self) -> dict[str, Any]:
        """What the form says."""
        form = self._form
        if self._waiting is not None:
            return dict(self._waiting)
        budget = form.budget
        return {
            "strategy": form.strategy.currentData() or "",
            "options": form.options.shown,
            "fields": form.limits.shown | form.aims.shown,
            "rule": budget.rule.currentIndex(),
            "count": budget.count.value(),
            "least": budget.least.value(),
        }

    def restore_spot(self, spot: Mapping[str, Any]) -> None:
        """Say it again; what makes no sense is left out."""
        self._waiting = spot
        self.catch_up()

    def catch_up(self) -> None:
        """Bring back what had to wait, where the strategies are known by now."""
        form, spot = self._form, self._waiting
        if spot is None or form.strategy.count() == 0:
            return
        self._waiting = None
        self.reset()
        place = form.strategy.findData(spot.get("strategy"))
        if place >= 0:
            form.strategy.setCurrentIndex(place)
            _fill(form.options, spot.get("options"))
        for fields in (form.limits, form.aims):
            _fill(fields, spot.get("fields"))
        rule, count, least = (spot.get(name) for name in ("rule", "count", "least"))
        if type(rule) is int and rule in list(Budget):
            form.budget.rule.setCurrentIndex(rule)
            if type(count) is int and 0 < count < 2**31:
                form.budget.count.setValue(count)
            if type(least) is int and 0 <= least < 2**31:
                form.budget.least.setValue(least)

    def forget(self) -> None:
        """Say what a new project begins with."""
        self._waiting = None
        self.reset()

    def reset(self) -> None:
        """Choose the first aim and the automatic budget."""
        form = self._form
        form.take_first()
        form.budget.rule.setCurrentIndex(Budget.AUTOMATIC)


def _fill(fields: FieldSet, kept: object) -> None:
    """Let ``fields`` show those of the ``kept`` values that are of their kind."""
    if not isinstance(kept, Mapping):
        return
    shown = fields.shown
    fields.set_values(
        shown | {name: value for name, value in kept.items() if name in shown and _fits(value, shown[name])}
    )


def _fits(value: object, like: object) -> bool:
    """Whether ``value`` is of the kind of ``like``."""
    if isinstance(like, Mapping):
        parts = value.items() if isinstance(value, Mapping) else [("", "")]
        return all(isinstance(name, str) and _is_number(part) for name, part in parts)
    if _is_number(like):
        return _is_number(value)
    return type(value) is type(like)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e15 < value < 1e15
