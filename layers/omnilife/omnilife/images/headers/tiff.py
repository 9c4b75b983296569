"""TIFF: its directories, one a page.

Source: Adobe, TIFF Revision 6.0.
"""

from omnilife.images.caps import MAX_FRAMES
from omnilife.images.headers.header import Header, check_size, unpack
from omnilife.images.rejections import ImageRejected, corrupt, truncated

_WIDTH, _HEIGHT, _PROFILE, _STRIPS, _TILES = 256, 257, 34675, 273, 324
_METADATA = (700, 33723, 34377)
"""XMP, IPTC, Photoshop."""

_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MAX_ENTRIES = 1_000


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a TIFF whose directories can be read."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = unpack(order + "I", data, 4)
    seen: set[int] = set()
    first: tuple[int, int, int, int] | None = None
    while at:
        if at in seen:
            raise corrupt("Its directories go in a circle.")
        seen.add(at)
        if len(seen) > MAX_FRAMES:
            raise ImageRejected("too-many-frames", f"The image has more than {MAX_FRAMES} pages.")
        page, at = _directory(data, at, order)
        first = first or page
    if first is None:
        raise corrupt("There is no image in it.")
    width, height, profile, metadata = first
    # Tags may point anywhere, so the whole file counts as the image.
    return Header(
        format="tiff",
        width=width,
        height=height,
        frames=len(seen),
        profile_bytes=profile,
        metadata_bytes=metadata,
        end=len(data),
    )


def _directory(data: bytes, at: int, order: str) -> tuple[tuple[int, int, int, int], int]:
    """Width, height, profile's and metadata's bytes of a page, and where the next directory is."""
    (count,) = unpack(order + "H", data, at)
    if not 1 <= count <= _MAX_ENTRIES:
        raise corrupt("A directory has an impossible number of entries.")
    width = height = profile = metadata = 0
    has_pixels = False
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, values = unpack(order + "HHI", data, entry)
        size = _TYPE_BYTES.get(kind, 1) * values
        if tag in (_WIDTH, _HEIGHT):
            (value,) = unpack(order + ("H" if kind == 3 else "I"), data, entry + 8)
            width, height = (value, height) if tag == _WIDTH else (width, value)
        elif tag == _PROFILE:
            profile = size
        elif tag in _METADATA:
            metadata += size
        has_pixels = has_pixels or tag in (_STRIPS, _TILES)
        if size > len(data):
            raise truncated("A tag's values lie beyond the end of the file.")
    if not has_pixels:
        raise corrupt("A page has no image data.")
    check_size(width, height)
    end = at + 2 + 12 * count
    (following,) = unpack(order + "I", data, end) if end + 4 <= len(data) else (0,)
    return (width, height, profile, metadata), following
