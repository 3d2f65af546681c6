"""The protocol of learning curves."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_al.domain.errors import SelectionError
from scripts.bench_parts import curve_protocol
from scripts.bench_parts.curve_pools import CurvePool, drawn_pools, in_half_a, make_pool, read_pools
from scripts.bench_parts.curve_protocol import draw_curve, kept_curve, macro_recall, next_batch, parse_column
from scripts.bench_parts.learning_curves import Curves, measure, rivals, table
from scripts.bench_parts.main import main


def three_classes(seed: int = 0) -> CurvePool:
    rng = np.random.default_rng(seed)
    centres = np.eye(12)[:3]
    codes = np.repeat([0, 1, 2], (40, 20, 6))
    return make_pool("three", centres[codes] + 0.2 * rng.normal(size=(66, 12)), np.array(["a", "b", "c"])[codes])


def test_that_the_halves_of_a_pool_are_its_parts_and_the_same_for_each_embedder() -> None:
    labels = np.array(["x", "y"] * 50)
    whole = np.random.default_rng(0).normal(size=(100, 4))
    halves = [make_pool("p", whole, labels, half) for half in ("a", "b")]
    assert sum(len(half.codes) for half in halves) == 100
    assert 30 < len(halves[0].codes) < 70
    assert not {row.tobytes() for row in halves[0].vectors} & {row.tobytes() for row in halves[1].vectors}
    other = make_pool("q", whole[:, :3], labels, "a")
    assert np.array_equal(other.codes, halves[0].codes)
    assert np.array_equal(in_half_a(50), in_half_a(100)[:50])


def test_that_a_split_is_stratified_and_leaves_each_class_something_to_pick() -> None:
    pool = three_classes()
    rows, test = pool.split(3)
    assert sorted([*rows, *test]) == list(range(66))
    assert np.bincount(pool.codes[test]).tolist() == [12, 6, 2]
    assert not np.array_equal(pool.split(4)[1], test)
    lonely = make_pool("one", np.eye(3), np.array(["a", "b", "b"]))
    assert np.bincount(lonely.codes[lonely.split(0)[1]], minlength=2).tolist() == [0, 1]


def test_that_a_batch_of_one_class_has_the_recall_of_a_constant() -> None:
    pool = three_classes()
    found = macro_recall(pool.vectors[:5], pool.codes[:5], pool.vectors, pool.codes, 3, 10.0)
    assert found == pytest.approx(1 / 3)


def test_that_recall_is_the_mean_over_classes() -> None:
    pool = three_classes()
    two = pool.codes < 2
    # All of two classes are known and told apart, of the third nothing is.
    assert macro_recall(pool.vectors[two], pool.codes[two], pool.vectors, pool.codes, 3, 10.0) == pytest.approx(
        2 / 3, abs=0.05
    )


def test_that_fewer_dimensions_give_the_regression_of_all() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    vectors, test = rng.normal(size=(9, 30)), rng.normal(size=(50, 30))
    codes = np.repeat([0, 1, 2], 3)
    whole = LogisticRegression(C=10.0, max_iter=500).fit(vectors, codes).predict(test)
    assert np.mean(curve_protocol._predict(vectors, codes, test.astype(np.float32), 10.0) == whole) > 0.97


def test_that_a_curve_labels_as_many_a_round_as_there_are_classes() -> None:
    pool = three_classes()
    asked: list[tuple[int, int]] = []
    real = curve_protocol.next_batch

    def watched(*arguments: object) -> object:
        asked.append((len(arguments[2]), int(arguments[4])))  # type: ignore[arg-type, call-overload]
        return real(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_protocol, "next_batch", watched)
        curve = draw_curve(pool, "coverage", 0, 4, 10.0)
    assert asked == [(0, 3), (3, 3), (6, 3), (9, 3)]
    assert len(curve.recall) == len(curve.found) == 4
    assert curve.recall[-1] > 0.8
    assert curve.recall == draw_curve(pool, "coverage", 0, 4, 10.0).recall


def test_that_a_used_up_pool_ends_the_curve_level() -> None:
    pool = three_classes()
    curve = draw_curve(pool, "random", 0, 30, 10.0)
    assert len(curve.recall) == 30
    assert len(set(curve.recall[-10:])) == 1


def test_that_a_strategy_without_anything_to_go_by_begins_at_random() -> None:
    pool = three_classes()
    none = np.zeros(0, dtype=np.int64)
    picks, by_chance = next_batch(pool.vectors, pool.codes, none, "margin", 4, 1)
    assert by_chance
    assert np.array_equal(picks, next_batch(pool.vectors, pool.codes, none, "random", 4, 1)[0])
    assert not next_batch(pool.vectors, pool.codes, np.array([0, 50]), "margin", 4, 1)[1]


def test_that_other_refusals_are_not_hidden() -> None:
    pool = three_classes()
    with pytest.raises(SelectionError, match="no option colour"):
        next_batch(pool.vectors, pool.codes, np.zeros(0, dtype=np.int64), "coverage colour=1", 4, 1)


def test_that_a_column_may_carry_options() -> None:
    assert parse_column("coverage density=2") == ("coverage", {"density": "2"})


def test_that_a_kept_curve_is_not_drawn_again_unless_something_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = three_classes()
    first = kept_curve(pool, "random", 0, 2, 10.0, tmp_path)
    monkeypatch.setattr(curve_protocol, "draw_curve", lambda *_: pytest.fail("drawn again"))
    assert kept_curve(pool, "random", 0, 2, 10.0, tmp_path) == first
    with pytest.raises(pytest.fail.Exception):
        kept_curve(pool, "random", 0, 3, 10.0, tmp_path)
    with pytest.raises(pytest.fail.Exception):
        kept_curve(three_classes(1), "random", 0, 2, 10.0, tmp_path)


def test_that_the_best_column_leaves_auto_out() -> None:
    values = {("p", "auto"): [0.9, 0.9], ("p", "random"): [0.3, 0.5], ("p", "k-center"): [0.5, 0.5]}
    lines = table(values, {"p": "6"}, ("auto", "random", "k-center")).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "p (6)", ".900 ±.000", ".400 ±.141", ".500 ±.000", ".500 ±.000", "k-center",
    ]  # fmt: skip
    assert [cell.strip() for cell in lines[3].split("|")[1:-1]] == ["mean", ".900", ".400", ".500", ".500", ""]


def test_that_auto_has_no_rival_in_itself() -> None:
    assert rivals(("auto", "random", "auto seen=2")) == ["random"]
    assert rivals(("auto",)) == ["auto"]


def test_that_two_processes_draw_the_curves_of_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = three_classes()
    np.savez(tmp_path / "three.npz", X=pool.vectors, y=pool.codes.astype(str))
    found = []
    for jobs in (1, 2):
        asked = Curves(data=(f"three={tmp_path / 'three.npz'}",), columns=("random", "coverage"), jobs=jobs)
        found.append(measure(10, 2, 2, 1, asked)["curves"])
    for one, two in zip(*found, strict=True):
        assert {**one, "seconds": 0} == {**two, "seconds": 0}
    assert len(found[0]) == 4
    assert "| three (66, 3 classes, 61% in one)" in capsys.readouterr().out
    assert json.dumps(found[0])


def test_that_drawn_pools_are_as_unbalanced_as_they_say() -> None:
    pools = {pool.name: pool for pool in drawn_pools(600, None)}
    for ratio in (1, 10, 100, 1000):
        sizes = np.bincount(pools[f"drawn 1:{ratio}"].codes)
        assert len(sizes) == 10
        # Two of a class at least, so that one can be tested.
        assert sizes.min() >= 2
        assert sizes.max() / sizes.min() == pytest.approx(ratio, rel=0.5)
    other = next(iter(drawn_pools(600, "b")))
    assert not np.array_equal(other.vectors, pools["drawn 1:1"].vectors)


def test_that_near_copies_and_outliers_are_drawn() -> None:
    pools = {pool.name: pool for pool in drawn_pools(600, None)}

    def nearest(name: str) -> NDArray[np.float32]:
        products = pools[name].vectors @ pools[name].vectors.T
        np.fill_diagonal(products, -1)
        gaps: NDArray[np.float32] = np.sqrt(np.maximum(2 - 2 * products.max(axis=1), 0))
        return gaps

    assert np.mean(nearest("drawn 1:10, near-copies") < 0.15) > 0.4
    assert np.mean(nearest("drawn 1:10") < 0.15) < 0.01
    assert np.mean(nearest("drawn 1:10, outliers") > nearest("drawn 1:10").max()) > 0.01


def test_that_a_folder_of_images_is_embedded_once_by_each_built_in_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(2):
            pixels = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{name}{number}.png")
    source = str(tmp_path / "pets")
    (pool,) = read_pools(source, None, tmp_path / "kept", "", (), ("builtin",))
    assert pool.name == "pets builtin"
    assert pool.codes.tolist() == [0, 0, 1, 1]
    assert pool.vectors.shape == (4, 1280)
    monkeypatch.setattr("scripts.bench_parts.curve_pools.embed_folder", lambda *_: pytest.fail("embedded again"))
    (again,) = read_pools(source, None, tmp_path / "kept", "", (), ("builtin",))
    assert again.digest == pool.digest


def test_that_folders_are_embedded_by_the_models_given_by_path_and_those_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = []

    def embed(folder: Path, model: str, *_: object) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
        embedded.append((folder, model))
        return np.eye(4, dtype=np.float32), np.array(["a", "b"] * 2)

    monkeypatch.setattr("scripts.bench_parts.curve_pools.embed_folder", embed)
    files = [tmp_path / folder / "net.onnx" for folder in ("one", "other")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(file.parent.name.encode())
    pools = list(read_pools(str(tmp_path), None, tmp_path / "kept", "", (), (str(files[0]), str(files[1]), "builtin")))
    assert embedded == [(tmp_path, str(files[0])), (tmp_path, str(files[1])), (tmp_path, "builtin")]
    assert len({pool.name for pool in pools}) == 3
    assert pools[0].name.startswith(f"{tmp_path.name} net ")
    assert len(list((tmp_path / "kept").iterdir())) == 3


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (None, "neither a file nor a folder"),
        ({"X": np.eye(3)}, "no .npz file with X"),
        ({"X": np.eye(3), "y": np.array(["a", "b"])}, "they must be"),
        ({"X": np.diag([1, 1, np.nan]), "y": np.array(["a", "b", "b"])}, "zero or not finite"),
        ({"X": np.diag([1, 1, 0]), "y": np.array(["a", "b", "b"])}, "zero or not finite"),
    ],
)
def test_that_a_pool_that_is_none_ends_the_bench_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: dict[str, NDArray[np.generic]] | None, words: str
) -> None:
    if held is not None:
        np.savez(tmp_path / "x.npz", **held)  # type: ignore[arg-type]
    with pytest.raises(SystemExit) as ended:
        main(["learning_curves", "--quick", "--data", f"x={tmp_path / 'x.npz'}", "--strategies", "random"])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert told.startswith("scripts/bench: ")
    assert words in told
    assert told.count("\n") == 1
