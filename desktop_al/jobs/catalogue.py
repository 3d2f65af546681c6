"""What can be chosen, for forms and for the command line's help."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from desktop_al.domain.catalogue import OptionInfo, PresetInfo, StrategyInfo
from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.sentence import say
from desktop_al.domain.specs import SelectSpec

_PRESETS = (
    PresetInfo(
        "automatic",
        "Automatic",
        "Look at the images and at the labels so far, and choose what suits them; it says what it did and why.",
        "auto",
    ),
    PresetInfo(
        "cover",
        "Cover everything",
        "Each pick stands for as many images as possible that nothing stands for yet; good for a first batch.",
        "coverage",
    ),
    PresetInfo(
        "rare",
        "Find the rare",
        "Reach out to what is unlike everything labelled so far: rare classes, defects and odd images come first.",
        "k-center",
    ),
    PresetInfo(
        "doubts",
        "Fix what the model doubts",
        "Cover the images that the labels so far leave in doubt; it needs labels of at least two classes.",
        "uncertainty-herding",
    ),
    PresetInfo(
        "balance",
        "Balance",
        "Even out the groups of a metadata column, such as camera or site, while still covering the images.",
        "coverage",
        changes={"aims": {"balance": 1.0}},
        asks="aims.strata",
    ),
)

_TITLES = {
    "auto": "Automatic",
    "coverage": "Coverage",
    "uncertainty-herding": "Coverage of what is in doubt (UHerding)",
    "k-center": "Farthest first (k-center)",
    "typicality": "Typical of each group (TypiClust)",
    "probability-coverage": "Coverage within a radius (ProbCover)",
    "k-means": "Centres of groups (k-means)",
    "margin": "Between two classes (margin)",
    "entropy": "Among many classes (entropy)",
    "least-confidence": "Least confident",
    "badge": "Largest learning steps (BADGE)",
    "cluster-margin": "Between two classes, varied (cluster-margin)",
    "dropquery": "Changes of mind (DropQuery)",
    "bait": "Least error to expect (BAIT)",
    "random": "Random",
    "outliers": "Outliers",
    "similar": "Similar images",
}


def strategy_infos() -> tuple[StrategyInfo, ...]:
    """All query strategies, the default first."""
    from desktop_al.strategies.registry import strategies

    return tuple(
        StrategyInfo(
            strategy.name,
            strategy.summary,
            strategy.needs,
            tuple(
                OptionInfo(known.name, known.type, known.default, known.help, known.low, known.high, known.choices)
                for known in strategy.options
            ),
            strategy.uses,
            _TITLES[strategy.name],
        )
        for strategy in strategies()
    )


def presets() -> tuple[PresetInfo, ...]:
    """What a person may want, in plain words, the default first."""
    return _PRESETS


def with_preset(spec: SelectSpec, key: str) -> SelectSpec:
    """``spec`` as the preset ``key`` has it; what the preset says nothing of stays.

    Raises
    ------
    SelectionUsageError
        There is no such preset.
    """
    for preset in _PRESETS:
        if preset.key == key:
            chosen: SelectSpec = _changed(
                spec, {"strategy": preset.strategy, "options": dict(preset.options), **preset.changes}
            )
            return chosen
    listed = ", ".join(preset.key for preset in _PRESETS)
    raise SelectionUsageError(say("There is no preset called {key}; choose one of {listed}.", key=key, listed=listed))


def _changed(spec: Any, changes: Mapping[str, Any]) -> Any:
    """``spec`` with ``changes``, in which a mapping changes the fields of a nested spec."""
    nested = {field.name for field in fields(spec) if is_dataclass(getattr(spec, field.name))}
    return replace(
        spec,
        **{name: _changed(getattr(spec, name), value) if name in nested else value for name, value in changes.items()},
    )
