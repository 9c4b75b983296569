"""GIF: its blocks from the screen descriptor to the trailer.

Source: CompuServe, Graphics Interchange Format, version 89a.
"""

from omnilife.images.caps import MAX_FRAMES
from omnilife.images.headers.header import Header, unpack
from omnilife.images.rejections import corrupt, truncated

_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a GIF with at least one whole frame."""
    width, height, flags = unpack("<HHB", data, 6)
    at = 13 + _palette_bytes(flags)
    frames, metadata, right, bottom = 0, 0, width, height
    # Many makers forget the trailer: a file may also end between two blocks.
    while at < len(data) and data[at] != _TRAILER and frames <= MAX_FRAMES:
        kind = data[at]
        if kind == _IMAGE:
            left, top, frame_width, frame_height, flags = unpack("<HHHHB", data, at + 1)
            if not frame_width or not frame_height:
                raise corrupt("A frame has no width or no height.")
            right, bottom = max(right, left + frame_width), max(bottom, top + frame_height)
            at = _skip(data, at + 11 + _palette_bytes(flags))
            frames += 1
        elif kind == _EXTENSION:
            (label,) = unpack("B", data, at + 1)
            end = _skip(data, at + 2)
            metadata += end - at if label in (_COMMENT, _APPLICATION) else 0
            at = end
        elif frames:
            break  # padding, or a trailer that was forgotten
        else:
            raise corrupt("A block is of no kind that GIF knows.")
    if not frames:
        raise truncated()
    return Header(
        format="gif",
        width=right,
        height=bottom,
        frames=frames,
        metadata_bytes=metadata,
        end=min(len(data), at + 1),
    )


def _palette_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, at: int) -> int:
    """The offset behind a chain of sub-blocks: each has its length first, the last has none."""
    while at < len(data):
        length = data[at]
        at += 1 + length
        if length == 0:
            return at
    raise truncated()
