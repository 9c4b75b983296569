"""A perceptual hash: 64 bits that stay nearly the same when a picture is resized, recoded or recoloured.

The signs, against their median, of the lowest 8 × 8 frequencies of a 32 × 32 grey picture. Source: C. Zauner,
Implementation and Benchmarking of Perceptual Image Hash Functions (2010), section 3.2.1, the DCT hash.
"""

from PIL import Image

from omnilife.images.cosine import lowest_frequencies

_SIDE = 32
_PLAIN = 24.0
"""Sum of a picture's frequencies, in grey levels, below which noise would decide about its bits."""


def fingerprint(picture: Image.Image) -> int | None:
    """The hash of a picture (RGB, or RGBA, which is looked at on white); None if it is too plain for one."""
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    grey = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).tobytes()
    grid = [[float(value) for value in grey[at : at + _SIDE]] for at in range(0, len(grey), _SIDE)]
    waves = [value for row in lowest_frequencies(grid, 8, 8) for value in row]
    if sum(map(abs, waves[1:])) / (_SIDE * _SIDE) * 4 < _PLAIN:
        return None
    ordered = sorted(waves[1:])
    middle = ordered[len(ordered) // 2]
    bits = 0
    for value in waves:
        bits = bits << 1 | (value > middle)
    return bits
