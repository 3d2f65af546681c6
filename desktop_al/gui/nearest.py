"""What an image is compared with: the nearest labelled image and the nearest pick, as they are at this moment."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject

from desktop_al.domain.context import Context
from desktop_al.gui.i18n import tr
from desktop_al.gui.session import Session

LANE = "look"


class Role(StrEnum):
    """What an image is to the one that it is compared with."""

    LABELLED = "labelled"
    PICK = "pick"


@dataclass(frozen=True, slots=True)
class Near:
    """The sample in ``row``, ``distance`` away, which is a nearest one in all its ``roles``."""

    row: int
    roles: tuple[Role, ...]
    distance: float

    @property
    def title(self) -> str:
        """What it is, in words."""
        if len(self.roles) > 1:
            return tr("Nearest labelled image and pick, {distance:.2f} away", distance=self.distance)
        if self.roles[0] is Role.LABELLED:
            return tr("Nearest labelled image, {distance:.2f} away", distance=self.distance)
        return tr("Nearest pick, {distance:.2f} away", distance=self.distance)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the labelled image first; ``sentence`` says what lacks and why, "" where nothing does."""

    near: tuple[Near, ...]
    sentence: str = ""


Take = Callable[[Found], None]


class Finder(Protocol):
    """What finds the nearest ones of a row, now or a little later."""

    def find(self, row: int, take: Take) -> None:
        """Let ``take`` have what is nearest to ``row``; never after a later call."""


class Nearest(QObject):
    """Finds the nearest ones in the project of ``session``, on a lane."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._pool = session, session.pool

    def find(self, row: int, take: Take) -> None:
        """Let ``take`` have what is nearest to ``row``; never after a later call."""
        pool, project = self._pool, self._session.project
        if project is None or not 0 <= row < len(pool):
            return
        sample, codes, ids = int(pool.ids[row]), pool.label_code, pool.ids
        picks, some = pool.picks.samples, len(pool.classes) > 0 or len(pool.picks) > 0
        if not some or not pool.counts.embedded:
            take(Found((), lacking(some, pool.counts.embedded > 0)))
            return

        def work(ctx: Context) -> list[tuple[int, float] | None]:
            from desktop_al.jobs.nearest_known import nearest_among

            return nearest_among(project, sample, (ids[codes >= 0], np.asarray(picks, np.int64)), ctx)

        def show(found: list[tuple[int, float] | None]) -> None:
            take(self._told(row, found))

        self._session.bridge.run(
            tr("Look for the nearest"), work, lane=LANE, key="nearest known", quiet=True, on_done=show
        )

    def _told(self, row: int, found: list[tuple[int, float] | None]) -> Found:
        pool = self._pool
        places: dict[int, tuple[list[Role], float]] = {}
        for role, one in zip(Role, found, strict=True):
            near = pool.row_of(one[0]) if one is not None else -1
            if one is not None and near >= 0:
                places.setdefault(near, ([], one[1]))[0].append(role)
        near_ones = tuple(Near(at, tuple(roles), distance) for at, (roles, distance) in places.items())
        if not near_ones:
            alone = bool(pool.label_code[row] >= 0 or pool.rank[row] >= 0)
            return Found((), tr("There is no other labelled image or pick to compare it with.") if alone else unknown())
        missing = found[0] is None
        return Found(near_ones, tr("No other image has a label yet: only the nearest pick shows.") if missing else "")


def unknown() -> str:
    """Why an image without an embedding has no nearest ones."""
    return tr("This image has no embedding yet: embed the images, then compare.")


def lacking(some: bool, embedded: bool) -> str:
    """Why nothing can be compared, where there are ``some`` labels or picks, and where images are ``embedded``."""
    if not some:
        return tr("There is nothing to compare with yet: no image has a label, and there is no batch.")
    return "" if embedded else unknown()
