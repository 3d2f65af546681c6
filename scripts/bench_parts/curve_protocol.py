"""One learning curve: a strategy picks batch after batch of frozen embeddings, and a linear classifier learns them."""

import json
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al import select
from desktop_al.domain.errors import SelectionError
from desktop_al.strategies.registry import strategy
from scripts.bench_parts.curve_pools import CurvePool


@dataclass(frozen=True, slots=True)
class Curve:
    """Macro ``recall`` on the test split and the share of classes ``found``, after each round.

    ``seconds`` is the time that selecting took; ``chance`` counts the rounds that were drawn at random because the
    strategy had nothing to go by yet.
    """

    pool: str
    column: str
    seed: int
    recall: tuple[float, ...]
    found: tuple[float, ...]
    seconds: float
    chance: int


def parse_column(column: str) -> tuple[str, dict[str, str]]:
    """The strategy and its options in a column like "coverage density=2"."""
    name, *options = column.split()
    return name, dict(option.split("=", 1) for option in options)


def draw_curve(pool: CurvePool, column: str, seed: int, rounds: int, inverse_penalty: float) -> Curve:
    """Run the protocol: cold start, as many labels a round as there are classes, recall after each round.

    ``seed`` decides the split and what the strategy draws. The pool is made of unit vectors; where it is used up, the
    curve goes on as it ended.
    """
    rows, test = pool.split(seed)
    vectors, codes = pool.vectors[rows], pool.codes[rows]
    labelled = np.zeros(0, dtype=np.int64)
    recall: list[float] = []
    found: list[float] = []
    seconds, chance = 0.0, 0
    for number in range(rounds):
        if len(labelled) < len(rows):
            began = time.perf_counter()
            picks, by_chance = next_batch(vectors, codes, labelled, column, pool.classes, seed * 1000 + number)
            seconds += time.perf_counter() - began
            chance += by_chance
            labelled = np.concatenate([labelled, picks])
        recall.append(
            macro_recall(
                vectors[labelled], codes[labelled], pool.vectors[test], pool.codes[test], pool.classes, inverse_penalty
            )
        )
        found.append(len(np.unique(codes[labelled])) / pool.classes)
    return Curve(pool.name, column, seed, tuple(recall), tuple(found), seconds, chance)


def next_batch(
    vectors: NDArray[np.float32],
    codes: NDArray[np.int64],
    labelled: NDArray[np.int64],
    column: str,
    count: int,
    seed: int,
) -> tuple[NDArray[np.int64], bool]:
    """The rows that the strategy picks, and whether they had to be drawn at random, as long as it needs more labels."""
    name, options = parse_column(column)
    labels = codes[labelled].tolist() if len(labelled) else None
    try:
        picks = select(vectors, count, labelled, labels, None, name, seed, options, judged=False)
    except SelectionError:
        if not strategy(name).needs or len(np.unique(codes[labelled])) > 1:
            raise
        return select(vectors, count, labelled, labels, None, "random", seed, judged=False).indices, True
    return picks.indices, False


def macro_recall(
    vectors: NDArray[np.float32],
    codes: NDArray[np.int64],
    test: NDArray[np.float32],
    truth: NDArray[np.int64],
    classes: int,
    inverse_penalty: float,
) -> float:
    """The mean over the classes of the recall of a multinomial logistic regression; classes not seen have none."""
    predicted = _predict(vectors.astype(np.float64), codes, test, inverse_penalty)
    hits = np.bincount(truth[predicted == truth], minlength=classes)
    sizes = np.bincount(truth, minlength=classes)
    return float((hits[sizes > 0] / sizes[sizes > 0]).mean())


def _predict(
    vectors: NDArray[np.float64], codes: NDArray[np.int64], test: NDArray[np.float32], inverse_penalty: float
) -> NDArray[np.int64]:
    if len(np.unique(codes)) == 1:
        return np.full(len(test), codes[0])
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # Threads cost more than they bring on so few samples.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The weights lie in the span of the samples: fewer dimensions, the same solution.
        _, scales, axes = np.linalg.svd(vectors, full_matrices=False)
        axes = axes[scales > 1e-9 * scales[0]].T
        model = LogisticRegression(C=inverse_penalty, max_iter=500).fit(vectors @ axes, codes)
    predicted: NDArray[np.int64] = model.predict(test @ axes)
    return predicted


def kept_curve(
    pool: CurvePool, column: str, seed: int, rounds: int, inverse_penalty: float, keep: Path | None
) -> Curve:
    """The curve, from the folder ``keep`` where it was drawn before with the same protocol, else drawn and kept."""
    asked = {"digest": pool.digest, "rounds": rounds, "inverse_penalty": inverse_penalty}
    if keep is None:
        return draw_curve(pool, column, seed, rounds, inverse_penalty)
    plain = "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in f"{pool.name}-{column}")
    file = keep / f"{plain}-{pool.digest}-{seed}.json"
    if file.exists():
        held: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if held["asked"] == asked:
            return _curve(held["curve"])
    curve = draw_curve(pool, column, seed, rounds, inverse_penalty)
    keep.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"asked": asked, "curve": asdict(curve)}), encoding="utf-8")
    return curve


def _curve(held: dict[str, Any]) -> Curve:
    """The curve that `dataclasses.asdict` wrote."""
    return Curve(**{**held, "recall": tuple(held["recall"]), "found": tuple(held["found"])})
