"""Images: uploads, their variants in every size and format, their near duplicates."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.images.delete_images import delete_image as delete_image
    from omnilife.images.delete_images import remove_files as remove_files
    from omnilife.images.files import Originals as Originals
    from omnilife.images.files import Upload as Upload
    from omnilife.images.find_similar import SimilarImages as SimilarImages
    from omnilife.images.find_similar import find_similar_images as find_similar_images
    from omnilife.images.models import Batch as Batch
    from omnilife.images.models import ImageFilters as ImageFilters
    from omnilife.images.models import ImagePage as ImagePage
    from omnilife.images.models import ImageTicket as ImageTicket
    from omnilife.images.models import NewImage as NewImage
    from omnilife.images.models import NewImages as NewImages
    from omnilife.images.models import UploadedImage as UploadedImage
    from omnilife.images.models import UploadParameters as UploadParameters
    from omnilife.images.open_uploads import DIRECT_TYPES as DIRECT_TYPES
    from omnilife.images.open_uploads import create_upload as create_upload
    from omnilife.images.open_uploads import create_uploads as create_uploads
    from omnilife.images.open_uploads import upload_image as upload_image
    from omnilife.images.open_uploads import upload_quota as upload_quota
    from omnilife.images.problems import QuotaExceeded as QuotaExceeded
    from omnilife.images.process_uploads import process_upload as process_upload
    from omnilife.images.process_uploads import upload_consumer as upload_consumer
    from omnilife.images.processed import ProcessedImage as ProcessedImage
    from omnilife.images.processed import Variant as Variant
    from omnilife.images.processing import process as process
    from omnilife.images.rejections import ImageRejected as ImageRejected
    from omnilife.images.reprocess import reprocess_shard as reprocess_shard
    from omnilife.images.show_images import list_images as list_images
    from omnilife.images.show_images import show_image as show_image
    from omnilife.images.storage import S3Storage as S3Storage
    from omnilife.images.storage import Storage as Storage
    from omnilife.images.store import ImageStore as ImageStore
    from omnilife.images.store_people import personal_holdings as personal_holdings
    from omnilife.images.sweeping import UploadQueue as UploadQueue
    from omnilife.images.sweeping import sweep_orphans as sweep_orphans

__getattr__ = exports(
    __name__,
    {
        "Batch": "models",
        "DIRECT_TYPES": "open_uploads",
        "UploadedImage": "models",
        "ImageFilters": "models",
        "ImagePage": "models",
        "ImageRejected": "rejections",
        "ImageStore": "store",
        "ImageTicket": "models",
        "NewImage": "models",
        "NewImages": "models",
        "Originals": "files",
        "ProcessedImage": "processed",
        "QuotaExceeded": "problems",
        "S3Storage": "storage",
        "SimilarImages": "find_similar",
        "Storage": "storage",
        "Upload": "files",
        "UploadParameters": "models",
        "UploadQueue": "sweeping",
        "Variant": "processed",
        "create_upload": "open_uploads",
        "create_uploads": "open_uploads",
        "delete_image": "delete_images",
        "find_similar_images": "find_similar",
        "list_images": "show_images",
        "personal_holdings": "store_people",
        "process": "processing",
        "process_upload": "process_uploads",
        "remove_files": "delete_images",
        "reprocess_shard": "reprocess",
        "show_image": "show_images",
        "sweep_orphans": "sweeping",
        "upload_consumer": "process_uploads",
        "upload_image": "open_uploads",
        "upload_quota": "open_uploads",
    },
)
