"""Pictures that tests draw, and files that are none."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()


def picture(width: int = 160, height: int = 120, mode: str = "RGB") -> Image.Image:
    """Something to look at: bands of colour, a disc and a box."""
    drawn = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((width // 8, height // 8, width // 2, height // 2), fill=(210, 40, 60))
    pen.rectangle((width // 2, height // 3, width - 9, height - 9), fill=(20, 90, 200))
    pen.line((0, height, width, 0), fill=(250, 240, 30), width=max(1, width // 20))
    return drawn.convert(mode)


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file as a picture, by Pillow itself."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG, its checksum right."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A grey PNG that declares a size, and holds `chunks`."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + b"".join(chunks) + chunk(b"IEND", b"")


def png_bomb(width: int, height: int) -> bytes:
    """A valid PNG of one grey: a few hundred kilobytes that unpack to `width` × `height`."""
    packer = zlib.compressobj(9)
    line = bytes(width + 1)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return png_of(width, height, chunk(b"IDAT", packed))


def box(kind: bytes, body: bytes) -> bytes:
    """A box of an ISO base media file."""
    return struct.pack(">I", 8 + len(body)) + kind + body


def avif_of(width: int, height: int, brand: bytes = b"avif", *more: bytes) -> bytes:
    """An AVIF that declares a size, and has no picture."""
    size = box(b"ispe", struct.pack(">III", 0, width, height))
    properties = box(b"iprp", box(b"ipco", size + b"".join(more)))
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"meta", bytes(4) + properties)
