"""The model's crop and the thumbnail, against the plain way of making them."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from desktop_al.media.model_input import model_input, resized_short_side, thumbnail_jpeg
from tests.pictures import picture


def reference(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Resize the short side to size / 0.875, then cut out the centre: two steps, as the evaluation protocol tells."""
    image = Image.fromarray(rgb)
    short = resized_short_side(size)
    scale = short / min(image.size)
    resized = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    left, top = (resized.width - size) // 2, (resized.height - size) // 2
    return np.asarray(resized.crop((left, top, left + size, top + size)))


@pytest.mark.parametrize(("height", "width"), [(512, 512), (600, 400), (300, 900), (100, 100), (224, 256)])
@pytest.mark.parametrize("size", [224, 260])
def test_that_one_step_gives_the_crop_of_two(height: int, width: int, size: int) -> None:
    rgb = np.asarray(picture(4, side=900).resize((width, height)))
    found = model_input(rgb, size)
    assert found.shape == (size, size, 3)
    assert found.dtype == np.uint8
    # Half a pixel where the margin is odd.
    assert np.abs(found.astype(int) - reference(rgb, size)).mean() < 3


def test_that_the_short_side_is_that_of_the_protocol() -> None:
    assert [resized_short_side(size) for size in (224, 260)] == [256, 298]


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3000, 2)])
def test_that_extreme_shapes_give_an_input_and_a_thumbnail(shape: tuple[int, int]) -> None:
    rgb = np.full((*shape, 3), 90, np.uint8)
    assert (model_input(rgb, 224) == 90).all()
    with Image.open(io.BytesIO(thumbnail_jpeg(rgb))) as image:
        assert max(image.size) == min(256, max(shape))


@pytest.mark.parametrize(
    ("size", "expected"), [((512, 256), (256, 128)), ((300, 900), (85, 256)), ((100, 50), (100, 50))]
)
def test_that_a_thumbnail_fits_and_is_never_enlarged(size: tuple[int, int], expected: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(thumbnail_jpeg(np.asarray(picture(2, side=900).resize(size))))) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", expected, "RGB")
