"""Which format bytes are, and whether something else hides behind them."""

import re
from collections.abc import Callable

from omnilife.images.caps import MAX_BYTES
from omnilife.images.headers import bmp, gif, heif, jpeg, png, tiff, webp
from omnilife.images.headers.header import Header
from omnilife.images.rejections import ImageRejected

_TEXT = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")
_SVG = re.compile(rb"<(?:[A-Za-z0-9_-]+:)?svg[\s>/]", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?php)[\s>]", re.IGNORECASE)
_ARCHIVE_END = re.compile(rb"PK\x05\x06.{18}", re.DOTALL)
_ARCHIVE_END_REACH = 65_557
"""A zip's end record stands in the last 64 KiB and 22 bytes of a file."""

_OTHER_FILES = (b"PK\x03\x04", b"%PDF-", b"MZ", b"\x7fELF", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"#!/")


def read_header(data: bytes) -> Header:
    """What the file declares, its caps checked.

    Raises:
        ImageRejected: anything but an image that may be decoded.
    """
    if not data:
        raise ImageRejected("empty", "The file has no bytes.")
    if len(data) > MAX_BYTES:
        raise ImageRejected("too-many-bytes", f"The file is larger than {MAX_BYTES // 1024**2} MiB.")
    header = _reader(data)(data)
    header.check()
    _refuse_other_file(data, header.end)
    return header


def _reader(data: bytes) -> Callable[[bytes], Header]:
    for magic, read in (
        (b"\x89PNG\r\n\x1a\n", png.read),
        (b"\xff\xd8\xff", jpeg.read),
        (b"GIF87a", gif.read),
        (b"GIF89a", gif.read),
        (b"II*\x00", tiff.read),
        (b"MM\x00*", tiff.read),
        (b"BM", bmp.read),
    ):
        if data.startswith(magic):
            return read
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp.read
    if data[4:8] == b"ftyp":
        return heif.read
    if _TEXT.match(data) and _SVG.search(data, 0, 65_536):
        raise ImageRejected("svg", "SVG is a document with scripts, not a picture; send a PNG of it.")
    raise ImageRejected(
        "unsupported-format",
        "The file's content is none of JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF and BMP.",
    )


def _refuse_other_file(data: bytes, end: int) -> None:
    """Refuse a file that a second program would open as something else.

    Other bytes behind an image are common (cameras put previews and clips there) and harmless: they are cut
    off, as only pixels encoded anew are served.
    """
    tail = memoryview(data)[end:]
    ends = _ARCHIVE_END.finditer(data, max(0, len(data) - _ARCHIVE_END_REACH))
    if any(_ends_archive(data, found.start()) for found in ends):
        raise ImageRejected("polyglot", "The file is a zip archive as well as an image.")
    if bytes(tail[:8]).startswith(_OTHER_FILES) or _MARKUP.search(tail):
        raise ImageRejected("polyglot", "Another file is hidden behind the image.")


def _ends_archive(data: bytes, at: int) -> bool:
    """Whether an end record is one: its comment reaches to the end, its directory lies before it."""
    comment = int.from_bytes(data[at + 20 : at + 22], "little")
    directory_bytes = int.from_bytes(data[at + 12 : at + 16], "little")
    directory = at - directory_bytes
    return at + 22 + comment <= len(data) and (
        directory_bytes == 0 or (directory >= 0 and data[directory : directory + 4] == b"PK\x01\x02")
    )
