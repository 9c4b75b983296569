"""What notifications refuses, beyond the problems that every domain has."""

from collections.abc import Sequence
from datetime import datetime

from omnilife.core.clock import rfc3339
from omnilife.core.errors import Conflict, FieldError, Invalid, NotFound


class UnknownTemplate(Invalid):
    """There is no template of that name, or no such version of it."""

    slug = "unknown-template"
    title = "Unknown template"

    def __init__(self, template: str) -> None:
        super().__init__(
            f"There is no template {template!r}.", errors=[FieldError("/template", "no such template")]
        )


class MissingVariables(Invalid):
    """The data lack what the template takes; each is named."""

    slug = "missing-variable"
    title = "Missing variable"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"The template also takes {', '.join(names)}.",
            errors=[FieldError(f"/data/{name}", "missing") for name in names],
        )


class UnknownZone(Invalid):
    """No such time zone in the IANA database."""

    slug = "unknown-zone"
    title = "Unknown time zone"

    def __init__(self, pointer: str = "/time_zone") -> None:
        super().__init__(
            "Name a zone of the IANA database, such as Europe/Berlin.",
            errors=[FieldError(pointer, "no such zone")],
        )


class BadSendTime(Invalid):
    """`send_at` has passed, or lies beyond the horizon."""

    slug = "bad-send-time"
    title = "Not a time to send at"

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(pointer, detail)])


class TooManyRecipients(Invalid):
    """More users than a request, or a list, may name."""

    slug = "too-many-recipients"
    title = "Too many recipients"

    def __init__(self, most: int, pointer: str = "/user_ids") -> None:
        super().__init__(f"At most {most:,}.", errors=[FieldError(pointer, f"more than {most:,}")])


class HeaderInjection(Invalid):
    """A subject or title with a line break in it, or another control character."""

    slug = "header-injection"
    title = "Line break in a subject"

    def __init__(self, pointer: str) -> None:
        super().__init__(
            "A title is one line without control characters.",
            errors=[FieldError(pointer, "a line break or another control character")],
        )


class UnsafeLink(Invalid):
    """A link that is not https or http: `javascript:` and its like run where they are clicked."""

    slug = "unsafe-link"
    title = "Unsafe link"

    def __init__(self, pointer: str) -> None:
        super().__init__(
            "Links begin with https:// or http:// and name a host.",
            errors=[FieldError(pointer, "not a link that may be sent")],
        )


class BadPhoneNumber(Invalid):
    """Not a number in E.164 form."""

    slug = "bad-phone-number"
    title = "Not a phone number"

    def __init__(self, pointer: str = "/phone") -> None:
        super().__init__(
            "Write the number as +491711234567: plus sign, country code, 8 to 15 digits in all.",
            errors=[FieldError(pointer, "not in E.164 form")],
        )


class CannotMute(Invalid):
    """A category that the user cannot switch off."""

    slug = "mandatory-category"
    title = "This cannot be switched off"

    def __init__(self, category: str) -> None:
        super().__init__(
            f"Notifications about {category} always come: they are how a theft is noticed.",
            errors=[FieldError(f"/categories/{category}", "cannot be switched off")],
        )


class TooLate(Conflict):
    """It is not scheduled (any more): it went out, or was cancelled."""

    slug = "not-scheduled"
    title = "Not scheduled any more"

    def __init__(self, state: str) -> None:
        super().__init__(f"It is {state}, not scheduled.", extensions={"state": state})


class ExpiresTooSoon(Invalid):
    """It would expire before it is to be sent."""

    slug = "expires-too-soon"
    title = "Expires before it is sent"

    def __init__(self, due_at: datetime) -> None:
        super().__init__(
            f"It is to be sent at {rfc3339(due_at)}, when it has expired already.",
            errors=[FieldError("/expires_at", "before the time to send")],
        )


class ListNotUploaded(Conflict):
    """The recipient list's file is not there yet, or is over its limit."""

    slug = "list-not-uploaded"
    title = "Recipient list not uploaded"


class BadTemplate(Invalid):
    """A template that is none, that uses what messages may not, or that cannot do it with these data."""

    slug = "bad-template"
    title = "Not a template"

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(f"The template cannot be used: {why}.", errors=[FieldError(pointer, why)])


class TemplateTooCostly(Invalid):
    """A template that loops, writes or takes longer than one may."""

    slug = "template-too-costly"
    title = "Template over its limits"

    def __init__(self, why: str) -> None:
        super().__init__(f"The template was stopped: {why}.")


class BadLink(NotFound):
    """A link of a mail that is none of ours, or was changed."""

    slug = "bad-link"
    title = "Not a link of ours"

    def __init__(self) -> None:
        super().__init__("This link was not in any mail of ours.")


class TooManyDevices(Conflict):
    """More devices than a user may have."""

    slug = "too-many-devices"
    title = "Too many devices"

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} devices. Remove one that is no longer used.")
