"""When to stop labelling: agreement of probes and unseen classes, against what can be worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_al.numerics.stop import kappa, new_class_risk, stabilising, stop_set

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)


def codes(*values: int) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


@given(PAIRS)
def test_that_kappa_is_symmetric_and_at_most_the_agreement(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs).T
    assert -1 <= kappa(a, b) <= (a == b).mean() + 1e-12
    assert kappa(a, b) == pytest.approx(kappa(b, a))
    assert kappa(a, a) == 1


@given(PAIRS)
def test_that_kappa_does_not_depend_on_how_classes_are_numbered(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs).T
    names = np.array([70, 3, -4, 9, 0])
    assert kappa(names[a], names[b]) == pytest.approx(kappa(a, b))


@settings(deadline=None)
@given(PAIRS)
def test_that_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    a, b = np.array(pairs).T
    if len(np.unique(np.concatenate([a, b]))) > 1:
        assert kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_that_kappa_is_that_of_the_textbook() -> None:
    # 20 yes and 15 no alike, 5 and 10 not: agreement 0.7, by chance 0.5, kappa 0.4.
    a = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    b = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])
    assert kappa(a, b) == pytest.approx(0.4)


def test_that_kappa_of_nothing_or_of_unlike_lengths_is_refused() -> None:
    with pytest.raises(ValueError, match="0 and 0"):
        kappa(codes(), codes())
    with pytest.raises(ValueError, match="2 and 1"):
        kappa(codes(1, 2), codes(1))


def test_that_predictions_are_judged_from_the_third_round_on() -> None:
    same = codes(0, 1, 2, 1)
    assert stabilising([]).mean is None
    assert not stabilising([same, same]).judged
    assert not stabilising([same, same]).stable
    assert stabilising([same, same, same]).stable


def test_that_only_the_last_three_pairs_count() -> None:
    early, late = np.arange(200) % 2, np.arange(200) % 3
    assert not stabilising([early, late, late, late]).stable
    found = stabilising([early, late, late, late, late])
    assert found.stable
    assert found.kappas == (1.0, 1.0, 1.0)


def test_that_one_change_in_fifty_is_not_stable() -> None:
    first = np.arange(500) % 5
    second = first.copy()
    second[::50] = (second[::50] + 1) % 5
    found = stabilising([first, second, first, second])
    assert found.judged
    assert found.mean is not None
    assert 0.97 < found.mean < 0.98
    assert not found.stable


def test_that_the_stop_set_is_always_the_same_and_never_too_large() -> None:
    assert np.array_equal(stop_set(10_000), stop_set(10_000))
    assert len(np.unique(stop_set(10_000))) == 2000
    assert stop_set(3).tolist() == [0, 1, 2]


def test_that_the_risk_counts_the_classes_seen_once() -> None:
    assert new_class_risk(codes(1, 1, 2, 3, 3, 4, 3, 3, 1, 3)) == pytest.approx(2 / 10)
    assert new_class_risk(codes(*[7] * 10)) == 0
    for few in (codes(), codes(7), codes(*range(9))):
        assert new_class_risk(few) is None


def test_that_the_risk_is_the_mass_of_unseen_classes_on_average() -> None:
    rng = np.random.default_rng(0)
    shares = 1 / np.arange(1, 101)
    shares /= shares.sum()
    risks, masses = [], []
    for _ in range(400):
        drawn = rng.choice(100, size=80, p=shares)
        risks.append(new_class_risk(drawn))
        masses.append(1 - shares[np.unique(drawn)].sum())
    assert np.mean(np.array(risks, dtype=float)) == pytest.approx(np.mean(masses), abs=0.01)
