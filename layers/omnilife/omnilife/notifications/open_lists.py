"""Recipient lists, opened: an id, and a form to upload the file with."""

from datetime import timedelta

from pydantic import BaseModel

from omnilife.core.clock import Clock, Timestamp, system_clock
from omnilife.core.ids import Identifier, IdMaker, new_id
from omnilife.notifications.lists import MAX_BYTES, RecipientLists

VALID = timedelta(minutes=15)


class ListUpload(BaseModel):
    """A form to post the file with: `fields` first, then the file as `file` (multipart/form-data)."""

    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: Timestamp


class OpenedList(BaseModel):
    """A new recipient list, and where its file goes: JSON Lines, `{"user_id": "…"}` a line."""

    list_id: Identifier
    upload: ListUpload


def open_recipient_list(
    lists: RecipientLists, *, clock: Clock = system_clock, new_id: IdMaker = new_id
) -> OpenedList:
    """A new list's id and upload; nothing is kept until the file is there."""
    list_id = new_id()
    url, fields = lists.upload_form(list_id, valid_s=int(VALID.total_seconds()))
    upload = ListUpload(url=url, fields=fields, max_bytes=MAX_BYTES, expires_at=clock.now() + VALID)
    return OpenedList(list_id=list_id, upload=upload)
