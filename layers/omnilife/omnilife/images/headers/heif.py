"""AVIF and HEIC: the boxes of an ISO base media file that say how large its images are.

Sources: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (HEIF), AV1 Image File Format.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from omnilife.images.caps import MAX_CHUNKS, MAX_FRAMES
from omnilife.images.headers.header import Format, Header, check_size, unpack
from omnilife.images.rejections import ImageRejected, corrupt, truncated

_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}

_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0}
"""Boxes that hold boxes → bytes of their own before those."""


@dataclass(slots=True)
class _Found:
    sizes: list[tuple[int, int]] = field(default_factory=list)
    samples: int = 0
    profile: int = 0
    boxes: int = 0
    has_meta: bool = False


def read(data: bytes) -> Header:
    """Raises ImageRejected: not AVIF or HEIC, or not whole."""
    format_ = _format(data)
    found = _Found()
    end = 0
    for kind, start, stop in _boxes(data, 0, len(data), top=True):
        end = stop
        _walk(data, kind, start, stop, found, depth=0)
    if not found.has_meta or not found.sizes:
        raise corrupt("The file does not say how large its image is.")
    for size in found.sizes:
        check_size(*size)
    width, height = max(found.sizes, key=lambda size: size[0] * size[1])
    return Header(
        format=format_,
        width=width,
        height=height,
        frames=max(1, found.samples),
        profile_bytes=found.profile,
        end=end,
    )


def _format(data: bytes) -> Format:
    length, _, brand = unpack(">I4s4s", data, 0)
    if not 16 <= length <= 4096 or length > len(data):
        raise corrupt("The file type box has an impossible length.")
    brands = {brand} | {data[at : at + 4] for at in range(16, length - 3, 4)}
    if brands & _AVIF:
        return "avif"
    if brands & _HEIC:
        return "heic"
    raise ImageRejected(
        "unsupported-format", "The file is a film or an image of another coding than AV1 or HEVC."
    )


def _boxes(data: bytes, start: int, stop: int, *, top: bool) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start of the content and end of each box."""
    at = start
    while at + 8 <= stop:
        length, kind = unpack(">I4s", data, at)
        content = at + 8
        if length == 1:
            (length,) = unpack(">Q", data, at + 8)
            content = at + 16
        elif length == 0:
            length = stop - at
        if top and not all(0x20 <= byte < 0x7F for byte in kind):
            return  # no box any more: bytes behind the file
        if at + length < content:
            raise corrupt("A box is shorter than its own header.")
        if at + length > stop:
            raise truncated()
        yield kind, content, at + length
        at += length


def _walk(data: bytes, kind: bytes, start: int, stop: int, found: _Found, *, depth: int) -> None:
    found.boxes += 1
    if found.boxes > MAX_CHUNKS or depth > 8:
        raise corrupt("There is no end to its boxes.")
    if kind in _CONTAINERS:
        found.has_meta = found.has_meta or kind == b"meta"
        for inner in _boxes(data, start + _CONTAINERS[kind], stop, top=False):
            _walk(data, *inner, found, depth=depth + 1)
    elif kind == b"ispe":
        _, width, height = unpack(">III", data, start)
        found.sizes.append((width, height))
    elif kind == b"colr":
        found.profile = max(found.profile, stop - start)
    elif kind == b"stsz":
        _, _, count = unpack(">III", data, start)
        found.samples = max(found.samples, count)
        if count > MAX_FRAMES:
            raise ImageRejected("too-many-frames", f"The image has more than {MAX_FRAMES} frames.")
