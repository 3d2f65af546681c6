"""Says what a file holds that no decoder recognises: a failed download is not a new format."""

from desktop_al.domain.sentence import Sentence, say

_SIGNATURES: tuple[tuple[bytes, Sentence], ...] = (
    (b"%PDF", say("a PDF document")),
    (b"PK\x03\x04", say("a ZIP archive")),
    (b"\x1f\x8b", say("a gzip archive")),
    (b"Rar!", say("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", say("a 7-Zip archive")),
    (b"%!PS", say("a PostScript drawing")),
    (b"\x7fELF", say("a program")),
    (b"MZ", say("a program")),
    (b"SQLite format 3\0", say("a database")),
    (b"\x1aE\xdf\xa3", say("a video")),
    (b"version https://git-lfs", say("a Git LFS pointer instead of the image: fetch the image with git lfs pull")),
)
_IMAGE_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"8BPS", "PSD"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_TEXT = frozenset(range(32, 256)) | {9, 10, 12, 13}


def is_heif(head: bytes) -> bool:
    """Whether the file starts like HEIC or HEIF (AVIF has brands of its own)."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def is_ios_png(head: bytes) -> bool:
    """Whether the file is a PNG as Apple's tools rewrite it for apps (chunk CgBI first), which breaks the standard."""
    return head.startswith(b"\x89PNG") and head[12:16] == b"CgBI"


def _is_text(head: bytes) -> bool:
    """Whether ``head`` reads as UTF-8 text, allowing for a character that is cut at its end."""
    if not head or not _TEXT.issuperset(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def why_not_an_image(head: bytes) -> Sentence:
    """Explain in one sentence why a file that starts with ``head`` (up to 512 bytes) is not recognised as an image."""
    if is_heif(head):
        return say("The image is HEIC, which needs the optional package pillow-heif: pip install desktop-al[heic].")
    if not head.strip(b"\0"):
        return say("The file holds nothing but zeros.")
    if head[4:8] == b"ftyp":
        return say("The file holds a video, or an image of a kind that cannot be read.")
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            return say("The file holds {what}.", what=what)
    for signature, name in _IMAGE_SIGNATURES:
        if head.startswith(signature):
            return say(
                "The image starts like {name}, but its header is damaged or of a kind that cannot be read.", name=name
            )
    if _is_text(head):
        return _kind_of_text(head)
    return say("The content is no image that can be read, whatever its name says.")


def _kind_of_text(head: bytes) -> Sentence:
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in lowered:
        return say("The file holds an SVG drawing, which is not made of pixels.")
    if lowered.startswith((b"<!doctype html", b"<html")):
        return say("The file holds a web page, not an image; perhaps a download that failed.")
    return say("The file holds text, not an image.")
