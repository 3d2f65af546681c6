"""Places of a ranking that go to another rule."""

import numpy as np
import pytest

from desktop_al.strategies.places import due, next_due, random_phase


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.7, 1.0])
@pytest.mark.parametrize("phase", [0.0, 0.5, 0.93])
def test_that_any_run_of_places_holds_its_share(share: float, phase: float) -> None:
    marks = np.array([due(at, share, phase) for at in range(400)])
    counts = np.concatenate([[0], np.cumsum(marks)])
    for start in (0, 7, 133):
        for stop in (140, 250, 400):
            assert abs(counts[stop] - counts[start] - share * (stop - start)) < 1 + 1e-6
    places = np.flatnonzero(marks)
    for at in (0, 11, 300):
        later = places[places >= at]
        assert next_due(at, 400, share, phase) == (later[0] if len(later) else 400)


def test_that_small_batches_hold_their_share_of_random_picks_on_average() -> None:
    phases = [random_phase(references) for references in range(2000)]
    held = [sum(due(at, 0.05, phase) for at in range(10)) for phase in phases]
    assert np.mean(held) == pytest.approx(0.5, abs=0.05)
