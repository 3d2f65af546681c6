"""How many samples a person asked for."""

import math
import re

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.sentence import say

_NUMBER = re.compile(r"(\d{1,15})|(\d+(?:\.\d+)?) ?%")


def parse_count(count: str | int, pool: int) -> int | None:
    """The number of picks that ``count`` asks for, None for "auto": a number, or a share of the ``pool`` as in "5%".

    A number may exceed the pool; a share is rounded up. Raises `SelectionUsageError` where it is none, or zero.
    """
    text = str(count).strip().lower()
    if text == "auto":
        return None
    found = _NUMBER.fullmatch(text)
    if not found:
        raise SelectionUsageError(
            say(
                "The count must be “auto”, a whole number like 200 or a share like 5%, and “{count}” is not.",
                count=count,
            )
        )
    if found[2]:
        share = float(found[2])
        if share > 100:
            raise SelectionUsageError(
                say("The count cannot be more than 100% of the images, and “{count}” is.", count=count)
            )
        wanted = math.ceil(round(share * pool / 100, 9))
    else:
        wanted = int(found[1])
    if wanted == 0:
        raise SelectionUsageError(say("The count is zero, so there is nothing to select; ask for at least one image."))
    return wanted


def check_least_images(least: float) -> None:
    """Raise `SelectionUsageError` unless a label can be asked to stand for at least ``least`` images."""
    if not 0 <= least < math.inf:
        raise SelectionUsageError(
            say(
                "The images that each label must stand for must be 0 or more, and “{least}” is not; 0 leaves it open.",
                least=least,
            )
        )
