"""The picks on one picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_al.jobs.contact_sheet import CELL, GAP, write_contact_sheet
from tests.pictures import make_pictures


@pytest.mark.parametrize("count", [0, 1, 7])
def test_that_every_pick_has_its_place(count: int, tmp_path: Path) -> None:
    paths = make_pictures(tmp_path / "images", count) if count else []
    write_contact_sheet(paths, tmp_path / "sheet.png", 10_000_000, overwrite=False)
    with Image.open(tmp_path / "sheet.png") as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    columns = (pixels.shape[1] - GAP) // (CELL + GAP)
    for index in range(count):
        left, top = (GAP + (CELL + GAP) * place for place in (index % columns, index // columns))
        with Image.open(paths[index]) as image:
            expected = np.asarray(image.convert("RGB").resize((CELL, CELL), Image.Resampling.BICUBIC), dtype=int)
        got = pixels[top : top + CELL, left : left + CELL].astype(int)
        # The rank covers the upper left corner.
        assert np.abs(got - expected)[20:, 20:].max() <= 2


def test_that_an_image_that_is_gone_or_broken_leaves_a_frame(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"x")
    write_contact_sheet([tmp_path / "gone.png", tmp_path / "broken.png"], tmp_path / "s.png", 10**7, overwrite=False)
    with Image.open(tmp_path / "s.png") as sheet:
        assert len(set(sheet.convert("L").get_flattened_data())) > 1
