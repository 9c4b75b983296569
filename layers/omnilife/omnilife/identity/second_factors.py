"""A user's second factor: what clients send and get, and what is kept of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CodeText = Annotated[str, StringConstraints(strict=True, min_length=6, max_length=32)]
MfaText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=128)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(_Body):
    """A code of the app, or one of the recovery codes."""

    code: CodeText = Field(repr=False)


class MfaAnswer(_Body):
    """What `mfa_required` asks for. `device_token` is for clients without cookies, as at the first step."""

    mfa_token: MfaText = Field(repr=False)
    code: CodeText = Field(repr=False)
    device_token: Annotated[str, StringConstraints(max_length=128)] | None = Field(None, repr=False)


class Enrolment(BaseModel):
    """What the app needs, shown once: `uri` as a QR code, or `secret` by hand. In force when confirmed."""

    secret: str = Field(repr=False)
    uri: str = Field(repr=False)


class RecoveryCodes(BaseModel):
    """Ten codes that each stand in for the app once. Shown once; only their hashes are stored."""

    recovery_codes: list[str] = Field(repr=False)


class SecondFactor(BaseModel):
    """As it is kept.

    Attributes:
        last_step: of the latest code that was used; neither it nor an earlier one is taken again.
        recovery: hashes of the recovery codes that are left.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: Literal["pending", "confirmed"]
    wrapped_key: bytes = Field(repr=False)
    box: bytes = Field(repr=False)
    last_step: int = 0
    recovery: dict[str, int] = {}
    version: int
