"""Files that mean harm, or are broken: each a typed rejection, by its header where that can tell."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.images import ImageRejected, process
from omnilife.images.caps import MAX_BYTES
from omnilife.images.headers import Header, read_header
from omnilife.images.rejections import REASONS
from tests.support.pictures import avif_of, box, chunk, encoded, picture, png_bomb, png_of

JPEG = encoded(picture(), "JPEG")
PNG = encoded(picture(), "PNG")
GIF = encoded(picture(), "GIF")
WEBP = encoded(picture(), "WEBP")
LOSSLESS = encoded(picture(mode="RGBA"), "WEBP", lossless=True)
TIFF = encoded(picture(), "TIFF")
BMP = encoded(picture(), "BMP")
AVIF = encoded(picture(), "AVIF")
HEIC = encoded(picture(), "HEIF")
SAMPLES = [JPEG, PNG, GIF, WEBP, LOSSLESS, TIFF, BMP, AVIF, HEIC]


def refused(data: bytes) -> str:
    """The reason for which a file is not even decoded."""
    with pytest.raises(ImageRejected) as rejected:
        read_header(data)
    assert rejected.value.detail
    return rejected.value.reason


def read_or_rejected(data: bytes) -> Header | str:
    """The header, or the rejection's reason; anything else that is raised fails the test."""
    try:
        return read_header(data)
    except ImageRejected as rejection:
        return rejection.reason


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("run.js", "alert(1)")
    return file.getvalue()


def replaced(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def tiff_of(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """A TIFF of one directory; an entry is tag, type, count, value."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", following)


def gif_of(frames: int) -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def webp_of(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


CANVAS = (b"VP8X", bytes(4) + (99).to_bytes(3, "little") + (99).to_bytes(3, "little"))
MOVE = bytes(6) + (99).to_bytes(3, "little") * 2 + bytes(4)
SCAN = JPEG[JPEG.index(b"\xff\xda") : -2]
FRAME = JPEG.index(b"\xff\xc0")
WIDE = (256, 4, 1, 40_000)

FILES = {
    "nothing": (b"", "empty"),
    "more than 20 MiB": (b"\xff\xd8\xff" + bytes(MAX_BYTES), "too-many-bytes"),
    "text": (b"hello", "unsupported-format"),
    "HTML called an image": (b"<html><script>alert(1)</script>", "unsupported-format"),
    "a zip": (archive(), "unsupported-format"),
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "svg"),
    "SVG after a byte order mark": (b"\xef\xbb\xbf <svg onload='x()'/>", "svg"),
    "a film": (box(b"ftyp", b"isom" + bytes(4) + b"mp42"), "unsupported-format"),
    "a bomb of 88 megapixels": (png_of(11_000, 8_000, chunk(b"IDAT", b"")), "too-many-pixels"),
    "an AVIF of 17,000 × 17,000": (avif_of(17_000, 17_000), "too-many-pixels"),
    "an AVIF of no width": (avif_of(0, 100), "corrupt"),
    "an AVIF without sizes": (box(b"ftyp", b"avif" + bytes(8)) + box(b"meta", bytes(4)), "corrupt"),
    "an AVIF whose type box is endless": (struct.pack(">I", 9999) + b"ftypavif" + bytes(99), "corrupt"),
    "an AVIF with a box shorter than itself": (AVIF[:32] + struct.pack(">I", 2) + AVIF[36:], "corrupt"),
    "an AVIF of a million frames": (
        avif_of(9, 9)
        + box(
            b"moov",
            box(
                b"trak",
                box(b"mdia", box(b"minf", box(b"stbl", box(b"stsz", struct.pack(">III", 0, 1, 10**6))))),
            ),
        ),
        "too-many-frames",
    ),
    "an AVIF of boxes in boxes": (
        avif_of(9, 9)
        + box(
            b"moov",
            box(
                b"trak",
                box(
                    b"trak",
                    box(
                        b"trak",
                        box(
                            b"trak", box(b"trak", box(b"trak", box(b"trak", box(b"trak", box(b"trak", b"")))))
                        ),
                    ),
                ),
            ),
        ),
        "corrupt",
    ),
    "a PNG with a wrong checksum": (replaced(PNG, PNG.index(b"IDAT") + 9, b"\0\0\0\0"), "corrupt"),
    "a PNG without pixels": (png_of(9, 9), "corrupt"),
    "a PNG of no height": (png_of(9, 0, chunk(b"IDAT", b"")), "corrupt"),
    "a PNG of negative size": (png_of(0x80000001, 9, chunk(b"IDAT", b"")), "corrupt"),
    "a PNG of colour type 1": (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 1, 0, 0, 0)),
        "corrupt",
    ),
    "a PNG that begins with another chunk": (b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt", bytes(30)), "corrupt"),
    "a PNG of endless frames": (
        png_of(9, 9, chunk(b"acTL", struct.pack(">II", 10**9, 0)), chunk(b"IDAT", b"")),
        "too-many-frames",
    ),
    "a PNG of endless chunks": (png_of(9, 9, *[chunk(b"IDAT", b"")] * 50_001), "corrupt"),
    "a PNG with a profile that is a bomb": (
        png_of(9, 9, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(9_000_000))), chunk(b"IDAT", b"")),
        "too-much-metadata",
    ),
    "a PNG with a book of text": (
        png_of(9, 9, chunk(b"tEXt", bytes(9_000_000)), chunk(b"IDAT", b"")),
        "too-much-metadata",
    ),
    "a JPEG cut in its pixels": (JPEG[: len(JPEG) // 2], "truncated"),
    "a JPEG cut in its headers": (JPEG[:30], "truncated"),
    "a JPEG cut before a marker": (JPEG[:FRAME], "truncated"),
    "a JPEG cut in a marker": (JPEG[: FRAME + 1], "truncated"),
    "a JPEG of no height": (replaced(JPEG, FRAME + 5, b"\0\0"), "corrupt"),
    "a JPEG of 65,535 × 65,535": (replaced(JPEG, FRAME + 5, b"\xff" * 4), "too-many-pixels"),
    "a JPEG of 12 bits": (replaced(JPEG, FRAME + 4, b"\x0c"), "unsupported-format"),
    "a JPEG of two components": (replaced(JPEG, FRAME + 9, b"\x02"), "corrupt"),
    "a lossless JPEG": (replaced(JPEG, FRAME + 1, b"\xc3"), "unsupported-format"),
    "a JPEG without pixels": (JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xd9", "corrupt"),
    "a JPEG of two frames": (JPEG[: FRAME + 19] + JPEG[FRAME:], "corrupt"),
    "a JPEG that starts twice": (b"\xff\xd8" + JPEG, "corrupt"),
    "a JPEG of pixels first": (b"\xff\xd8" + SCAN + b"\xff\xd9", "corrupt"),
    "a JPEG of 101 scans": (JPEG[:-2] + SCAN * 100 + b"\xff\xd9", "too-expensive"),
    "a JPEG of endless segments": (b"\xff\xd8" + b"\xff\xfe\0\2" * 50_001, "corrupt"),
    "a JPEG of empty segments": (b"\xff\xd8\xff\xe0\0\0", "corrupt"),
    "a JPEG with noise for segments": (b"\xff\xd8\xff\xd0noise", "corrupt"),
    "a JPEG with a profile of 5 MB": (
        b"\xff\xd8" + (b"\xff\xe2\xff\xffICC_PROFILE\0" + bytes(65_521)) * 80 + JPEG[2:],
        "too-much-metadata",
    ),
    "a JPEG with 9 MB of comments": (
        b"\xff\xd8" + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 140 + JPEG[2:],
        "too-much-metadata",
    ),
    "a GIF of endless frames": (gif_of(1_002), "too-many-frames"),
    "a GIF without frames": (gif_of(0), "truncated"),
    "a GIF cut in a frame": (GIF[: len(GIF) // 2], "truncated"),
    "a GIF of unknown blocks": (GIF[:13] + bytes(9), "corrupt" if not GIF[10] & 0x80 else "truncated"),
    "a GIF with a frame of no width": (
        gif_of(1).replace(struct.pack("<HH", 1, 1) + b"\0\2", struct.pack("<HH", 0, 1) + b"\0\2"),
        "corrupt",
    ),
    "a GIF of 65,535 × 65,535": (replaced(GIF, 6, b"\xff" * 4), "too-many-pixels"),
    "a WebP cut short": (WEBP[:-20], "truncated"),
    "a WebP whose chunk is longer than it": (replaced(WEBP, 16, b"\xff\xff\xff\0"), "truncated"),
    "a WebP without pixels": (webp_of(CANVAS), "corrupt"),
    "a WebP with a wrong start code": (replaced(WEBP, 23, b"\0"), "corrupt"),
    "a WebP with a wrong signature": (webp_of((b"VP8L", bytes(8))), "corrupt"),
    "a WebP of 16,384 × 16,384": (
        webp_of((b"VP8L", b"\x2f" + (0x0FFFFFFF).to_bytes(4, "little"))),
        "too-many-pixels",
    ),
    "a WebP canvas of 16 million pixels a side": (
        webp_of((b"VP8X", bytes(4) + b"\xff" * 6), (b"ANMF", MOVE)),
        "too-many-pixels",
    ),
    "a WebP of endless frames": (webp_of(CANVAS, *[(b"ANMF", MOVE)] * 1_001), "too-many-frames"),
    "a WebP with 9 MB of EXIF": (
        webp_of(CANVAS, (b"EXIF", bytes(9_000_000)), (b"ANMF", MOVE)),
        "too-much-metadata",
    ),
    "a TIFF whose directories go in a circle": (
        tiff_of((256, 4, 1, 9), (257, 4, 1, 9), (273, 4, 1, 8), following=8),
        "corrupt",
    ),
    "a TIFF of no pages": (b"II*\0" + bytes(4), "corrupt"),
    "a TIFF of no entries": (b"II*\0" + struct.pack("<IH", 8, 0), "corrupt"),
    "a TIFF that points beyond its end": (b"II*\0\xff\xff\xff\xff", "truncated"),
    "a TIFF without pixels": (tiff_of((256, 4, 1, 9), (257, 4, 1, 9)), "corrupt"),
    "a TIFF of 1,600 megapixels": (tiff_of(WIDE, (257, 4, 1, 40_000), (273, 4, 1, 8)), "too-many-pixels"),
    "a TIFF whose values lie beyond its end": (
        tiff_of((256, 3, 1, 9), (257, 3, 1, 9), (273, 4, 10**9, 8)),
        "truncated",
    ),
    "a TIFF of endless pages": (b"", "empty"),
    "a BMP of no planes": (replaced(BMP, 26, b"\0\0"), "corrupt"),
    "a BMP of negative width": (replaced(BMP, 18, struct.pack("<i", -5)), "corrupt"),
    "a BMP of 2 GB": (replaced(BMP, 18, struct.pack("<ii", 30_000, -30_000)), "too-many-pixels"),
    "a BMP with half its pixels": (BMP[: len(BMP) // 2], "truncated"),
    "a BMP with a header of 13 bytes": (replaced(BMP, 14, struct.pack("<I", 13)), "corrupt"),
    "a JPEG that is a zip": (JPEG + archive(), "polyglot"),
    "a PNG with a zip in a chunk": (PNG[:-12] + chunk(b"zzZz", archive()) + PNG[-12:], "polyglot"),
    "a GIF with a page behind it": (GIF + b"<!DOCTYPE html><html>", "polyglot"),
    "a PNG with a script behind it": (PNG + b"\n<script>alert(1)</script>", "polyglot"),
    "a WebP with a program behind it": (WEBP + b"MZ\x90\0", "polyglot"),
}
FILES["a TIFF of endless pages"] = (
    b"II*\0\x08\0\0\0"
    + b"".join(
        struct.pack("<H", 3)
        + struct.pack("<HHII", 256, 4, 1, 9)
        + struct.pack("<HHII", 257, 4, 1, 9)
        + struct.pack("<HHII", 273, 4, 1, 8)
        + struct.pack("<I", 8 + 42 * page)
        for page in range(1, 1_003)
    ),
    "too-many-frames",
)


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_by_its_bytes_before_it_is_decoded(name):
    data, reason = FILES[name]

    began = time.process_time()
    assert refused(data) == reason
    assert time.process_time() - began < 5


@pytest.mark.parametrize("data", SAMPLES, ids=lambda data: read_header(data).format)
def test_a_file_that_is_cut_anywhere_is_refused_or_ends_where_its_image_does(data):
    whole = read_header(data)
    for end in range(0, len(data), max(1, len(data) // 60)):
        found = read_or_rejected(data[:end])
        assert found in REASONS or found.width <= whole.width


@settings(max_examples=400)
@given(
    sample=st.sampled_from(SAMPLES),
    at=st.floats(0, 1, exclude_max=True),
    new=st.binary(min_size=1, max_size=8),
    cut=st.integers(0, 8),
)
def test_a_changed_file_is_read_or_rejected_and_nothing_else(sample, at, new, cut):
    where = int(at * len(sample))
    data = sample[:where] + new + sample[where + cut :]

    found = read_or_rejected(data)

    assert found in REASONS or found.end <= len(data)


@settings(max_examples=300)
@given(
    magic=st.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF89a",
            b"II*\0",
            b"MM\0*",
            b"BM",
            b"RIFF\x40\0\0\0WEBP",
            b"\0\0\0\x18ftypavif",
        ]
    ),
    rest=st.binary(max_size=200),
)
def test_noise_behind_any_magic_number_is_read_or_rejected_and_nothing_else(magic, rest):
    found = read_or_rejected(magic + rest)

    assert found in REASONS or found.width > 0


def test_what_cameras_put_behind_an_image_is_cut_off():
    preview = encoded(picture(40, 30), "JPEG")

    image = process(JPEG + preview + b"SEFT" + bytes(3000))

    assert (image.width, image.height) == (160, 120)
    assert all(b"SEFT" not in variant.data for variant in image.variants)


def test_a_false_end_of_an_archive_is_no_archive():
    assert read_header(JPEG + b"PK\x05\x06" + bytes(10) + b"\xff\xff" + bytes(6)).format == "jpeg"


def test_a_forgotten_trailer_is_forgiven():
    assert read_header(gif_of(2)[:-1]).frames == 2
    assert read_header(gif_of(2)[:-1] + b"\0\0").frames == 2


def test_a_bomb_under_the_caps_is_decoded_within_the_limits():
    began = time.monotonic()

    image = process(png_bomb(6_900, 6_900))

    assert (image.width, image.fingerprint) == (6_900, None)
    assert time.monotonic() - began < 10
