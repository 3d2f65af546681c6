from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor

from desktop_al.domain.context import Context
from desktop_al.domain.errors import CancelledError
from desktop_al.gui.loupe import picture as pictures
from desktop_al.gui.loupe.picture import read_picture
from desktop_al.gui.preview import Read, read_image
from desktop_al.gui.thumbs import Wanted, read_thumbnail
from desktop_al.media.histogram import histogram
from desktop_al.media.thumbs import ThumbCache


@pytest.fixture
def noise(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A large image, and its pixels (h, w, 3)."""
    rgb = np.random.default_rng(0).integers(0, 256, (1700, 2600, 3), np.uint8)
    file = tmp_path / "noise.png"
    Image.fromarray(rgb).save(file)
    return file, rgb


def test_that_the_full_image_has_the_very_pixels_of_the_file(noise: tuple[Path, np.ndarray]) -> None:
    file, rgb = noise
    picture = read_picture(file, True, Context())
    assert picture.whole
    assert picture.final
    assert picture.levels[0].size() == picture.size
    for x, y in ((0, 0), (2599, 1699), (1234, 567)):
        assert picture.levels[0].pixelColor(x, y) == QColor(*rgb[y, x].tolist())


def test_that_the_scaled_version_knows_that_there_is_more(tmp_path: Path) -> None:
    file = tmp_path / "large.jpg"
    Image.fromarray(np.zeros((2400, 3200, 3), np.uint8)).save(file)
    picture = read_picture(file, False, Context(), screen_side=500)
    assert (picture.size.width(), picture.size.height()) == (3200, 2400)
    assert not picture.whole
    assert not picture.final
    assert 500 <= picture.levels[0].height() < 2400


def test_that_levels_halve_and_the_smallest_that_is_large_enough_is_taken(noise: tuple[Path, np.ndarray]) -> None:
    levels = read_picture(noise[0], True, Context()).levels
    assert [level.width() for level in levels] == [2600, 1300, 650]
    picture = read_picture(noise[0], True, Context())
    assert [picture.level_for(width).width() for width in (100, 650, 651, 2000, 9000)] == [650, 650, 1300, 2600, 2600]


def test_that_enormous_images_are_scaled_to_what_memory_allows(
    noise: tuple[Path, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100_000)
    picture = read_picture(noise[0], True, Context())
    level = picture.levels[0]
    assert level.width() * level.height() <= 100_000
    assert picture.final
    assert not picture.whole


def test_that_a_broken_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    for path in (tmp_path / "broken.jpg", tmp_path / "gone.jpg"):
        picture = read_picture(path, True, Context())
        assert picture.levels == ()
        assert picture.sentence.endswith(".")


def test_that_reading_can_be_called_off(noise: tuple[Path, np.ndarray]) -> None:
    ctx = Context()
    ctx.cancel()
    with pytest.raises(CancelledError):
        read_picture(noise[0], True, ctx)


def test_that_a_histogram_counts_what_a_loop_counts() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    slow = np.zeros((4, 256), np.int64)
    for red, green, blue in rgb.reshape(-1, 3).tolist():
        slow[0, red] += 1
        slow[1, green] += 1
        slow[2, blue] += 1
        slow[3, round(0.2126 * red + 0.7152 * green + 0.0722 * blue)] += 1
    found = histogram(rgb)
    assert found[:3].tolist() == slow[:3].tolist()
    assert np.abs(np.cumsum(found[3] - slow[3])).max() <= 1
    assert 300 <= histogram(np.zeros((400, 300, 3), np.uint8), enough=500)[0, 0] <= 900


def test_that_a_file_that_is_gone_says_what_to_do(tmp_path: Path) -> None:
    picture = read_picture(tmp_path / "gone.jpg", False, Context())
    assert picture.sentence == "The file is no longer there; scan again when it is back."


def test_that_what_can_only_be_decoded_as_a_whole_takes_no_more_memory_than_a_screen_needs(tmp_path: Path) -> None:
    file = tmp_path / "large.png"
    Image.fromarray(np.zeros((3000, 4000, 3), np.uint8)).save(file, compress_level=0)
    picture = read_picture(file, False, Context())
    assert picture.size.toTuple() == (4000, 3000)
    assert not picture.whole
    assert not picture.final
    assert picture.levels[0].width() * picture.levels[0].height() <= pictures.SCREEN_PIXELS
    assert read_picture(file, True, Context()).whole


def test_that_the_cap_on_pixels_is_that_of_the_settings_wherever_an_image_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large.png"
    Image.new("RGB", (1100, 1000)).save(file)
    cache = ThumbCache(tmp_path / "thumbs.sqlite")
    assert read_picture(file, True, Context()).levels
    assert isinstance(read_image(file), Read)
    assert not read_thumbnail(Wanted(1, "", file), cache).isNull()
    monkeypatch.setenv("DESKTOP_AL_MAX_PIXELS", "1000000")
    assert "raise max_pixels in settings.toml" in read_picture(file, True, Context()).sentence
    assert "raise max_pixels in settings.toml" in str(read_image(file))
    assert read_thumbnail(Wanted(1, "", file), cache).isNull()
    cache.close()
