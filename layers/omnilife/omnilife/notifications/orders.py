"""What a domain asks for when it wants a mail sent: `EmailRequested`'s data.

Nothing secret is in it, nor the address: the one who delivers asks identity for both.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from omnilife.core.ids import Identifier

MailTemplate = Literal[
    "verify", "already_registered", "reset", "changed", "unlock", "new_device", "erasing", "export_ready"
]
Recipient = Literal["current", "previous"]

Detail = Annotated[str, StringConstraints(max_length=500)]


class MailOrder(BaseModel):
    """One mail to one user.

    Attributes:
        mail_id: it is sent once for each.
        token_id: of the single-use token whose text the mail carries.
        recipient: the user's address, or the one before a change.
        data: what the template shows beside that; see `templates.VARIABLES`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    mail_id: Identifier
    template: MailTemplate
    user_id: Identifier
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,35}$")] = "en"
    token_id: Identifier | None = None
    recipient: Recipient = "current"
    data: Annotated[dict[str, Detail], Field(max_length=20)] = {}
