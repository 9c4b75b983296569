"""From checked bytes to pixels, and from pixels to variants: runs in the decoder's process.

The picture is made small first and corrected after: orientation, colour profile and alpha cost a hundredth
at 1200 pixels of what they cost at 24 megapixels. JPEG is decoded at a fraction of its size (the decoder's
own DCT scaling), and each smaller variant is made from the next larger one.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from PIL import Image, ImageOps

from omnilife.images.animation import render_animation
from omnilife.images.camera import read_camera
from omnilife.images.caps import MAX_PIXELS
from omnilife.images.colours import dominant_colour, to_plain_mode, to_srgb
from omnilife.images.encoding import encode
from omnilife.images.fingerprint import fingerprint
from omnilife.images.headers.header import Format, Header, check_size
from omnilife.images.processed import Rendered, Variant, VariantFormat, VariantName
from omnilife.images.rejections import ImageRejected, corrupt, truncated
from omnilife.images.thumbhash import thumbhash

SIDES: tuple[tuple[VariantName, int], ...] = (("large", 1200), ("medium", 600), ("thumbnail", 150))
"""Each variant's longer side, in pixels; the smaller ones are made from the larger."""

FORMATS: tuple[VariantFormat, ...] = ("avif", "webp", "jpeg")
"""In the order in which a page should offer them."""

_DECODERS: dict[Format, str] = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "gif": "GIF",
    "avif": "AVIF",
    "heic": "HEIF",
    "tiff": "TIFF",
    "bmp": "BMP",
}

_PLUGINS = ("Jpeg", "Mpo", "Png", "WebP", "Gif", "Avif", "Tiff", "Bmp")
_ORIENTATION = 0x0112


def load_codecs() -> None:
    """Load what decoding and encoding need, before the memory is limited."""
    import pillow_heif  # noqa: PLC0415 (26 MB of libraries: only where images are decoded)

    # Each by name: `Image.init` would load forty formats more, a third of the start.
    for name in _PLUGINS:
        import_module(f"PIL.{name}ImagePlugin")
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def render(data: bytes, header: Header) -> Rendered:
    """All variants of an image, and what is known of it.

    Raises:
        ImageRejected: the decoder found it broken, or it does not fit into memory.
    """
    with _refusals():
        image = Image.open(io.BytesIO(data), formats=[_DECODERS[header.format]])
        check_size(*image.size)
        camera = read_camera(image)
        orientation = _orientation(image)
        profile = image.info.get("icc_profile")
        animated = render_animation(data, header, image)
        width, height = image.size
        large = _reduced(image, SIDES[0][1])
        del image
        if orientation != 1:
            large.getexif()[_ORIENTATION] = orientation
            large = ImageOps.exif_transpose(large)
        picture = to_srgb(large, profile)
        if orientation >= 5:
            width, height = height, width
        variants = [*_variants(picture), *animated]
        small = picture.resize(fit(*picture.size, 100), Image.Resampling.LANCZOS)
        return Rendered(
            width=width,
            height=height,
            has_alpha=picture.mode == "RGBA",
            dominant_color=dominant_colour(small),
            thumbhash=thumbhash(small),
            fingerprint=fingerprint(picture),
            camera=camera,
            variants=tuple(variants),
        )


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size that fits into a square of `side`, never larger than it was, never nothing."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _reduced(image: Image.Image, side: int) -> Image.Image:
    full = image.size
    if image.format in ("JPEG", "MPO"):
        image.draft(image.mode, fit(*full, side))
    image.load()
    plain = to_plain_mode(image)
    # Boxes first, to twice the size, then Lanczos: six times faster than Lanczos over all pixels.
    return plain.resize(fit(*full, side), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (broken EXIF is no reason to refuse a picture)
        return 1
    return value if value in range(1, 9) else 1


def _variants(picture: Image.Image) -> Iterator[Variant]:
    made: dict[tuple[int, int], dict[VariantFormat, bytes]] = {}
    current = picture
    for name, side in SIDES:
        size = fit(*picture.size, side)
        if size not in made:
            if current.size != size:
                current = current.resize(size, Image.Resampling.LANCZOS)
            made[size] = {each: encode(current, each) for each in FORMATS}
        for each in FORMATS:
            yield Variant(name=name, format=each, width=size[0], height=size[1], data=made[size][each])


@contextmanager
def _refusals() -> Iterator[None]:
    """Every way in which a decoder fails, as a rejection."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # decoders warn of what they mend
            yield
    except ImageRejected:
        raise
    except Image.DecompressionBombError:
        raise ImageRejected("too-many-pixels", "The image has too many pixels.") from None
    except MemoryError:
        raise ImageRejected("too-expensive", "The image takes too much memory to decode.") from None
    except Exception as error:  # noqa: BLE001 (decoders raise whatever they like: SyntaxError, struct.error, …)
        raise (
            truncated() if "truncated" in str(error) else corrupt("The image cannot be decoded.")
        ) from None
