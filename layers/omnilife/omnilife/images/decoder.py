"""The program of the decoder's process: an image on standard input, its rendering on standard output.

The answer is a line of JSON, then the variants' bytes in its order.
"""

import json
import resource
import sys

from omnilife.images.caps import MAX_BYTES, MAX_DECODER_BYTES, MAX_SECONDS
from omnilife.images.headers import read_header
from omnilife.images.rejections import ImageRejected
from omnilife.images.rendering import load_codecs, render


def answer(data: bytes) -> bytes:
    """The rendering of an image, or why there is none."""
    try:
        described, variants = render(data, read_header(data)).to_parts()
    except ImageRejected as rejection:
        return json.dumps({"reason": rejection.reason, "detail": rejection.detail}).encode() + b"\n"
    described["lengths"] = [len(each) for each in variants]
    return json.dumps(described).encode() + b"\n" + b"".join(variants)


def confine() -> None:
    """Take from this process what an image does not need."""
    seconds = int(MAX_SECONDS) + 1
    for what, most in (
        (resource.RLIMIT_DATA, MAX_DECODER_BYTES),
        (resource.RLIMIT_CPU, 2 * seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer one image."""
    load_codecs()
    confine()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(MAX_BYTES + 1)))


if __name__ == "__main__":
    main()
