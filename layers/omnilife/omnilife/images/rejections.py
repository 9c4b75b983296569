"""Why an image is not taken: one exception with a reason that clients compare."""

from typing import Literal, get_args

Reason = Literal[
    "empty",
    "too-many-bytes",
    "unsupported-format",
    "svg",
    "polyglot",
    "truncated",
    "corrupt",
    "too-many-pixels",
    "too-many-frames",
    "too-much-metadata",
    "too-expensive",
]

REASONS: tuple[Reason, ...] = get_args(Reason)


class ImageRejected(Exception):  # noqa: N818 (says what happened, as the problems of core.errors do)
    """These bytes are no image that is taken here.

    Attributes:
        reason: which of the reasons; stable.
        detail: a sentence about this file, for its sender.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail


def corrupt(detail: str) -> ImageRejected:
    """A file that contradicts its own format."""
    return ImageRejected("corrupt", detail)


def truncated(detail: str = "The file ends before the image does.") -> ImageRejected:
    """A file that ends too early."""
    return ImageRejected("truncated", detail)
