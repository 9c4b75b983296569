"""What EXIF says of how a photo was taken. Everything in it is a stranger's text and numbers."""

import math
import re
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from omnilife.images.processed import Camera

_LONGEST_TEXT = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def read_camera(image: Image.Image) -> Camera:
    """The tags that can be read; broken ones are passed over."""
    try:
        exif = image.getexif()
        base: dict[int, Any] = dict(exif)
        details: dict[int, Any] = dict(exif.get_ifd(ExifTags.IFD.Exif))
        place: dict[int, Any] = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # noqa: BLE001 (broken EXIF is no reason to refuse a picture)
        return Camera()
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    both = latitude is not None and longitude is not None
    iso = _number(details.get(ExifTags.Base.ISOSpeedRatings), 10_000_000)
    return Camera(
        make=_text(base.get(ExifTags.Base.Make)),
        model=_text(base.get(ExifTags.Base.Model)),
        lens=_text(details.get(ExifTags.Base.LensModel)),
        exposure_s=_number(details.get(ExifTags.Base.ExposureTime), 86_400),
        f_number=_number(details.get(ExifTags.Base.FNumber), 1_000),
        iso=None if iso is None else int(iso),
        focal_length_mm=_number(details.get(ExifTags.Base.FocalLength), 100_000),
        taken_at=_time(details.get(ExifTags.Base.DateTimeOriginal)),
        latitude=latitude if both else None,
        longitude=longitude if both else None,
    )


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if not isinstance(value, str):
        return None
    return _CONTROL.sub(" ", value.encode(errors="replace").decode()).strip()[:_LONGEST_TEXT] or None


def _number(value: Any, most: float) -> float | None:
    """A positive number of up to six digits that say something."""
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, IndexError):
        return None
    return float(f"{number:.6g}") if math.isfinite(number) and 0 < number <= most else None


def _time(value: Any) -> str | None:
    try:
        return datetime.strptime(str(value)[:19], "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007 (has none)
    except ValueError:
        return None


def _degrees(place: dict[int, Any], tag: int, direction: int, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[tag])
        value = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not 0 <= value <= most:  # also of NaN
        return None
    return round(-value if place.get(direction) == negative else value, 6)
