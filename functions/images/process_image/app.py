"""Queue consumer: makes every size and format of an uploaded image, or rejects it."""

from omnilife.images import ImageStore, Originals, S3Storage, Upload, process, process_upload, upload_consumer


def process_image(upload: Upload) -> str:
    return process_upload(
        upload,
        images=ImageStore.from_environment(),
        originals=Originals.from_environment(),
        storage=S3Storage.from_environment(),
        process=process,
    )


handler = upload_consumer(process_image)
