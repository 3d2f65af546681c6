"""EXIF in words: the fields of a camera, and nothing for files that have none."""

from pathlib import Path

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.TiffImagePlugin import IFDRational

from desktop_al.media.exif import exif
from tests.pictures import make_messy, picture


def with_exif(path: Path) -> Path:
    block = Image.Exif()
    block[Base.Make] = "Canon Inc."
    block[Base.Model] = "EOS 5D"
    block[Base.Artist] = "Ann\nExample\0rest"
    camera = block.get_ifd(IFD.Exif)
    camera[Base.DateTimeOriginal] = "2024:05:17 09:30:00"
    camera[Base.ExposureTime] = IFDRational(1, 250)
    camera[Base.FNumber] = IFDRational(28, 10)
    camera[Base.FocalLength] = IFDRational(50, 1)
    camera[Base.ISOSpeedRatings] = 400
    place = block.get_ifd(IFD.GPSInfo)
    place[1], place[2] = "N", (IFDRational(52), IFDRational(30), IFDRational(36))
    place[3], place[4] = "E", (IFDRational(13), IFDRational(24), IFDRational(0))
    picture(0).save(path, exif=block)
    return path


def test_that_the_cameras_fields_are_worded(tmp_path: Path) -> None:
    assert exif(with_exif(tmp_path / "a.jpg")) == {
        "Camera": "Canon Inc. EOS 5D",
        "Taken": "2024-05-17 09:30:00",
        "Exposure": "1/250 s",
        "Aperture": "f/2.8",
        "ISO": "400",
        "Focal length": "50 mm",
        "Artist": "Ann Example",
        "Place": "52.51000° N, 13.40000° E",
    }


def test_that_a_field_without_sense_is_left_out(tmp_path: Path) -> None:
    block = Image.Exif()
    block[Base.Model] = "Box"
    block.get_ifd(IFD.Exif)[Base.FNumber] = IFDRational(1, 0)
    block.get_ifd(IFD.Exif)[Base.ExposureTime] = IFDRational(0, 0)
    picture(0).save(tmp_path / "a.jpg", exif=block)
    assert exif(tmp_path / "a.jpg") == {"Camera": "Box"}


def test_that_files_without_exif_have_no_fields(tmp_path: Path) -> None:
    for name in make_messy(tmp_path):
        assert exif(tmp_path / name) == {}, name
    assert exif(tmp_path / "gone.jpg") == {}
