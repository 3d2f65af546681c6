"""The 578 odd and broken images of the shared data: each decodes as its manifest says, or has a sound reason."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from desktop_al.media.decode import Decoded, DecodeError, decode
from tests.data import shared

# Files that the manifest says Pillow opens, but that its builds with zlib-ng do not: PNGs of iOS apps.
IOS_PNG = "The image is a PNG in the private variant of iOS apps"
# Files that only a format without a signature, tried on everything, or a lenient plug-in makes something of.
BETTER_THAN_THE_MANIFEST = {"pillow__pillow.ico", "pillow__psd-oob-write-overflow.psd"}


@cache
def manifest() -> dict[str, dict[str, str]]:
    with (shared("messy") / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def decoded(min_side: int | None = None) -> dict[str, Decoded | str]:
    """The outcome of each file: what was decoded, or the reason."""
    folder = shared("messy") / "files"
    outcomes: dict[str, Decoded | str] = {}
    for name in manifest():
        try:
            outcomes[name] = decode(folder / name, min_side=min_side)
        except DecodeError as error:
            outcomes[name] = str(error)
    return outcomes


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Decoded | str]:
    return decoded()


def test_that_the_files_and_the_manifest_agree() -> None:
    assert len(manifest()) > 500
    assert {path.name for path in (shared("messy") / "files").iterdir()} >= set(manifest())


def test_that_what_pillow_opens_decodes_or_has_a_sound_reason(outcomes: dict[str, Decoded | str]) -> None:
    refused = {
        name: outcome
        for name, outcome in outcomes.items()
        if isinstance(outcome, str) and manifest()[name]["pillow_result"] == "opens"
    }
    assert {name: reason for name, reason in refused.items() if not reason.startswith(IOS_PNG)} == {}
    assert len(refused) <= 5


def test_that_what_pillow_does_not_open_has_a_reason(outcomes: dict[str, Decoded | str]) -> None:
    broken = [name for name, row in manifest().items() if row["pillow_result"] != "opens"]
    taken = {name for name in broken if not isinstance(outcomes[name], str)}
    assert taken <= BETTER_THAN_THE_MANIFEST
    for name in set(broken) - taken:
        reason = outcomes[name]
        assert isinstance(reason, str)
        assert reason.startswith(("The image ", "The file ", "The content ")), (name, reason)
        assert reason.endswith("."), (name, reason)
        assert "\n" not in reason, (name, reason)


def test_that_bombs_are_named_as_such(outcomes: dict[str, Decoded | str]) -> None:
    bombs = [name for name, row in manifest().items() if row["pillow_result"].startswith("DecompressionBomb")]
    assert bombs
    assert [name for name in bombs if "more than the cap of" not in str(outcomes[name])] == []


def test_that_size_format_and_frames_are_those_of_the_manifest(outcomes: dict[str, Decoded | str]) -> None:
    wrong = []
    for name, outcome in outcomes.items():
        row = manifest()[name]
        if isinstance(outcome, str) or row["pillow_result"] != "opens":
            continue
        size = (int(row["width"]), int(row["height"]))
        # The manifest holds Pillow's sizes: TIFF is turned already, the others are not.
        if int(row["exif_orientation"] or 1) >= 5 and row["format"] != "TIFF":
            size = size[::-1]
        frames = 1 if row["format"] == "PSD" else int(row["frames"])
        found = (outcome.width, outcome.height, outcome.format, outcome.frames, outcome.rgb.shape)
        if found != (*size, row["format"], frames, (size[1], size[0], 3)):
            wrong.append((name, found))
    assert wrong == []


def test_that_all_orientations_of_one_photograph_look_alike(outcomes: dict[str, Decoded | str]) -> None:
    for shape in ("Landscape", "Portrait"):
        views = []
        for orientation in range(9):
            outcome = outcomes[f"exif-orientation__{shape}_{orientation}.jpg"]
            assert isinstance(outcome, Decoded)
            assert (outcome.width, outcome.height) == ((1800, 1200) if shape == "Landscape" else (1200, 1800))
            views.append(np.asarray(Image.fromarray(outcome.rgb).convert("L").resize((60, 60)), float))
        for orientation, view in enumerate(views):
            # Each photograph carries its number as text, and so differs a little.
            assert np.corrcoef(views[0].ravel(), view.ravel())[0, 1] > 0.97, (shape, orientation)


def test_that_orientation_agrees_with_pillow(outcomes: dict[str, Decoded | str]) -> None:
    compared = 0
    for name, row in manifest().items():
        outcome = outcomes[name]
        if row["exif_orientation"] in {"", "1"} or isinstance(outcome, str) or row["mode"] not in {"RGB", "L"}:
            continue
        with Image.open(shared("messy") / "files" / name) as image:
            expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        assert np.array_equal(outcome.rgb, expected), name
        compared += 1
    assert compared >= 30


def test_that_scaled_decoding_gives_the_same_verdicts_and_facts(outcomes: dict[str, Decoded | str]) -> None:
    for name, scaled in decoded(min_side=64).items():
        whole = outcomes[name]
        if isinstance(whole, str):
            assert isinstance(scaled, str), name
            continue
        assert not isinstance(scaled, str), (name, scaled)
        assert (scaled.width, scaled.height, scaled.hash) == (whole.width, whole.height, whole.hash), name
        assert min(scaled.rgb.shape[:2]) >= min(64, *whole.rgb.shape[:2]), name


def test_that_broken_files_write_nothing_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    decoded(min_side=64)
    assert capfd.readouterr().err == ""


def test_that_truncated_photographs_are_refused(tmp_path: Path) -> None:
    folder = shared("clothing") / "images"
    for path in sorted(folder.iterdir())[:20]:
        data = path.read_bytes()
        for share in (0.3, 0.7, 0.95):
            cut = tmp_path / path.name
            cut.write_bytes(data[: int(len(data) * share)])
            with pytest.raises(DecodeError, match="truncated"):
                decode(cut, min_side=64)
            cut.write_bytes(data[: int(len(data) * share)].ljust(len(data), b"\0"))
            with pytest.raises(DecodeError, match="truncated"):
                decode(cut, min_side=64)
