"""Animated GIF and WebP, as one animated WebP."""

import io
import time
from collections.abc import Iterator

from PIL import Image

from omnilife.images.caps import MAX_ANIMATED_FRAMES, MAX_ANIMATED_PIXELS, MAX_ANIMATION_SECONDS
from omnilife.images.headers.header import Header
from omnilife.images.processed import Variant

SIDE = 600
_SHORTEST_MS = 20
_UNSAID_MS = 100
"""What browsers take for a frame that is shorter than they play, or does not say."""


def render_animation(data: bytes, header: Header, image: Image.Image) -> Iterator[Variant]:
    """The animated variant; nothing for stills, and for what is over the caps."""
    total = header.frames * image.width * image.height
    if header.format not in ("gif", "webp") or header.frames < 2:
        return
    if header.frames > MAX_ANIMATED_FRAMES or total > MAX_ANIMATED_PIXELS:
        return
    late = time.monotonic() + MAX_ANIMATION_SECONDS
    # A decoder of its own: the still is made from the first frame of the other.
    with Image.open(io.BytesIO(data), formats=[header.format.upper()]) as moving:
        scale = min(1.0, SIDE / max(moving.size))
        size = max(1, round(moving.width * scale)), max(1, round(moving.height * scale))
        frames, durations = [], []
        for number in range(min(getattr(moving, "n_frames", 1), header.frames)):
            if time.monotonic() > late:
                return
            moving.seek(number)
            frame = moving.convert("RGBA").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
            frame.info.clear()
            frames.append(frame)
            duration = int(moving.info.get("duration") or 0)
            durations.append(min(65_535, duration) if duration >= _SHORTEST_MS else _UNSAID_MS)
        loop = int(moving.info.get("loop", 1))
    file = io.BytesIO()
    frames[0].save(
        file,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=loop if 0 <= loop <= 65_535 else 0,
        quality=70,
        method=0,
    )
    yield Variant(name="animated", format="webp", width=size[0], height=size[1], data=file.getvalue())
