"""`process`: from a file's bytes to every variant, or a rejection."""

import hashlib

from omnilife.images.headers import read_header
from omnilife.images.processed import ProcessedImage
from omnilife.images.sandbox import render_apart


def process(data: bytes) -> ProcessedImage:
    """Check, decode and render an image; at most 10 s and 512 MB, whatever the bytes are.

    The file's structure is walked here, in Python; what passes is decoded in a process of its own, which has
    no credentials, little memory and little time, and is not used for a second image.

    Raises:
        ImageRejected: the image is not taken; nothing else is ever raised because of what `data` holds.
    """
    data = bytes(data)
    header = read_header(data)
    rendered = render_apart(data)
    return ProcessedImage(
        format=header.format,
        width=rendered.width,
        height=rendered.height,
        frames=header.frames,
        has_alpha=rendered.has_alpha,
        sha256=hashlib.sha256(data).hexdigest(),
        fingerprint=None if rendered.fingerprint is None else f"{rendered.fingerprint:016x}",
        dominant_color=rendered.dominant_color,
        thumbhash=rendered.thumbhash,
        camera=rendered.camera,
        variants=rendered.variants,
    )
