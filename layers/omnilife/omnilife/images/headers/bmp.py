"""BMP: its two headers. Source: Microsoft, Bitmap Storage (BITMAPINFOHEADER, BITMAPV5HEADER)."""

from omnilife.images.headers.header import Header, unpack
from omnilife.images.rejections import corrupt, truncated

_CORE, _SMALLEST_INFO, _LARGEST_INFO = 12, 40, 124
_UNPACKED = (0, 3, 6)
"""Compression: none, and none with masks."""


def read(data: bytes) -> Header:
    """Raises ImageRejected: not a BMP whose pixels are all there."""
    pixels, header_bytes = unpack("<II", data, 10)
    if header_bytes == _CORE:
        width, height, planes, depth = unpack("<HHHH", data, 18)
        packing = 0
    elif _SMALLEST_INFO <= header_bytes <= _LARGEST_INFO:
        width, height, planes, depth, packing = unpack("<iiHHI", data, 18)
    else:
        raise corrupt("The bitmap header has an impossible length.")
    if planes != 1 or depth not in (1, 2, 4, 8, 16, 24, 32):
        raise corrupt("The bitmap header declares what BMP does not know.")
    # A negative height tells that the rows go from the top down.
    header = Header(format="bmp", width=width, height=abs(height), end=len(data))
    header.check()
    if packing in _UNPACKED:
        end = pixels + (width * depth + 31) // 32 * 4 * abs(height)
        if end > len(data):
            raise truncated()
        return Header(format="bmp", width=width, height=abs(height), end=end)
    return header
