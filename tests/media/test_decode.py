"""Decoding: every mode, every orientation, every kind of damage; nothing but `DecodeError` for any file."""

import io
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from desktop_al.domain.sentence import say
from desktop_al.media import content as content_module
from desktop_al.media.content import content_hash, read_content
from desktop_al.media.decode import DecodeError, decode, decode_content
from desktop_al.media.pixels import BACKGROUND
from tests.pictures import make_messy, picture, png_of_size


def close(found: NDArray[np.uint8], expected: object, tolerance: int = 2) -> bool:
    """Whether all channels agree within ``tolerance`` grey levels."""
    difference = np.abs(found.astype(int) - np.broadcast_to(np.asarray(expected, int), found.shape))
    return int(difference.max()) <= tolerance


def gradient() -> Image.Image:
    """An image whose four corners differ, 24 x 16: red grows to the right, green downwards."""
    columns, rows = np.meshgrid(np.arange(24) * 10, np.arange(16) * 15)
    return Image.fromarray(np.stack([columns, rows, np.full_like(rows, 40)], axis=-1).astype(np.uint8))


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def test_that_every_messy_picture_decodes_or_says_why(tmp_path: Path) -> None:
    for name, reason in make_messy(tmp_path).items():
        if reason is None:
            assert decode(tmp_path / name).rgb.shape == (96, 96, 3), name
        else:
            with pytest.raises(DecodeError) as caught:
                decode(tmp_path / name)
            said = str(caught.value)
            assert (said.startswith(reason), said.endswith(".")) == (True, True), (name, said)
            assert caught.value.content_hash == content_hash(tmp_path / name)


def test_that_the_facts_are_those_of_the_file(tmp_path: Path) -> None:
    path = save(gradient(), tmp_path / "a.png")
    decoded = decode(path)
    assert (decoded.width, decoded.height, decoded.format, decoded.frames) == (24, 16, "PNG", 1)
    assert decoded.hash == xxhash.xxh3_64(path.read_bytes()).hexdigest() == content_hash(path)
    assert decoded.rgb.dtype == np.uint8
    assert close(decoded.rgb, np.asarray(gradient()), 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_that_the_orientation_is_applied(tmp_path: Path, orientation: int, ending: str) -> None:
    upright = gradient()
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"jpg": {"quality": 100, "subsampling": 0}, "webp": {"lossless": 1}}.get(ending, {})
    path = save(stored, tmp_path / f"a.{ending}", exif=exif, **options)
    decoded = decode(path)
    assert (decoded.width, decoded.height) == (24, 16)
    assert close(decoded.rgb, np.asarray(upright), 4)


def half_transparent() -> Image.Image:
    """Red on the left; nothing, with green behind it, on the right."""
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :4] = (255, 0, 0, 255)
    pixels[:, 4:] = (0, 255, 0, 0)
    return Image.fromarray(pixels)


def palette_with_transparency() -> Image.Image:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(0, (0, 0, 4, 8))
    image.info["transparency"] = 1
    return image


@pytest.mark.parametrize(
    ("image", "ending"),
    [
        (half_transparent(), "png"),
        (half_transparent(), "webp"),
        (half_transparent(), "tif"),
        (palette_with_transparency(), "png"),
        (palette_with_transparency(), "gif"),
    ],
)
def test_that_transparent_pixels_show_the_background(tmp_path: Path, image: Image.Image, ending: str) -> None:
    options = {"lossless": True} if ending == "webp" else {}
    rgb = decode(save(image, tmp_path / f"a.{ending}", **options)).rgb
    assert close(rgb[:, :4], (255, 0, 0))
    assert close(rgb[:, 4:], BACKGROUND)


def test_that_an_image_that_is_transparent_throughout_shows_its_colours(tmp_path: Path) -> None:
    image = gradient().convert("RGBA")
    image.putalpha(0)
    assert close(decode(save(image, tmp_path / "a.png")).rgb, np.asarray(gradient()), 0)


def test_that_grey_with_alpha_is_read(tmp_path: Path) -> None:
    image = half_transparent().convert("LA")
    rgb = decode(save(image, tmp_path / "a.png")).rgb
    assert close(rgb[:, :4], 76)
    assert close(rgb[:, 4:], BACKGROUND)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr", "LAB"])
def test_that_other_modes_keep_their_colours(tmp_path: Path, mode: str) -> None:
    grey = Image.new("RGB", (8, 8), (250, 250, 250))
    grey.paste((5, 5, 5), (0, 0, 4, 8))
    if mode == "LAB":
        image = Image.new("LAB", (8, 8), (250, 128, 128))
        image.paste((4, 128, 128), (0, 0, 4, 8))
    else:
        image = grey.quantize(2) if mode == "P" else grey.convert(mode)
    path = save(image, tmp_path / ("a.png" if mode in {"L", "1", "P"} else "a.tif"))
    with Image.open(path) as saved:
        assert saved.mode == mode
    rgb = decode(path).rgb
    assert close(rgb[:, :4], 5, 9)
    assert close(rgb[:, 4:], 250, 9)


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [
        (np.uint16, [0, 32768, 65535], [0, 128, 255]),
        (np.uint16, [0, 2048, 4095], [0, 128, 255]),  # 12 bits in 16
        (np.uint16, [0, 1000, 3900], [0, 62, 243]),  # the white point is that of 12 bits, not the brightest pixel
        (np.uint16, [0, 100, 255], [0, 100, 255]),
        (np.uint16, [0, 0, 0], [0, 0, 0]),
        (np.int32, [0, 500, 1023], [0, 125, 255]),
        (np.int32, [-100, 0, 100], [0, 128, 255]),
        (np.float32, [0, 0.5, 1], [0, 128, 255]),
        (np.float32, [0, 128, 255], [0, 128, 255]),
        (np.float32, [-1, 0, 1], [0, 128, 255]),
        (np.float32, [np.nan, 0.5, 1], [0, 128, 255]),
        (np.float32, [np.nan, np.inf, -np.inf], [0, 0, 0]),
        (np.float32, [1e30, 2e30, 3e30], [0, 128, 255]),
    ],
)
def test_that_deep_pixels_are_scaled(tmp_path: Path, dtype: type, values: list[float], expected: list[int]) -> None:
    image = Image.fromarray(np.tile(np.array(values, dtype), (4, 1)))
    rgb = decode(save(image, tmp_path / "a.tif")).rgb
    assert close(rgb, np.array(expected)[None, :, None], 1)


def test_that_big_endian_deep_pixels_are_read(tmp_path: Path) -> None:
    values = np.array([[0, 256, 65535]], ">u2")
    image = Image.frombytes("I;16B", (3, 1), values.tobytes())
    assert decode(save(image, tmp_path / "a.tif")).rgb[0, :, 0].tolist() == [0, 1, 255]


def test_that_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
    for ending in ("gif", "webp", "png", "tif", "avif"):
        path = save(first, tmp_path / f"a.{ending}", save_all=True, append_images=[second, first])
        decoded = decode(path)
        assert (decoded.frames, close(decoded.rgb, (255, 0, 0), 6)) == (3, True), ending


def test_that_avif_is_read(tmp_path: Path) -> None:
    decoded = decode(save(gradient(), tmp_path / "a.avif", quality=100))
    assert (decoded.format, decoded.width) == ("AVIF", 24)
    assert close(decoded.rgb, np.asarray(gradient()), 12)


@pytest.mark.skipif(find_spec("pillow_heif") is not None, reason="pillow-heif is installed")
def test_that_heic_names_the_package_that_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    with pytest.raises(DecodeError, match="needs the optional package pillow-heif"):
        decode(path)


def test_that_heic_is_read_where_its_package_is(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif", reason="the optional package pillow-heif is not installed")
    path = tmp_path / "a.heic"
    pillow_heif.from_pillow(picture(2, side=96)).save(path, quality=90)
    decoded = decode(path)
    assert (decoded.format, decoded.width, decoded.height) == ("HEIF", 96, 96)
    assert np.abs(decoded.rgb.astype(int) - np.asarray(picture(2, side=96))).mean() < 4
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DecodeError, match="truncated"):
        decode(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (bytes(5000), "The file holds nothing but zeros."),
        (b"%PDF-1.7\n", "The file holds a PDF document."),
        (b"PK\x03\x04....", "The file holds a ZIP archive."),
        (b"\n <HTML><body>", "The file holds a web page, not an image; perhaps a download that failed."),
        (b'<?xml version="1.0"?>\n<svg>', "The file holds an SVG drawing, which is not made of pixels."),
        (b"hello", "The file holds text, not an image."),
        (("é" * 300).encode()[:511], "The file holds text, not an image."),
        (b"version https://git-lfs.github.com/spec/v1\n", "The file holds a Git LFS pointer instead of the image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "The file holds a PostScript drawing."),
        (b"\xff\xd8\xff\xe0 nothing more", "The image is truncated"),
        (b"MM\0* nothing more", "The image starts like TIFF, but its header is damaged"),
        (b"\0\0\0\x18ftypmp42", "The file holds a video"),
        (bytes(range(128, 256)), "The content is no image that can be read"),
        (
            png_of_size(20_000, 20_000),
            "The image has 400 megapixels, more than the cap of 179; to read it, raise",
        ),
        (png_of_size(2**31 - 1, 2**31 - 1), "more than the cap of 179"),
        (png_of_size(0, 0), "The image starts like PNG, but its header is damaged"),
        (png_of_size(100, 100), "The image is truncated"),
    ],
)
def test_that_the_reason_names_what_is_wrong(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(DecodeError) as caught:
        decode(path)
    assert sentence in str(caught.value)
    assert not caught.value.missing


def test_that_the_cap_on_pixels_is_exact_and_can_be_raised(tmp_path: Path) -> None:
    path = save(Image.new("L", (100, 50)), tmp_path / "a.png")
    assert decode(path, max_pixels=5000).width == 100
    with pytest.raises(DecodeError, match="raise max_pixels"):
        decode(path, max_pixels=4999)
    large = tmp_path / "large.png"
    large.write_bytes(png_of_size(20_000, 20_000))
    with pytest.raises(DecodeError, match="The image is truncated"):
        decode(large, max_pixels=400_000_000)


def test_that_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"no longer there\.") as caught:
        decode(tmp_path / "a.png")
    assert (caught.value.missing, caught.value.content_hash) == (True, "")
    with pytest.raises(DecodeError) as caught:
        content_hash(tmp_path / "a.png" / "below a file that is not there")
    assert caught.value.missing


@pytest.mark.skipif(os.name != "posix", reason="pipes in the file system are of POSIX")
def test_that_a_pipe_or_a_folder_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", tmp_path):
        with pytest.raises(DecodeError, match="not a regular file"):
            decode(path)


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 300 + ".png", "d/" * 3000 + "a.png"])
def test_that_an_impossible_path_is_a_decode_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(DecodeError):
        decode(tmp_path / path)


def test_that_a_fault_of_the_disk_is_a_decode_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(gradient(), tmp_path / "a.png")

    def fail(_: Path) -> io.BytesIO:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(content_module, "_open", fail)
    with pytest.raises(DecodeError, match=r"The file cannot be read: input/output error\."):
        decode(path)
    monkeypatch.setattr(content_module, "_open", lambda _: (_ for _ in ()).throw(PermissionError(13, "no")))
    with pytest.raises(DecodeError, match="permissions forbid it"):
        decode(path)


def test_that_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    path = save(gradient(), tmp_path / "a.bmp")
    with read_content(path, held_bytes=100) as content:
        assert (content.whole, len(content.data)) == (False, content_module.HEAD_BYTES)
        decoded = decode_content(content)
    assert decoded.hash == content_hash(path)
    assert close(decoded.rgb, np.asarray(gradient()), 0)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("turned", [False, True])
def test_that_a_scaled_image_looks_like_the_whole_one(tmp_path: Path, ending: str, turned: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    path = save(picture(3, side=1500).resize((1500, 1200)), tmp_path / f"a.{ending}", exif=exif)
    whole, scaled = decode(path), decode(path, min_side=128)
    assert (whole.width, whole.height) == (scaled.width, scaled.height) == ((1200, 1500) if turned else (1500, 1200))
    assert 128 <= min(scaled.rgb.shape[:2]) < 400
    small = scaled.rgb.shape[1::-1]
    expected = np.asarray(Image.fromarray(whole.rgb).resize(small, Image.Resampling.BOX))
    assert np.abs(expected.astype(int) - scaled.rgb).mean() < 3


def test_that_a_small_image_is_not_scaled(tmp_path: Path) -> None:
    path = save(picture(3, side=300), tmp_path / "a.jpg")
    assert decode(path, min_side=256).rgb.shape == (300, 300, 3)


def test_that_a_jpeg_with_zeros_behind_its_end_is_fine(tmp_path: Path) -> None:
    path = save(picture(3), tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes() + bytes(5000))
    assert decode(path).width == 64


def test_that_metadata_damage_does_not_spoil_the_pixels(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    gradient().save(buffer, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    (tmp_path / "a.jpg").write_bytes(buffer.getvalue())
    assert decode(tmp_path / "a.jpg").width == 24


def test_that_noise_named_tga_is_never_an_image_by_another_name(tmp_path: Path) -> None:
    path = save(gradient(), tmp_path / "a.tga")
    assert decode(path).format == "TGA"
    other = path.rename(tmp_path / "a.jpg")
    with pytest.raises(DecodeError, match="The content is no image"):
        decode(other)


def test_that_threads_decode_side_by_side(tmp_path: Path) -> None:
    expected = make_messy(tmp_path)
    names = list(expected) * 8

    def outcome(name: str) -> bool:
        try:
            decode(tmp_path / name, min_side=32)
        except DecodeError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(outcome, names)) == [expected[name] is None for name in names]


def test_that_a_decode_error_crosses_processes_whole() -> None:
    copy = pickle.loads(pickle.dumps(DecodeError(say("The file is empty."), "0123", True)))
    assert (str(copy), copy.content_hash, copy.missing) == ("The file is empty.", "0123", True)


def encoded(kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture(6, side=40).save(buffer, kind, **options)
    return buffer.getvalue()


KINDS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "PPM", "JPEG2000", "DDS", "SGI", "QOI", "PCX")
WHOLE = {kind: encoded(kind) for kind in KINDS} | {
    "progressive": encoded("JPEG", progressive=True),
    "deflated": encoded("TIFF", compression="tiff_adobe_deflate"),
}


def outcome(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    try:
        decode(path, max_pixels=1_000_000, min_side=16)
    except DecodeError as error:
        return str(error)
    return ""


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_corrupted_bytes_raise_nothing_but_a_decode_error(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(WHOLE[data.draw(st.sampled_from(sorted(WHOLE)))])
    for position, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=12)
    ):
        content[position] = value
    end = data.draw(st.integers(0, len(content)))
    reason = outcome(bytes(content[:end]) if data.draw(st.booleans()) else bytes(content), tmp_path / "a.bin")
    assert reason == "" or reason.endswith((".", "download that failed."))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(WHOLE)), st.floats(0.02, 0.9))
def test_that_a_truncated_file_is_never_taken_for_whole(tmp_path: Path, ending: str, share: float) -> None:
    whole = WHOLE[ending]
    assert outcome(whole, tmp_path / "a.bin") == ""
    assert outcome(whole[: int(len(whole) * share)], tmp_path / "a.bin") != ""


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600), st.sampled_from(["", ".tga"]))
def test_that_random_bytes_raise_nothing_but_a_decode_error(tmp_path: Path, data: bytes, ending: str) -> None:
    outcome(data, tmp_path / f"a{ending}")
