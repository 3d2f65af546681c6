"""What the window must do in which time, and how a measured figure is told beside it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

LARGEST_WITH_TARGETS = 1_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """At most ``most`` in ``unit`` for the ``statistic`` of a figure: median, p95, p99, worst."""

    statistic: str
    most: float
    unit: str = "ms"


TARGETS: dict[str, tuple[Target, ...]] = {
    "launch to the start page": (Target("median", 1.0, "s"),),
    "open: window usable": (Target("median", 2.0, "s"),),
    "open: map drawn": (Target("median", 4.0, "s"),),
    "open: resident memory": (Target("median", 1536, "MiB"),),
    "pan frame": (Target("p95", 16), Target("p99", 33)),
    "zoom frame": (Target("p95", 16), Target("p99", 33)),
    "recolour": (Target("p95", 100),),
    "filter": (Target("p95", 100),),
    "toggle a class": (Target("p95", 100),),
    "lasso of 300,000": (Target("p95", 50),),
    "hover pick": (Target("p99", 1),),
    "select all": (Target("p95", 50),),
    "invert": (Target("p95", 50),),
    "undo of a highlight": (Target("p95", 50),),
    "gallery: first paint": (Target("p95", 50),),
    "gallery: drag-scroll frame": (Target("worst", 50),),
    "gallery: thumbnails after a stop": (Target("p95", 300),),
    "gallery: size slider": (Target("p95", 50),),
    "decide on 100,000": (Target("worst", 200),),
    "undo of 100,000 decisions": (Target("worst", 200),),
    "event loop, idle": (Target("p99", 16), Target("worst", 100)),
    "event loop, during jobs": (Target("p99", 50), Target("worst", 100)),
}
"""Of a million samples and fewer, on two cores without a graphics card."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, with a remark on how."""

    name: str
    size: int
    unit: str
    count: int
    median: float
    p95: float
    p99: float
    worst: float
    remark: str = ""

    @classmethod
    def of(cls, name: str, size: int, values: Sequence[float], unit: str = "ms", remark: str = "") -> "Figure":
        """The figure of ``values`` in ``unit``."""
        median, p95, p99, worst = (float(np.percentile(values, at)) for at in (50, 95, 99, 100))
        return cls(name, size, unit, len(values), median, p95, p99, worst, remark)

    def judged(self) -> list[tuple[Target, bool]]:
        """The targets that hold for this size, and whether each is met."""
        if self.size > LARGEST_WITH_TARGETS:
            return []
        return [(target, getattr(self, target.statistic) <= target.most) for target in TARGETS.get(self.name, ())]

    def to_json(self) -> dict[str, Any]:
        """The figure with its targets."""
        judged = [{**asdict(target), "met": met} for target, met in self.judged()]
        return {**asdict(self), "targets": judged}

    def line(self) -> str:
        """The figure beside its targets."""
        numbers = "".join(f"{value:>10,.4g}" for value in (self.median, self.p95, self.p99, self.worst))
        judged = "; ".join(
            f"{target.statistic} at most {target.most:g} {target.unit}: {'met' if met else 'MISSED'}"
            for target, met in self.judged()
        )
        remark = f"  ({self.remark})" if self.remark else ""
        return f"  {self.name:<34}{numbers} {self.unit:<4} {judged}{remark}"


HEAD = f"  {'':<34}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>10}"
