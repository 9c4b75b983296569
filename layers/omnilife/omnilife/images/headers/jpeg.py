"""JPEG: its segments from start to end of image, entropy-coded data skipped.

Source: ITU-T T.81, annex B.
"""

import re
from dataclasses import dataclass

from omnilife.images.caps import MAX_CHUNKS, MAX_SCANS
from omnilife.images.headers.header import Header, unpack
from omnilife.images.rejections import ImageRejected, corrupt, truncated

_SUPPORTED_FRAMES = (0xC0, 0xC1, 0xC2)
"""Start of frame: baseline, extended, progressive; Huffman-coded."""

_OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_WITHOUT_LENGTH = (0x01, *range(0xD0, 0xD8))
_METADATA = (*range(0xE0, 0xF0), 0xFE)
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA

_MARKER_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a whole JPEG of a kind that browsers show."""
    found = _Found()
    at = 2
    for _ in range(MAX_CHUNKS):
        marker, at = _marker(data, at)
        if marker == _END:
            return found.header(at)
        if marker in _WITHOUT_LENGTH:
            continue
        if marker == _START:
            raise corrupt("A second image starts inside the first.")
        (length,) = unpack(">H", data, at)
        if length < 2:
            raise corrupt("A segment has no length.")
        if at + length > len(data):
            raise truncated()
        found.take(marker, data, at, length)
        at += length
        if marker == _SCAN:
            behind = _MARKER_AFTER_SCAN.search(data, at)
            if behind is None:
                raise truncated()
            at = behind.start()
    raise corrupt("There is no end to its segments.")


@dataclass(slots=True)
class _Found:
    """What the segments have told so far."""

    size: tuple[int, int] | None = None
    scans: int = 0
    profile: int = 0
    metadata: int = 0

    def take(self, marker: int, data: bytes, at: int, length: int) -> None:
        if marker in _OTHER_FRAMES:
            raise ImageRejected(
                "unsupported-format", "Lossless, hierarchical and arithmetic-coded JPEG is not taken."
            )
        if marker in _SUPPORTED_FRAMES:
            if self.size is not None:
                raise corrupt("The image has two frame headers.")
            self.size = _frame(data, at)
        elif marker == _SCAN:
            self.scans += 1
            if self.size is None:
                raise corrupt("Image data comes before the frame header.")
            if self.scans > MAX_SCANS:
                raise ImageRejected("too-expensive", f"The image has more than {MAX_SCANS} scans.")
        elif marker in _METADATA:
            if data[at + 2 : at + 14] == b"ICC_PROFILE\0":
                self.profile += length
            else:
                self.metadata += length

    def header(self, end: int) -> Header:
        if self.size is None or not self.scans:
            raise corrupt("There is no image data.")
        width, height = self.size
        return Header(
            format="jpeg",
            width=width,
            height=height,
            profile_bytes=self.profile,
            metadata_bytes=self.metadata,
            end=end,
        )


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at an offset, and the offset behind it; fill bytes may precede it."""
    if at >= len(data):
        raise truncated()
    if data[at] != 0xFF:
        raise corrupt("A segment is expected where there is none.")
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data):
        raise truncated()
    return data[at], at + 1


def _frame(data: bytes, at: int) -> tuple[int, int]:
    length, precision, height, width, components = unpack(">HBHHB", data, at)
    if precision != 8:
        raise ImageRejected("unsupported-format", "JPEG of more than 8 bits a sample is not taken.")
    if components not in (1, 3, 4) or length != 8 + 3 * components:
        raise corrupt("The frame header has a wrong number of components.")
    return width, height
