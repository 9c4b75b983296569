"""What an image may be, at most. docs/images.md explains each number."""

MIB = 1024 * 1024

MAX_BYTES = 20 * MIB
"""Of the file: over what the largest phone makes, under what a form should carry."""

MAX_PIXELS = 50_000_000
"""Of a frame: a phone's 48 megapixels fit. As 32-bit pixels they take 200 MB of the decoder's memory."""

MAX_WEBP_PIXELS = 25_000_000
MAX_AVIF_PIXELS = 32_000_000
"""Their decoders keep several copies of the picture, which would not fit."""

MAX_SIDE = 30_000
"""Pixels of the longer side: panoramas fit."""

MAX_FRAMES = 1_000
"""Of an animation or a document of several pages."""

MAX_ANIMATED_FRAMES = 300
MAX_ANIMATED_PIXELS = 40_000_000
"""Of all frames together: beyond either, an animation is shown by its first frame alone."""

MAX_ANIMATION_SECONDS = 3.0
"""For reading an animation's frames: one that takes longer is shown by its first frame too."""

MAX_PROFILE_BYTES = 4 * MIB
"""Of the colour profile: printers' profiles have two or three."""

MAX_METADATA_BYTES = 8 * MIB
"""Of EXIF, XMP, IPTC, comments and texts together."""

MAX_CHUNKS = 50_000
"""Chunks, segments or boxes of a file: nothing honest has as many."""

MAX_SCANS = 100
"""Of a progressive JPEG: each goes over all its pixels again (libjpeg-turbo's own advice is 500 and less)."""

MAX_SECONDS = 8.0
"""From the file to all variants; the decoder is killed then."""

MAX_DECODER_BYTES = 420 * MIB
"""Of the decoder's data (RLIMIT_DATA); with its code the process stays under 512 MB."""
