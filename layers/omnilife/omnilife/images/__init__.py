"""Images: uploads, their variants in every size and format, their near duplicates."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.images.process import process as process
    from omnilife.images.processed import ProcessedImage as ProcessedImage
    from omnilife.images.processed import Variant as Variant
    from omnilife.images.rejections import ImageRejected as ImageRejected

__getattr__ = exports(
    __name__,
    {
        "ImageRejected": "rejections",
        "ProcessedImage": "processed",
        "Variant": "processed",
        "process": "process",
    },
)
