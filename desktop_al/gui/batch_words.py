"""What a batch is worth, in words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from desktop_al.domain.records import BatchRecord
from desktop_al.gui.i18n import later, number, tr, trn
from desktop_al.gui.key_hints import key_of
from desktop_al.gui.sentences import told
from desktop_al.gui.text import readable

MOST_CLASSES = 5
HELD_BACK = ("filter", "protected", "groups", "ungrouped", "distance")
_SHARE = re.compile(r"(?<=\d)%")
COVERAGE = later(
    "Coverage: how alike each image of the pool is to the nearest labelled or picked one, on average.\n"
    "“Reach” on the map counts images instead: those that are at least half as alike as a copy."
)


def coverage_sentence(batch: BatchRecord, earlier: BatchRecord | None = None) -> str:
    """What ``batch`` covers, against random picks and against the best that there can be.

    Bandwidths shrink as labels come to lie closer; where that of the ``earlier`` batch is another, it says so.
    """
    found = batch.coverage
    random = found.get("random_mean")
    shares = {
        "before": percent(found.get("before")),
        "share": percent(found.get("after")),
        "random": percent(random),
    }
    sentences = [_gain_text(batch.count, bool(found.get("before")), random is not None, shares)]
    if found.get("certificate") is not None:
        most = percent(found["certificate"])
        sentences.append(
            trn(
                "No image could bring more than {most}.",
                "No {count:,} images could bring more than {most}.",
                batch.count,
                most=most,
            )
        )
    buys = batch.budget.get("next_batch_buys")
    if buys is not None and not batch.budget.get("stop_advice"):
        sentences.append(
            tr("As many again would buy {share} more coverage of unseen images.", share=small_percent(buys))
        )
    width, wider = (found.get("bandwidth") for found in (batch.budget, earlier.budget if earlier is not None else {}))
    if earlier is not None and width and wider and width < wider:
        sentences.append(
            tr(
                "Coverage is measured more strictly than for batch {number}, since labels lie closer together by now: "
                "the figures of the two do not compare.",
                number=earlier.number,
            )
        )
    return " ".join(sentences)


def _gain_text(count: int, begun: bool, compared: bool, shares: Mapping[str, str]) -> str:
    """What ``count`` picks bring: from what there was before where labelling has ``begun``, against random ones."""
    if begun and compared:
        return trn(
            "{count:,} image brings coverage from {before} to {share}; a random one to {random}.",
            "{count:,} images bring coverage from {before} to {share}; as many random ones to {random}.",
            count,
            **shares,
        )
    if begun:
        return trn(
            "{count:,} image brings coverage from {before} to {share}.",
            "{count:,} images bring coverage from {before} to {share}.",
            count,
            **shares,
        )
    if compared:
        return trn(
            "{count:,} image brings coverage to {share}; a random one to {random}.",
            "{count:,} images bring coverage to {share}; as many random ones to {random}.",
            count,
            **shares,
        )
    return trn(
        "{count:,} image brings coverage to {share}.",
        "{count:,} images bring coverage to {share}.",
        count,
        **shares,
    )


def percent(share: float | None) -> str:
    """A share in [0, 1] as a person reads it; the last tenths are not rounded to everything."""
    if share is None:
        return tr("an unknown share")
    return tr("{share} %", share=number(100 * share, ".0f" if share < 0.985 or share >= 1 else ".1f"))


def two_digits(value: float) -> str:
    """A distance or a ratio as a person reads it."""
    return number(value, ".2f")


def small_percent(share: float) -> str:
    """A share that may be far below one per cent, with two digits that count."""
    return tr("{share} %", share=number(100 * share, ".2g")) if abs(share) < 0.1 else percent(share)


def account(batch: BatchRecord) -> str:
    """What the strategy did and why, what it could not heed and what the limits held back; "" for nothing of that."""
    did = told(str(batch.budget.get("account") or batch.summary.get("account") or ""))
    # Strategies write shares as Python formats them; beside them stand those of `percent`.
    did = _SHARE.sub("\u00a0%", did)
    left_out = [told(str(sentence)) for sentence in batch.summary.get("unheeded") or ()]
    return " ".join(part for part in (did, *left_out, held_back_sentence(batch)) if part)


def budget_sentence(batch: BatchRecord) -> str:
    """How the number of picks came about, and what speaks for another one."""
    found = batch.budget
    parts = [told(str(found.get("note") or ""))]
    interval, second = found.get("interval"), found.get("second_opinion")
    if interval and len(interval) == 2:
        low, high = interval
        parts.append(
            tr("The automatic budget lies between {low:,} and {high:,}.", low=low, high=high)
            if low < high
            else tr("The automatic budget is {low:,}.", low=low)
        )
    if second is not None:
        rule = found.get("second_opinion_rule")
        parts.append(
            tr("A second opinion, by {rule}, is {count:,}.", rule=told(rule), count=second)
            if rule
            else tr("A second opinion is {count:,}.", count=second)
        )
    return " ".join(part for part in parts if part)


def held_back_sentence(batch: BatchRecord) -> str:
    """How many images each limit kept out of ``batch`` and how many it could not limit, "" where there are none."""
    counts = batch.summary.get("held_back") or {}
    found = {key: int(counts.get(key) or 0) for key in HELD_BACK}
    sentences = {
        "filter": trn(
            "{count:,} image was held back by the filter.",
            "{count:,} images were held back by the filter.",
            found["filter"],
        ),
        "protected": trn(
            "{count:,} image was held back as protected, or as nearly the same as one that is.",
            "{count:,} images were held back as protected, or as nearly the same as one that is.",
            found["protected"],
        ),
        "groups": trn(
            "{count:,} image was held back since its group is full.",
            "{count:,} images were held back since their groups are full.",
            found["groups"],
        ),
        "ungrouped": trn(
            "{count:,} image has no value in the column of the groups and is not limited.",
            "{count:,} images have no value in the column of the groups and are not limited.",
            found["ungrouped"],
        ),
        "distance": trn(
            "{count:,} image was held back as too near to a label or a pick.",
            "{count:,} images were held back as too near to a label or a pick.",
            found["distance"],
        ),
    }
    return " ".join(sentence for key, sentence in sentences.items() if found[key])


def facts(batch: BatchRecord) -> list[tuple[str, str, str]]:
    """What else is known of ``batch``: title, value and an explanation of each figure that there is."""
    found = []
    for name, title, words, tip in _FACTS:
        value = batch.summary.get(name)
        if value is not None and value != {}:
            found.append((tr(title), words(value), tr(tip)))
    return found


def _classes(expected: Mapping[str, Any]) -> str:
    known = sorted(expected.items(), key=lambda item: -float(item[1]))
    listed = ", ".join(f"{readable(name)} {value:.0f}" for name, value in known[:MOST_CLASSES])
    more = len(known) - MOST_CLASSES
    return (
        trn("{listed} and {count:,} more", "{listed} and {count:,} more", more, listed=listed) if more > 0 else listed
    )


def _times_random(value: float) -> str:
    return tr("{value:.2f} × random", value=value)


def batch_title(batch: BatchRecord) -> str:
    """What ``batch`` is called in a list of batches."""
    return tr(
        "Batch {number}: {count:,} by {strategy}", number=batch.number, count=batch.count, strategy=batch.strategy
    )


_FACTS: tuple[tuple[str, str, Callable[[Any], str], str], ...] = (
    (
        "redundancy",
        later("Redundant"),
        percent,
        later("Picks with a near duplicate among the other picks and what is labelled"),
    ),
    ("novelty", later("Novelty"), two_digits, later("How far picks lie from the nearest labelled image, on average")),
    (
        "vendi_ratio",
        later("Variety"),
        _times_random,
        later("As how many different images the picks count (Vendi score), against as many random ones"),
    ),
    (
        "balance",
        later("Off target"),
        percent,
        later("How much of the batch would have to change to reach the target shares"),
    ),
    ("expected_labels", later("Expected labels"), _classes, later("What the model so far expects people to say")),
    (
        "veto_cost",
        later("A veto costs"),
        small_percent,
        later("Coverage that is lost where a pick goes unreplaced, in the middle"),
    ),
    (
        "new_class_risk",
        later("Unseen class"),
        small_percent,
        later("The chance that the next image shows a class that has no label"),
    ),
)


def ready_sentence(number: int, count: int) -> str:
    """That the batch ``number`` of ``count`` picks is ready, and with which keys it is gone through."""
    keys = {name: key_of(name) for name in ("accept", "reject", "clear", "next")}
    if not all(keys.values()):
        return trn(
            "Batch {number} is ready: {count:,} pick.",
            "Batch {number} is ready: {count:,} picks.",
            count,
            number=number,
        )
    return trn(
        "Batch {number} is ready: {count:,} pick. Accept with {accept}, reject with {reject}, clear with {clear}.",
        "Batch {number} is ready: {count:,} picks. Accept with {accept}, reject with {reject}, clear with {clear};"
        " {next} goes to the next.",
        count,
        number=number,
        **keys,
    )
