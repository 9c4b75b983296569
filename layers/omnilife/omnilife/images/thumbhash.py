"""ThumbHash: a blurred picture in about 25 bytes, to show until the real one is there.

Source: Evan Wallace, ThumbHash (github.com/evanw/thumbhash), `rgbaToThumbHash`; same bytes, but for rounding.
"""

from collections.abc import Sequence

from PIL import Image

from omnilife.images.cosine import lowest_frequencies

_SIDE = 48


def thumbhash(picture: Image.Image) -> bytes:
    """The hash of a picture (RGB or RGBA) of at most 100 pixels a side."""
    scale = min(1.0, _SIDE / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    rgba = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS).tobytes()
    width, height = size
    pixels = [
        (rgba[at] / 255, rgba[at + 1] / 255, rgba[at + 2] / 255, rgba[at + 3] / 255)
        for at in range(0, len(rgba), 4)
    ]
    opaque = sum(pixel[3] for pixel in pixels)
    average = [sum(pixel[c] * pixel[3] for pixel in pixels) / opaque if opaque else 0.0 for c in range(3)]
    has_alpha = opaque < len(pixels)
    limit = 5 if has_alpha else 7
    columns = max(1, round(limit * width / max(width, height)))
    rows = max(1, round(limit * height / max(width, height)))

    planes: list[list[float]] = [[], [], [], []]
    for red, green, blue, alpha in pixels:
        r, g, b = (
            base * (1 - alpha) + alpha * value
            for base, value in zip(average, (red, green, blue), strict=True)
        )
        for plane, value in zip(planes, ((r + g + b) / 3, (r + g) / 2 - b, r - g, alpha), strict=True):
            plane.append(value)
    grids = [[plane[at : at + width] for at in range(0, len(plane), width)] for plane in planes]

    light = _Channel(grids[0], max(3, columns), max(3, rows))
    yellow, red_green = _Channel(grids[1], 3, 3), _Channel(grids[2], 3, 3)
    landscape = width > height
    header24 = (
        round(63 * light.flat)
        | round(31.5 + 31.5 * yellow.flat) << 6
        | round(31.5 + 31.5 * red_green.flat) << 12
        | round(31 * light.scale) << 18
        | has_alpha << 23
    )
    header16 = (
        (rows if landscape else columns)
        | round(63 * yellow.scale) << 3
        | round(63 * red_green.scale) << 9
        | landscape << 15
    )
    found = bytearray((*header24.to_bytes(3, "little"), *header16.to_bytes(2, "little")))
    parts = [light, yellow, red_green]
    if has_alpha:
        alpha_channel = _Channel(grids[3], 5, 5)
        found.append(round(15 * alpha_channel.flat) | round(15 * alpha_channel.scale) << 4)
        parts.append(alpha_channel)
    nibbles = [round(15 * wave) for part in parts for wave in part.waves]
    for low, high in zip(nibbles[::2], [*nibbles[1::2], 0], strict=False):
        found.append(low | high << 4)
    return bytes(found)


class _Channel:
    """One plane's mean, its waves in 0..1, and what they were divided by."""

    def __init__(self, grid: Sequence[Sequence[float]], columns: int, rows: int) -> None:
        count = len(grid) * len(grid[0])
        frequencies = lowest_frequencies(grid, columns, rows)
        self.flat = frequencies[0][0] / count
        waves = [
            frequencies[y][x] / count
            for y in range(rows)
            for x in range(columns)
            if (x or y) and x * rows < columns * (rows - y)
        ]
        self.scale = max(map(abs, waves), default=0.0)
        self.waves = [0.5 + 0.5 / self.scale * wave if self.scale else 0.0 for wave in waves]
        self.flat, self.scale = min(1.0, max(-1.0, self.flat)), min(1.0, self.scale)
