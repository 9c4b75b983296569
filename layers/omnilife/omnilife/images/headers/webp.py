"""WebP: the chunks of its RIFF container, and the frame header of its bitstreams.

Source: RFC 9649.
"""

from omnilife.images.caps import MAX_CHUNKS
from omnilife.images.headers.header import Header, check_size, unpack
from omnilife.images.rejections import corrupt, truncated


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a whole WebP."""
    (size,) = unpack("<I", data, 4)
    end = 8 + size
    if end > len(data):
        raise truncated()
    at, frames, profile, metadata = 12, 0, 0, 0
    canvas: tuple[int, int] | None = None
    bitstream: tuple[int, int] | None = None
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            break
        kind, length = unpack("<4sI", data, at)
        body = at + 8
        if body + length > end:
            raise truncated()
        if kind == b"VP8X":
            canvas = _three_bytes(data, body + 4) + 1, _three_bytes(data, body + 7) + 1
        elif kind == b"VP8 ":
            bitstream = _lossy_size(data, body)
        elif kind == b"VP8L":
            bitstream = _lossless_size(data, body)
        elif kind == b"ANMF":
            frames += 1
            check_size(_three_bytes(data, body + 6) + 1, _three_bytes(data, body + 9) + 1)
        elif kind == b"ICCP":
            profile += length
        elif kind in (b"EXIF", b"XMP "):
            metadata += length
        at = body + length + length % 2
    found = canvas or bitstream
    if found is None or not (frames or bitstream):
        raise corrupt("There is no image data.")
    if bitstream is not None:
        check_size(*bitstream)
    return Header(
        format="webp",
        width=found[0],
        height=found[1],
        frames=max(1, frames),
        profile_bytes=profile,
        metadata_bytes=metadata,
        end=min(len(data), end + end % 2),
    )


def _three_bytes(data: bytes, at: int) -> int:
    low, high = unpack("<HB", data, at)
    return int(low | high << 16)


def _lossy_size(data: bytes, at: int) -> tuple[int, int]:
    first, _, _, start, width, height = unpack("<BBB3sHH", data, at)
    if first & 1 or start != b"\x9d\x01\x2a":
        raise corrupt("The bitstream does not begin with a key frame.")
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(data: bytes, at: int) -> tuple[int, int]:
    signature, bits = unpack("<BI", data, at)
    if signature != 0x2F or bits >> 29:
        raise corrupt("The bitstream has no signature.")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
