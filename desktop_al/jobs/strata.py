"""Strata: the parts of a pool that a batch is to hold in given shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.sentence import say
from desktop_al.jobs.packing import pack_column, unpack_column

LABEL = "label"
"""The column whose strata are classes: the labels, and where there is none what they foretell."""

_MOST, _LISTED = 1000, 20
_LEAST_WEIGHT, _MOST_WEIGHT = 0.2, 5.0
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata of a selection.

    ``codes`` (n,) int32 are those of the pool, of ``names``, -1 for none; ``counts`` (g,) int64 what the references
    hold of each; ``shares`` (g,) float64 the target, summing to 1.
    """

    column: str
    names: tuple[str, ...]
    codes: NDArray[np.int32]
    counts: NDArray[np.int64]
    shares: NDArray[np.float64]

    def weights(self) -> NDArray[np.float64]:
        """Target share over observed share of the stratum of each sample, from 0.2 to 5; 1 for a sample of none."""
        known = self.codes[self.codes >= 0]
        observed = np.bincount(known, minlength=len(self.names)) / max(1, len(known))
        ratio = np.divide(self.shares, observed, out=np.ones_like(observed), where=observed > 0)
        # The code -1 finds the last.
        weights: NDArray[np.float64] = np.append(np.clip(ratio, _LEAST_WEIGHT, _MOST_WEIGHT), 1.0)
        return weights[self.codes]

    def name_of(self, position: int) -> str | None:
        """The stratum of the sample at ``position`` of the pool."""
        code = int(self.codes[position])
        return None if code < 0 else self.names[code]

    def pack(self) -> dict[str, Any]:
        """As JSON can hold it, bit for bit."""
        return {
            "column": self.column,
            "names": list(self.names),
            "codes": pack_column(self.codes),
            "counts": pack_column(self.counts),
            "shares": pack_column(self.shares),
        }

    @staticmethod
    def unpack(kept: Mapping[str, Any]) -> "Strata":
        """The inverse of `pack`."""
        codes, counts, shares = (unpack_column(kept[name]) for name in ("codes", "counts", "shares"))
        assert codes is not None
        assert counts is not None
        assert shares is not None
        return Strata(kept["column"], tuple(kept["names"]), codes, counts, shares)


def strata_of(
    column: str,
    names: tuple[str, ...],
    pool: NDArray[np.int32],
    references: NDArray[np.int32],
    targets: Mapping[str, float],
) -> Strata:
    """The strata of a column with the ``targets`` that a person gave; strata that are not named share what is left.

    Without targets all strata are to have equal shares; the rest is shared as the pool has it. Targets of all strata
    need not sum to one.

    Raises
    ------
    SelectionUsageError
        A stratum is not there, a target is no share, or the column has too many values.
    """
    if len(names) > _MOST:
        raise SelectionUsageError(
            say(
                "The column “{column}” has {count:,} different values, and at most {most:,} can be "
                "balanced; choose a column with fewer.",
                column=column,
                count=len(names),
                most=_MOST,
            )
        )
    unknown = [name for name in targets if name not in names]
    if unknown:
        listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
        raise SelectionUsageError(
            say(
                "The column “{column}” has no stratum “{stratum}”; its strata are: {listed}.",
                column=column,
                stratum=unknown[0],
                listed=listed,
            )
        )
    for name, share in targets.items():
        if not (np.isfinite(share) and 0 <= share <= 1):
            raise SelectionUsageError(
                say(
                    "The target of “{name}” must be a share from 0 to 1, such as 0.3 or 30%, and {share} is not.",
                    name=name,
                    share=share,
                )
            )
    counts = np.bincount(references[references >= 0], minlength=len(names)).astype(np.int64)
    return Strata(column, names, pool, counts, _shares(names, pool, targets))


def _shares(names: tuple[str, ...], pool: NDArray[np.int32], targets: Mapping[str, float]) -> NDArray[np.float64]:
    if not targets:
        return np.full(len(names), 1 / max(1, len(names)))
    found = np.array([targets.get(name, np.nan) for name in names], dtype=np.float64)
    named = ~np.isnan(found)
    total = float(found[named].sum())
    if not named.all():
        if total > 1 + _ROUNDING:
            raise SelectionUsageError(
                say(
                    "The targets sum to {total:.0%}, which leaves less than nothing for the other strata; lower them.",
                    total=total,
                )
            )
        observed = np.bincount(pool[pool >= 0], minlength=len(names)).astype(np.float64)[~named]
        observed = observed if observed.sum() else np.ones(len(observed))
        found[~named] = max(0.0, 1 - total) * observed / observed.sum()
    if not found.sum() > 0:
        raise SelectionUsageError(say("Every target is 0; give at least one stratum a share."))
    found /= found.sum()
    return found
