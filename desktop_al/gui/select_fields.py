"""What a selection can be told beside its strategy, as fields; each name is the place in `SelectSpec`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop_al.domain.specs import Aims, SelectSpec
from desktop_al.gui.fields import FieldInfo
from desktop_al.gui.i18n import later

LIMITS = (
    FieldInfo(
        "where",
        later("Only among"),
        "text",
        "",
        later('Pick only images that fit this filter, as in: site == "north" and width >= 800'),
        empty=later("every image"),
    ),
    FieldInfo(
        "constraints.group_by",
        later("Groups"),
        "column",
        "",
        later(
            "A column that says which images belong together: the video, patient or session that they come from;"
            " or the near duplicates, or the folders"
        ),
        choices=(later("duplicates"), later("source")),
        numeric=None,
        empty=later("None"),
    ),
    FieldInfo(
        "constraints.group_cap",
        later("At most of each"),
        "int",
        1,
        later("How many images of one group may be labelled or picked in all"),
        low=1,
        depends="constraints.group_by",
    ),
    FieldInfo(
        "constraints.minimum_distance",
        later("Least distance"),
        "float",
        0.0,
        later("Keep picks this far from each other and from what is labelled: 0 for no limit, 2 at the most"),
        low=0.0,
        high=2.0,
        step=0.05,
    ),
    FieldInfo(
        "constraints.protect",
        later("Protect"),
        "text",
        "",
        later(
            "Never pick images that fit this filter, nor near duplicates of them, such as those of a test set:"
            ' split == "test"'
        ),
        empty=later("nothing"),
    ),
)
AIMS = (
    FieldInfo(
        "aims.strata",
        later("Balance over"),
        "column",
        "",
        later(
            "A column whose values the batch is to hold in the shares below; or the labels, as the model foresees them"
        ),
        choices=(later("label"), later("source")),
        empty=later("Nothing"),
    ),
    FieldInfo(
        "aims.targets",
        later("Shares"),
        "shares",
        {},
        later("The share that each value is to have, as in: day = 0.3, night = 0.7"),
        depends="aims.strata",
        empty=later("equal"),
    ),
    FieldInfo(
        "aims.balance",
        later("Strength"),
        "float",
        0.0,
        later("How much balance counts beside coverage: 0 only weighs the images, 1 counts as much as all of coverage"),
        low=0.0,
        high=10.0,
        step=0.1,
        depends="aims.strata",
    ),
    FieldInfo(
        "aims.priority",
        later("Prefer high"),
        "column",
        "",
        later("A column of numbers, such as a quality or a priority: images with high ones are preferred"),
        numeric=True,
        empty=later("Nothing"),
    ),
    FieldInfo(
        "aims.priority_weight",
        later("Preference"),
        "float",
        Aims().priority_weight,
        later("The image of the highest value counts like so many more images that it stands for"),
        low=0.0,
        high=1000.0,
        step=1.0,
        depends="aims.priority",
    ),
    FieldInfo(
        "random_share",
        later("At random"),
        "share",
        0.05,
        later("The share of the batch that is drawn at random, so that accuracy and unseen classes can be told fairly"),
        low=0.0,
        high=1.0,
        step=0.01,
    ),
)
FIELDS = (*LIMITS, *AIMS)


def spec_with(spec: SelectSpec, values: Mapping[str, Any]) -> SelectSpec:
    """``spec`` with ``values`` at the places that their names tell: ``field`` or ``constraints.field``.

    Raises TypeError where there is no such place.
    """
    for name, value in values.items():
        part, _, inner = name.rpartition(".")
        changed = {part: replace(getattr(spec, part), **{inner: value})} if part else {inner: value}
        spec = replace(spec, **changed)
    return spec


def places(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The ``changes`` of a preset by place: those of ``constraints`` and ``aims`` as "aims.balance"."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("constraints", "aims"):
            found |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            found[name] = value
    return found


def value_in(spec: SelectSpec, name: str) -> Any:
    """What ``spec`` holds at the place ``name``."""
    part, _, inner = name.rpartition(".")
    return getattr(getattr(spec, part) if part else spec, inner)
