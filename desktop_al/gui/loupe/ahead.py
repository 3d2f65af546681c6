"""Which images are read before a person comes to them: most where they are going, some where they came from."""

FORWARD = (1, 2, 3, -1, 4, -2)
EITHER = (1, -1, 2, -2)


class Course:
    """Follows the positions that a person goes to; at first both sides are as likely."""

    def __init__(self) -> None:
        self._here, self._way = -1, 0

    def ahead(self, position: int, count: int) -> list[int]:
        """The positions out of ``count`` to read next where ``position`` shows, the likeliest first."""
        if position != self._here:
            # Who jumps goes nowhere yet.
            moved = position - self._here if self._here >= 0 else 0
            self._here, self._way = position, moved if abs(moved) == 1 else 0
        steps = tuple(step * self._way for step in FORWARD) if self._way else EITHER
        return [position + step for step in steps if 0 <= position + step < count]
