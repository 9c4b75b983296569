"""The health probe: that the code runs. What the stores do is for `GET /api/health` to say."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from omnilife.core.config import Settings


class Health(BaseModel):
    """What a probe reads: an answer at all is the news."""

    model_config = ConfigDict(frozen=True)

    status: Literal["up"] = "up"
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings(Settings):
    app_version: str


def report_health(settings: HealthSettings | None = None) -> Health:
    """Up, and in which version (`AppVersion`, as it was deployed)."""
    return Health(version=(settings or HealthSettings.from_environment()).app_version)
