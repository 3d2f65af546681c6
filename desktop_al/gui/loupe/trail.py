"""The order in which the loupe goes through the images, whoever keeps it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Trail(Protocol):
    """The order that the arrows go through."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows in order."""

    def position_of(self, row: int) -> int:
        """Where ``row`` stands, -1 where it does not."""
