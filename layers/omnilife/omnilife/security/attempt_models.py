"""What server-side callers tell of sign-ins, and what they are told."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, StringConstraints

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.security.scoring import Factor

Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@]{1,64}@[^\s@]{1,190}$")]
LockReason = Literal["account", "account_and_address", "address", "device"]


class LoginReport(BaseModel):
    """A sign-in that a server-side caller handled; of a successful one `user_id` is for its device."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Email
    ip: IPvAnyAddress
    successful: bool
    user_id: Identifier | None = None
    user_agent: Annotated[str, StringConstraints(max_length=512)] = ""
    device_token: Annotated[str, StringConstraints(max_length=128)] | None = None


class LoginStanding(BaseModel):
    """How the account stands now. Refuse a sign-in while it is `locked`, even one with the right password.

    `device_token` is there for a success on a new device: keep it in a cookie of that device and send it
    back with its next report. `risk` is suspicious from SUSPICIOUS_ACTIVITY_THRESHOLD on.
    """

    model_config = ConfigDict(frozen=True)

    locked: bool
    attempts_left: int
    risk: Annotated[float, Field(ge=0, le=1)]
    suspicious: bool
    until: Timestamp | None = None
    reason: LockReason | None = None
    device_token: str | None = None


class AccountStanding(BaseModel):
    """Whether somebody at an address may try to sign in to an account, and why not."""

    model_config = ConfigDict(frozen=True)

    locked: bool
    until: Timestamp | None
    reason: LockReason | None
    attempts_left: int
    risk: Annotated[float, Field(ge=0, le=1)]
    factors: list[Factor]
