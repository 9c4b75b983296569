"""POST /api/images/upload-url: opens an image and says where its file is to be uploaded."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint
from omnilife.images import (
    ImageStore,
    ImageTicket,
    NewImage,
    Originals,
    QuotaExceeded,
    create_upload,
    upload_quota,
)

api = endpoint(
    "POST",
    "/api/images/upload-url",
    auth="user",
    tags=["images"],
    limit="write",
    status=201,
    problems=[IdempotencyConflict, QuotaExceeded],
)


@api.route
def open_upload(new: NewImage) -> Reply[ImageTicket]:
    ticket = create_upload(
        ImageStore.from_environment(),
        Originals.from_environment(),
        new,
        caller=api.caller,
        quota=upload_quota(),
        idempotency=api.idempotency,
    )
    return Reply(ticket, headers={"Location": f"/api/images/{ticket.image_id}"})


handler = api.handler
