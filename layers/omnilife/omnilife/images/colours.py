"""Modes and colour profiles: whatever a file holds, as sRGB with or without alpha."""

import io
import math
from functools import cache
from typing import Any

from PIL import Image, ImageCms

_PLAIN = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")


def to_plain_mode(image: Image.Image) -> Image.Image:
    """The image in a mode whose pixels can be averaged: palettes and more than 8 bits are none."""
    if image.mode == "RGBX":
        return image.convert("RGB")
    if image.mode == "YCbCr":
        return image.convert("RGB")
    if image.mode in ("P", "PA") or (image.mode in ("L", "RGB") and "transparency" in image.info):
        transparent = image.mode == "PA" or "transparency" in image.info
        return image.convert("RGBA" if transparent else "RGB")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _to_eight_bits(image)
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in _PLAIN else image.convert("RGBA" if "a" in image.mode.lower() else "RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in sRGB: RGBA if anything of it is transparent, else RGB. A broken profile is as none."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    if alpha is not None and alpha.getextrema() == (255, 255):
        alpha = None
    colours = image.convert("L" if image.mode == "LA" else "RGB") if image.mode in ("LA", "RGBA") else image
    colours = _converted(colours, profile)
    if alpha is not None:
        colours.putalpha(alpha)
    colours.info.clear()
    return colours


def dominant_colour(picture: Image.Image) -> str:
    """The colour that most of a small picture has, `#rrggbb`; transparent pixels have no say."""
    if picture.mode == "RGBA":
        seen = [pixel[:3] for pixel in _pixels(picture) if pixel[3] >= 128]
        if not seen:
            return "#ffffff"
        picture = Image.new("RGB", (len(seen), 1))
        picture.putdata(seen)
    palette = picture.quantize(8, Image.Quantize.MEDIANCUT)
    counts: Any = palette.getcolors()
    _, index = max(counts)
    red, green, blue = (palette.getpalette() or [0, 0, 0])[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    size = len(picture.getbands())
    flat = picture.tobytes()
    return [tuple(flat[at : at + size]) for at in range(0, len(flat), size)]


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits by their upper eight; other ranges stretched to what they use."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    low, high = (float(value) for value in _extrema(image))
    if image.mode == "I" and low >= 0 and 255 < high <= 65_535:
        low, high = 0.0, 65_535.0
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return Image.new("L", image.size, 0)
    scale = 255 / (high - low)
    return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def _extrema(image: Image.Image) -> Any:
    return image.getextrema()


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return _transformed(image, lab) or image.convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        except (OSError, ImageCms.PyCMSError, ValueError, TypeError):
            return image.convert("RGB")
        return _transformed(image, source) or image.convert("RGB")
    return image.convert("RGB")


def _transformed(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except (OSError, ImageCms.PyCMSError, ValueError, TypeError):
        return None  # a profile of another kind of image


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
