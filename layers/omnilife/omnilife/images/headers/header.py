"""`Header`: the sizes that a file declares, and the caps on them."""

import struct
from dataclasses import dataclass
from typing import Any, Literal

from omnilife.images.caps import (
    MAX_AVIF_PIXELS,
    MAX_FRAMES,
    MAX_METADATA_BYTES,
    MAX_PIXELS,
    MAX_PROFILE_BYTES,
    MAX_SIDE,
    MAX_WEBP_PIXELS,
)
from omnilife.images.rejections import ImageRejected, corrupt, truncated

Format = Literal["jpeg", "png", "webp", "gif", "avif", "heic", "tiff", "bmp"]


_MOST_PIXELS: dict[Format, int] = {"webp": MAX_WEBP_PIXELS, "avif": MAX_AVIF_PIXELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file declares.

    Attributes:
        width, height: of the largest frame, in pixels, before any rotation.
        frames: images that it plays or pages that it has.
        profile_bytes, metadata_bytes: of the colour profile, unpacked, and of all else that is no pixel.
        end: offset just behind the image; what follows is no part of it.
    """

    format: Format
    width: int
    height: int
    frames: int = 1
    profile_bytes: int = 0
    metadata_bytes: int = 0
    end: int

    def check(self) -> None:
        """Refuse what is over a cap.

        Raises:
            ImageRejected: too many pixels, frames or bytes beside the pixels; or a side of nothing.
        """
        check_size(self.width, self.height, _MOST_PIXELS.get(self.format, MAX_PIXELS))
        if self.frames > MAX_FRAMES:
            raise ImageRejected("too-many-frames", f"The image has more than {MAX_FRAMES} frames.")
        if self.profile_bytes > MAX_PROFILE_BYTES:
            raise ImageRejected("too-much-metadata", "The colour profile is larger than 4 MiB.")
        if self.metadata_bytes > MAX_METADATA_BYTES:
            raise ImageRejected("too-much-metadata", "The metadata is larger than 8 MiB.")


def check_size(width: int, height: int, most: int = MAX_PIXELS) -> None:
    """Refuse dimensions that are none, or over the caps."""
    if width < 1 or height < 1:
        raise corrupt("The image has no width or no height.")
    if max(width, height) > MAX_SIDE or width * height > most:
        raise ImageRejected(
            "too-many-pixels",
            f"The image has {width} × {height} pixels; {most // 10**6} megapixels"
            f" and {MAX_SIDE} pixels a side are the most.",
        )


def unpack(form: str, data: bytes, offset: int) -> tuple[Any, ...]:
    """`struct.unpack_from`, for files that may end there."""
    if offset < 0 or offset + struct.calcsize(form) > len(data):
        raise truncated()
    return struct.unpack_from(form, data, offset)
