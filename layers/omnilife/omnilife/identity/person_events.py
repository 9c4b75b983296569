"""What identity announces of exports and erasures. None says more of a person than the id."""

from typing import Literal

from omnilife.core.events import EventData
from omnilife.identity.about_users import UserEvent


class ExportRequestedData(EventData):
    """Whose, and the job that collects it."""

    vocabulary: Literal["sensitive_read"] = "sensitive_read"
    user_id: str
    job_id: str


class ExportRequested(UserEvent):
    """Somebody wants all that is held about them. Starts `export_user`."""

    type: Literal["ExportRequested"] = "ExportRequested"
    aggregate: Literal["user"] = "user"
    data: ExportRequestedData


class ErasureRequestedData(EventData):
    """Whose, and the job that erases."""

    vocabulary: Literal["user_archived"] = "user_archived"
    user_id: str
    job_id: str


class ErasureRequested(UserEvent):
    """Somebody wants to be forgotten, and is refused from now on. Starts `erase_user`."""

    type: Literal["ErasureRequested"] = "ErasureRequested"
    aggregate: Literal["user"] = "user"
    data: ErasureRequestedData


class UserErasedData(EventData):
    """Whose; `erased` counts the records that were removed or redacted, by domain."""

    vocabulary: Literal["user_deleted"] = "user_deleted"
    user_id: str
    job_id: str
    erased: dict[str, int]


class UserErased(UserEvent):
    """An account is gone, in all domains. The id that is left leads to nobody."""

    type: Literal["UserErased"] = "UserErased"
    aggregate: Literal["user"] = "user"
    data: UserErasedData
