"""What a batch is worth, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop_al.domain.records import BatchRecord
from desktop_al.gui.text import readable

MOST_CLASSES = 5


def coverage_sentence(batch: BatchRecord) -> str:
    """What ``batch`` covers, against random picks and against the best that there can be."""
    found = batch.coverage
    images = "image covers" if batch.count == 1 else "images cover"
    text = f"{batch.count:,} {images} {percent(found.get('after'))} of the pool"
    if found.get("random_mean") is not None:
        text += f"; as many random ones {percent(found['random_mean'])}"
    if found.get("certificate") is not None:
        text += f". No {batch.count:,} images can cover more than {percent(found['certificate'])}"
    buys = batch.budget.get("next_batch_buys")
    if buys is not None and not batch.budget.get("stop_advice"):
        text += f". As many again would buy {small_percent(buys)} more coverage of unseen images"
    return text + "."


def percent(share: float | None) -> str:
    """A share in [0, 1] as a person reads it; the last tenths are not rounded to everything."""
    if share is None:
        return "an unknown share"
    return f"{100 * share:.0f} %" if share < 0.985 or share >= 1 else f"{100 * share:.1f} %"


def small_percent(share: float) -> str:
    """A share that may be far below one per cent, with two digits that count."""
    return f"{100 * share:.2g} %" if abs(share) < 0.1 else percent(share)


def account(batch: BatchRecord) -> str:
    """What the strategy did and why, "" where it says nothing about it."""
    return str(batch.budget.get("account") or batch.summary.get("account") or "")


def budget_sentence(batch: BatchRecord) -> str:
    """How the number of picks came about, and what speaks for another one."""
    found = batch.budget
    parts = [str(found.get("note") or "")]
    interval, second = found.get("interval"), found.get("second_opinion")
    if interval and len(interval) == 2:
        low, high = interval
        parts.append(
            f"The automatic budget lies between {low:,} and {high:,}."
            if low < high
            else f"The automatic budget is {low:,}."
        )
    if second is not None:
        rule = found.get("second_opinion_rule")
        by = f", by {rule}," if rule else ""
        parts.append(f"A second opinion{by} is {second:,}.")
    return " ".join(part for part in parts if part)


def facts(batch: BatchRecord) -> list[tuple[str, str, str]]:
    """What else is known of ``batch``: title, value and an explanation of each figure that there is."""
    found = []
    for name, title, words, tip in _FACTS:
        value = batch.summary.get(name)
        if value is not None and value != {}:
            found.append((title, words(value), tip))
    return found


def _classes(expected: Mapping[str, Any]) -> str:
    known = sorted(expected.items(), key=lambda item: -float(item[1]))
    listed = ", ".join(f"{readable(name)} {value:.0f}" for name, value in known[:MOST_CLASSES])
    return listed + (f" and {len(known) - MOST_CLASSES} more" if len(known) > MOST_CLASSES else "")


_FACTS: tuple[tuple[str, str, Callable[[Any], str], str], ...] = (
    ("redundancy", "Redundant", percent, "Picks with a near duplicate among the other picks and what is labelled"),
    ("novelty", "Novelty", "{:.2f}".format, "How far picks lie from the nearest labelled image, on average"),
    (
        "vendi_ratio",
        "Variety",
        "{:.2f} × random".format,
        "As how many different images the picks count (Vendi score), against as many random ones",
    ),
    ("balance", "Off target", percent, "How much of the batch would have to change to reach the target shares"),
    ("expected_labels", "Expected labels", _classes, "What the model so far expects people to say"),
    ("veto_cost", "A veto costs", small_percent, "Coverage that is lost where a pick goes unreplaced, in the middle"),
    ("new_class_risk", "Unseen class", small_percent, "The chance that the next image shows a class that has no label"),
)
