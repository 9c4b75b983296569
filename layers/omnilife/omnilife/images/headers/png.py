"""PNG: every chunk's length and checksum, before a pixel is unpacked.

Source: W3C, Portable Network Graphics (PNG) Specification (Third Edition).
"""

import zlib

from omnilife.images.caps import MAX_CHUNKS, MAX_PROFILE_BYTES
from omnilife.images.headers.header import Header, unpack
from omnilife.images.rejections import corrupt, truncated

_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Colour type → bit depths."""

_METADATA = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a whole, well-formed PNG."""
    width, height = _image_header(data)
    at, frames, profile, metadata, pixels = 8, 1, 0, 0, False
    for _ in range(MAX_CHUNKS):
        length, kind = unpack(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise truncated()
        (checksum,) = unpack(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != checksum:
            raise corrupt("A chunk's checksum is wrong.")
        if kind == b"IEND":
            if not pixels:
                raise corrupt("There is no image data.")
            return Header(
                format="png",
                width=width,
                height=height,
                frames=frames,
                profile_bytes=profile,
                metadata_bytes=metadata,
                end=end,
            )
        pixels = pixels or kind == b"IDAT"
        if kind == b"acTL":
            (frames,) = unpack(">I", data, at + 8)
            frames = max(1, frames)
        elif kind == b"iCCP":
            profile = max(profile, _profile_bytes(data[at + 8 : end - 4]))
        elif kind in _METADATA:
            metadata += length
        at = end
    raise corrupt("There is no end to its chunks.")


def _image_header(data: bytes) -> tuple[int, int]:
    length, kind, width, height, depth, colour, packing, filtering, interlace = unpack(">I4sIIBBBBB", data, 8)
    if (length, kind) != (13, b"IHDR"):
        raise corrupt("The image header is missing.")
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise corrupt("The image header declares what PNG does not know.")
    if max(width, height) > 0x7FFFFFFF:
        raise corrupt("The image header declares a negative size.")
    return width, height


def _profile_bytes(chunk: bytes) -> int:
    """How large the profile is when unpacked, as far as the cap. A broken one has no size; it is not used."""
    _, _, packed = chunk.partition(b"\0")
    try:
        return len(zlib.decompressobj().decompress(packed[1:], MAX_PROFILE_BYTES + 1))
    except zlib.error:
        return 0
