"""Comparing what was read of the samples."""

from dataclasses import fields

import numpy as np

from desktop_al.domain.records import SampleTable


def assert_same(found: SampleTable, wanted: SampleTable) -> None:
    """Fail unless all columns are the same."""
    for field in fields(SampleTable):
        ours, theirs = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(theirs, np.ndarray):
            assert ours.dtype == theirs.dtype
            np.testing.assert_array_equal(ours, theirs)
        else:
            assert ours == theirs
