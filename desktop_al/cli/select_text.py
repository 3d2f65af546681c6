"""What is told of a batch: what it covers, how its size came about, what it costs, and its first picks."""

from collections.abc import Mapping
from typing import Any

from desktop_al.cli.output import clock, plural, table
from desktop_al.domain.records import BatchRecord
from desktop_al.domain.results import BatchComparison, SelectResult
from desktop_al.domain.text import shown

LISTED, _CLASSES = 20, 8
_STEPS = (0.25, 0.5, 1.0, 1.5, 2.0)


def selected_text(result: SelectResult, cost: Mapping[str, Any] | None = None) -> str:
    """The batch and its first picks, for a person."""
    batch = result.batch
    account = batch.budget.get("account") or batch.summary.get("account")
    lines = [
        f"Batch {batch.number}: {plural(batch.count, 'pick')} by {batch.strategy}, seed {batch.seed}.",
        *([str(account)] if account else []),
        *coverage_lines(batch.coverage),
        *budget_lines(batch.budget),
        *summary_lines(batch.summary),
        *cost_lines(cost or {}),
    ]
    rows = [("rank", "sample", "stands for", "gain", "path")]
    rows += [
        (str(pick.rank), str(pick.sample), f"{pick.stands_for:,}", f"{pick.gain:.4g}", shown(path))
        for pick, path in list(zip(result.picks, result.paths, strict=True))[:LISTED]
    ]
    lines.append(table(rows, frozenset({0, 1, 2, 3})))
    if len(result.picks) > LISTED:
        lines.append(f"and {len(result.picks) - LISTED:,} more (export them, or see --json)")
    return "\n".join(lines)


def coverage_lines(coverage: Mapping[str, Any]) -> list[str]:
    """Coverage before and after, beside random picks and the certificate, where they are known."""
    values = {key: value for key, value in coverage.items() if isinstance(value, int | float)}
    if not {"before", "after"} <= values.keys():
        return []
    text = f"Coverage of the pool: {values['before']:.1%} before, {values['after']:.1%} after"
    if "random_mean" in values:
        text += f"; as many random picks reach {values['random_mean']:.1%}"
    if "certificate" in values:
        text += f"; no batch of this size can exceed {values['certificate']:.1%}"
    return [text + "."]


def budget_lines(budget: Mapping[str, Any]) -> list[str]:
    """How the number of picks came about, and what speaks for another one."""
    parts = [str(budget["note"])] if budget.get("note") else []
    interval = budget.get("interval")
    if interval:
        low, high = interval
        between = f"lies between {low:,} and {high:,}" if low < high else f"is {low:,}"
        parts.append(f"The automatic budget {between}.")
    parts += _second_opinion(budget)
    if budget.get("next_batch_buys") is not None:
        parts.append(f"As many again would buy {budget['next_batch_buys']:.1%} more coverage of images held out.")
    if budget.get("stop_advice"):
        parts.append(str(budget["stop_advice"]))
    return [" ".join(parts)] if parts else []


def _second_opinion(budget: Mapping[str, Any]) -> list[str]:
    """What another rule says of the number of picks."""
    count, rule = budget.get("second_opinion"), budget.get("second_opinion_rule")
    if rule == "stable predictions":
        settled = "have settled: no more labels are needed" if count == 0 else "still change from round to round"
        return [f"Second opinion: predictions {settled}."]
    if count is None:
        return []
    return [f"Second opinion{f' ({rule})' if rule else ''}: {count:,}."]


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """What else is known of the batch."""
    known = {key: value for key, value in summary.items() if value is not None}
    parts = [
        words.format(known[key])
        for key, words in (
            ("redundancy", "{:.0%} near-duplicates of other picks or labels"),
            ("vendi_ratio", "{:.2f} times as varied as random picks"),
            ("novelty", "{:.2f} away from the nearest label on average"),
            ("balance", "{:.0%} off the target shares"),
            ("veto_cost", "a veto costs {:.2%} coverage"),
            ("new_class_risk", "{:.1%} chance that the next image shows a new class"),
        )
        if key in known
    ]
    lines = ["The batch: " + ", ".join(parts) + "."] if parts else []
    lines += [str(sentence) for sentence in known.get("unheeded") or ()]
    lines += _held_back(known.get("held_back") or {})
    if known.get("expected_labels"):
        likely = sorted(known["expected_labels"].items(), key=lambda item: -float(item[1]))
        listed = ", ".join(f"{shown(name)} {count:.1f}" for name, count in likely[:_CLASSES])
        more = f" and {len(likely) - _CLASSES:,} more classes" if len(likely) > _CLASSES else ""
        lines.append(f"Expected labels: {listed}{more}.")
    return lines


def _held_back(counts: Mapping[str, int]) -> list[str]:
    """How many images each limit kept out of the batch, and how many that of the groups could not limit."""
    parts = [
        f"{plural(counts[key], 'image')} {words}"
        for key, words in (
            ("filter", "outside the filter"),
            ("protected", "protected or nearly the same as one that is"),
            ("groups", "of a group that is full"),
            ("distance", "too near to a label or a pick"),
        )
        if counts.get(key)
    ]
    lines = ["Held back: " + ", ".join(parts) + "."] if parts else []
    free = counts.get("ungrouped") or 0
    if free:
        verb, limited = ("has", "is") if free == 1 else ("have", "are")
        lines.append(f"{plural(free, 'image')} {verb} no value in the column of the groups and {limited} not limited.")
    return lines


def cost_of(batch: BatchRecord, seconds: float, price: float) -> dict[str, Any]:
    """What the labels of ``batch`` cost at ``seconds`` and ``price`` each, and what other budgets would buy."""
    curve = batch.budget.get("curve") or {"k": [], "coverage": []}
    coverage = dict(zip(curve["k"], curve["coverage"], strict=True))
    wanted = {min(curve["k"], key=lambda k: abs(k - step * batch.count)) for step in _STEPS} if coverage else set()
    return {
        "label_seconds": seconds,
        "label_price": price,
        "seconds": seconds * batch.count,
        "price": price * batch.count,
        "budgets": [
            {"count": k, "coverage": coverage[k], "seconds": seconds * k, "price": price * k}
            for k in sorted(wanted)
            if k > 0
        ],
    }


def cost_lines(cost: Mapping[str, Any]) -> list[str]:
    """What the labels cost, and a line for each other budget."""
    if not cost or not (cost["label_seconds"] or cost["label_price"]):
        return []
    timed, priced = bool(cost["label_seconds"]), bool(cost["label_price"])
    parts = [f"take {_time(cost['seconds'])}"] if timed else []
    parts += [f"cost {cost['price']:,.2f}"] if priced else []
    rows = [("labels", *(["time"] if timed else []), *(["price"] if priced else []), "coverage")]
    rows += [
        (
            f"{line['count']:,}",
            *([_time(line["seconds"])] if timed else []),
            *([f"{line['price']:,.2f}"] if priced else []),
            f"{line['coverage']:.1%}",
        )
        for line in cost["budgets"]
    ]
    return [f"These labels {' and '.join(parts)}.", table(rows, frozenset(range(len(rows[0]))))]


def _time(seconds: float) -> str:
    return clock(seconds) if seconds < 3600 else f"{seconds / 3600:,.1f} h"


def compared_text(found: BatchComparison) -> str:
    """Two batches side by side, for a person."""
    a, b = f"batch {found.a}", found.strategy or f"batch {found.b}"
    rows = [("", a, b), ("picks", *(f"{count:,}" for count in found.counts))]
    rows.append(("near a pick of the other", f"{found.a_near_b:.1%}", f"{found.b_near_a:.1%}"))
    rows.append(("coverage on its own", *(f"{value:.1%}" for value in found.coverage)))
    rows.append(("redundancy", *(f"{value:.1%}" for value in found.redundancy)))
    rows.append(("novelty", *("-" if value is None else f"{value:.3f}" for value in found.novelty)))
    shared = f"{plural(len(found.common), 'sample')} in both; distances below {found.bandwidth:.3f} count as near."
    return "\n".join([table(rows, frozenset({1, 2})), shared])
