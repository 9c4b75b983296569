"""What a user wants to be told, how, and when."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from omnilife.core.clock import Timestamp
from omnilife.notifications.models import MANDATORY, Category, Channel, Language
from omnilife.notifications.problems import BadPhoneNumber, CannotMute, UnknownZone
from omnilife.notifications.wall_clock import zone

Place = Literal["push", "email", "sms", "inbox"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

DEFAULT_OFF: frozenset[tuple[Category, Place]] = frozenset(
    {("marketing", "sms"), ("marketing", "push"), ("reminder", "sms"), ("price_alert", "sms")}
)
"""What is off until the user switches it on."""

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


class QuietHours(BaseModel):
    """From `start` to `end` on the user's clock; over midnight when `end` is the earlier."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: TimeOfDay
    end: TimeOfDay

    @field_validator("end")
    @classmethod
    def _not_all_day(cls, end: str, info: object) -> str:
        if getattr(info, "data", {}).get("start") == end:
            raise ValueError("quiet hours that never end")
        return end

    @property
    def times(self) -> tuple[time, time]:
        return time.fromisoformat(self.start), time.fromisoformat(self.end)


class Preferences(BaseModel):
    """A user's wishes. What is left out is as the shop has it.

    Attributes:
        categories: category → channel → wanted.
        digest: what has a digest key comes in one message at `digest_at`, each day or each Monday.
        phone: for SMS, in E.164 form.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: Mapping[Category, Mapping[Place, bool]] = {}
    time_zone: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    quiet_hours: QuietHours | None = None
    digest: Literal["off", "daily", "weekly"] = "off"
    digest_at: TimeOfDay = "08:00"
    language: Language = "en"
    phone: Annotated[str, StringConstraints(max_length=32)] | None = None

    def wants(self, category: Category, place: Place) -> bool:
        """Whether the user wants notifications of the category there."""
        if category in MANDATORY:
            return True
        chosen = self.categories.get(category, {})
        return chosen.get(place, (category, place) not in DEFAULT_OFF)

    def checked(self) -> Self:
        """These, if they can be followed.

        Raises:
            UnknownZone, BadPhoneNumber, CannotMute
        """
        try:
            zone(self.time_zone)
        except ValueError:
            raise UnknownZone from None
        if self.phone is not None and not _E164.fullmatch(self.phone):
            raise BadPhoneNumber
        for category in sorted(MANDATORY & self.categories.keys()):
            if not all(self.categories[category].values()):
                raise CannotMute(category)
        return self


class StoredPreferences(Preferences):
    """Preferences, and what is not the user's to choose.

    Attributes:
        suppressed: channels that nothing is sent on, and why (`bounced`, `complained`, `stopped`).
    """

    version: int = 0
    updated_at: Timestamp | None = None
    suppressed: Mapping[Channel, str] = Field(default_factory=dict)
