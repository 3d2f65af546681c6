"""What strategies may know: beliefs from the probe or from the user, the same in every replay."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import desktop_al
from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError, SelectionError
from desktop_al.numerics.grid import GridVectors
from desktop_al.strategies import knowledge
from desktop_al.strategies.base import Known
from desktop_al.strategies.coverage import Coverage
from desktop_al.strategies.engine import Request, rank, rank_again
from desktop_al.strategies.knowledge import beliefs_of, class_count
from desktop_al.strategies.margin import Margin
from desktop_al.strategies.registry import strategies
from desktop_al.strategies.uncertainty_herding import UncertaintyHerding
from tests.jobs.pools import clusters
from tests.strategies.conformance import make_input

MATRIX = clusters((40, 40, 40), spread=0.8)
LABELLED = (0, 1, 40, 41, 80, 81)
KNOWN = Known(np.arange(6), np.repeat(np.arange(3, dtype=np.int32), 2), ("a", "b", "c"))
NEEDY = [known.name for known in strategies() if (known.needs | known.uses) & {"probabilities"}]


def test_that_the_probe_is_fitted_on_what_is_labelled_and_asked_about_the_pool() -> None:
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    beliefs = beliefs_of(Margin(), given)
    assert beliefs is not None
    assert beliefs.predict is not None
    assert np.array_equal(beliefs.predict(given.pool.block()), beliefs.probabilities)
    assert (beliefs.probabilities.argmax(axis=1) == np.repeat(np.arange(3), 38)).mean() > 0.9
    assert beliefs.temperature >= 1


def test_that_blocks_change_no_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    whole = beliefs_of(Margin(), given)
    monkeypatch.setattr(knowledge, "_BLOCK", 7)
    parts = beliefs_of(Margin(), given)
    assert whole is not None
    assert parts is not None
    assert np.array_equal(whole.probabilities, parts.probabilities)


def test_that_only_who_asks_gets_beliefs() -> None:
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    assert beliefs_of(Coverage(), given) is None
    assert beliefs_of(UncertaintyHerding(), given) is not None


def test_that_there_are_no_beliefs_without_labels_of_two_classes() -> None:
    given = make_input(MATRIX, Coverage(), LABELLED)
    for known in (None, replace(KNOWN, codes=np.zeros(6, dtype=np.int32))):
        assert beliefs_of(UncertaintyHerding(), replace(given, known=known)) is None


def test_that_earlier_picks_without_a_label_teach_nothing() -> None:
    given = make_input(MATRIX, Coverage(), LABELLED)
    some = Known(np.array([0, 2, 4]), np.arange(3, dtype=np.int32), ("a", "b", "c"))
    beliefs = beliefs_of(Margin(), replace(given, known=some))
    fewer = beliefs_of(
        Margin(), replace(make_input(MATRIX, Coverage(), (0, 40, 80)), known=replace(some, rows=np.arange(3)))
    )
    assert beliefs is not None
    assert fewer is not None
    assert beliefs.predict is not None
    assert fewer.predict is not None
    block = given.pool.block()
    assert np.array_equal(beliefs.predict(block), fewer.predict(block))


def test_that_own_probabilities_come_first() -> None:
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    table = np.random.default_rng(0).dirichlet([1, 1, 1], 114)
    beliefs = beliefs_of(Margin(), given, table)
    assert beliefs is not None
    assert beliefs.predict is None
    assert np.abs(beliefs.probabilities - table).max() < 1e-5
    certain = np.tile([0.98, 0.01, 0.01], (6, 1))
    flatter = beliefs_of(Margin(), given, table, certain)
    assert flatter is not None
    assert flatter.temperature > 2
    assert flatter.probabilities.max() < table.max()


def test_that_labels_of_more_classes_than_columns_are_refused() -> None:
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    with pytest.raises(SelectionError, match="labels of 3 classes and probabilities of 2"):
        beliefs_of(Margin(), given, np.full((114, 2), 0.5), np.full((6, 2), 0.5))


def test_that_classes_known_by_name_count() -> None:
    assert class_count(KNOWN) == 3
    assert class_count(replace(KNOWN, classes=())) == 3
    assert class_count(replace(KNOWN, classes=("a", "b", "c", "d"))) == 4


def test_that_a_cancel_is_heard_while_the_probe_is_asked() -> None:
    ctx = Context()
    ctx.cancel()
    given = replace(make_input(MATRIX, Coverage(), LABELLED), known=KNOWN)
    with pytest.raises(CancelledError):
        beliefs_of(Margin(), given, ctx=ctx)


@pytest.mark.parametrize("name", NEEDY)
def test_that_a_replay_gives_the_same_bits(name: str) -> None:
    known = next(one for one in strategies() if one.name == name)
    everything = GridVectors(MATRIX)
    pool, references = everything.subset(np.setdiff1d(np.arange(120), LABELLED)), everything.subset(np.array(LABELLED))
    request = Request(count=12, seed=3, known=KNOWN, judged=False)
    first = rank(known, pool, references, request)
    again = rank_again(known, pool, references, request, 12)
    assert np.array_equal(first.order, again.order)
    assert np.array_equal(first.gains, again.gains)


@pytest.mark.parametrize("name", NEEDY)
def test_that_a_judged_batch_is_the_same(name: str) -> None:
    known = next(one for one in strategies() if one.name == name)
    everything = GridVectors(MATRIX)
    pool, references = everything.subset(np.setdiff1d(np.arange(120), LABELLED)), everything.subset(np.array(LABELLED))
    request = Request(count=12, seed=3, known=KNOWN)
    judged, bare = (rank(known, pool, references, replace(request, judged=judged)) for judged in (True, False))
    assert np.array_equal(judged.order[:12], bare.order)
    assert judged.verdict.coverage["before"] < judged.verdict.coverage["after"] <= judged.verdict.certificate


def test_that_neither_threads_nor_the_processor_change_a_pick() -> None:
    code = (
        "import hashlib, numpy as np\nfrom desktop_al import select\n"
        "y = np.arange(600) % 5\n"
        "x = np.random.default_rng(1).normal(size=(5, 200))[y] + 2 * np.random.default_rng(0).normal(size=(600, 200))\n"
        f"for name in {NEEDY!r}:\n"
        "    p = select(x, 40, range(50), y[:50], strategy=name, judged=False)\n"
        "    print(name, hashlib.sha256(p.indices.tobytes() + p.gains.tobytes()).hexdigest())"
    )
    root = Path(desktop_al.__file__).parents[1]
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            timeout=200,
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OPENBLAS_CORETYPE": core},
        ).stdout.splitlines()
        for threads, core in (("1", "Haswell"), ("2", "Haswell"), ("2", "Prescott"))
    ]
    assert printed[0] == printed[1] == printed[2]
