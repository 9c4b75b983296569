"""What `process` makes of an image. Plain dataclasses: the decoder's process builds them without pydantic."""

from dataclasses import dataclass
from typing import Any, Literal, Self

from omnilife.images.headers.header import Format

VariantName = Literal["thumbnail", "medium", "large", "animated"]
VariantFormat = Literal["jpeg", "webp", "avif"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One size in one format, ready to be served: pixels and nothing else."""

    name: VariantName
    format: VariantFormat
    width: int
    height: int
    data: bytes

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """How a photo was taken, as its EXIF says; None where it does not.

    Attributes:
        exposure_s: seconds.
        taken_at: `2026-11-25T14:03:10`, the camera's local time: EXIF rarely knows the zone.
        latitude, longitude: degrees, north and east positive.
    """

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    taken_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What the decoder makes of an image's pixels.

    Attributes:
        width, height: as the image is shown: after its rotation.
        fingerprint: 64 bits of perceptual hash; None for images too plain to tell apart.
    """

    width: int
    height: int
    has_alpha: bool
    dominant_color: str
    thumbhash: bytes
    fingerprint: int | None
    camera: Camera
    variants: tuple[Variant, ...]

    def to_parts(self) -> tuple[dict[str, Any], list[bytes]]:
        """As JSON, and the variants' bytes apart: how it leaves the decoder's process."""
        described = {name: getattr(self, name) for name in self.__slots__}
        described["thumbhash"] = self.thumbhash.hex()
        described["camera"] = {name: getattr(self.camera, name) for name in Camera.__slots__}
        described["variants"] = [
            [variant.name, variant.format, variant.width, variant.height] for variant in self.variants
        ]
        return described, [variant.data for variant in self.variants]

    @classmethod
    def from_parts(cls, described: dict[str, Any], data: list[bytes]) -> Self:
        """The inverse of `to_parts`."""
        variants = tuple(
            Variant(name=name, format=format_, width=width, height=height, data=each)
            for (name, format_, width, height), each in zip(described["variants"], data, strict=True)
        )
        return cls(
            **{
                **described,
                "thumbhash": bytes.fromhex(described["thumbhash"]),
                "camera": Camera(**described["camera"]),
                "variants": variants,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedImage:
    """An image that was taken: what it is, and its variants.

    Attributes:
        format: of the file, by its content.
        width, height: in pixels as shown.
        frames: of the file; an `animated` variant is there only within the caps.
        sha256: of the file, hexadecimal.
        fingerprint: perceptual hash, 16 hexadecimal digits; None for images too plain to tell apart.
        dominant_color: `#rrggbb`.
        thumbhash: placeholder of about 25 bytes (evanw.github.io/thumbhash).
    """

    format: Format
    width: int
    height: int
    frames: int
    has_alpha: bool
    sha256: str
    fingerprint: str | None
    dominant_color: str
    thumbhash: bytes
    camera: Camera
    variants: tuple[Variant, ...]

    @property
    def aspect_ratio(self) -> float:
        """Width by height, to four digits."""
        return round(self.width / self.height, 4)
