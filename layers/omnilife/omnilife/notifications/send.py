"""One message on one channel, now: what a shop's own programs use when they know exactly what they want."""

import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from omnilife.core.cards import has_card_number
from omnilife.core.clock import Timestamp
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import Identifier
from omnilife.notifications.create import (
    AcceptedNotification,
    Creating,
    NewNotification,
    create_notification,
)
from omnilife.notifications.models import (
    MAX_DATA_BYTES,
    Category,
    Channel,
    Content,
    Language,
    Priority,
    TemplateId,
)


class DirectMessage(BaseModel):
    """To whom, and what. What the user has muted, quiet hours and suppressions hold here, too.

    Attributes:
        inbox: whether the inbox has it as well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: Identifier
    template: TemplateId | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    language: Language | None = None
    content: Content | None = None
    category: Category
    priority: Priority = "normal"
    inbox: bool = False
    expires_at: Timestamp | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.template is None) == (self.content is None):
            raise ValueError("name a template or write the content, one of both")
        written = json.dumps(self.data, ensure_ascii=False)
        if has_card_number(written):
            raise ValueError("a card number does not belong into data")
        if len(written.encode()) > MAX_DATA_BYTES:
            raise ValueError(f"data has more than {MAX_DATA_BYTES} bytes")
        return self


def send_now(
    message: DirectMessage,
    channel: Channel,
    creating: Creating,
    *,
    created_by: str,
    idempotency: Idempotency | None = None,
) -> AcceptedNotification:
    """Send it on that channel, at once; the log says what became of it.

    Raises:
        UnknownTemplate, MissingVariables, HeaderInjection, UnsafeLink, ExpiresTooSoon, IdempotencyConflict
    """
    wanted = NewNotification.model_validate({**dict(message), "channels": (channel,)})
    return create_notification(wanted, creating, created_by=created_by, idempotency=idempotency)
