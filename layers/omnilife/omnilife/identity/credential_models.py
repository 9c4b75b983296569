"""What clients send to change their credentials."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.identity.accounts import LinkToken, Role, TypedPassword
from omnilife.identity.addresses import EmailAddress


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewPassword(_Body):
    """The token of a mailed link, and the password that it sets."""

    token: LinkToken = Field(repr=False)
    password: TypedPassword = Field(repr=False)


class PasswordChange(_Body):
    """The password that was, and the one that shall be."""

    current_password: TypedPassword = Field(repr=False)
    new_password: TypedPassword = Field(repr=False)


class EmailChange(_Body):
    """The address that an account shall have, and its password."""

    email: EmailAddress
    password: TypedPassword = Field(repr=False)


class EmailConfirmation(_Body):
    """The token that was mailed to the new address."""

    token: LinkToken = Field(repr=False)


class ResetSent(BaseModel):
    """The same for every address, known or not."""

    status: Literal["reset_sent"] = "reset_sent"


class EmailChangeState(BaseModel):
    """`verification_sent`: the new address has to be confirmed; `changed`: it is the account's now."""

    status: Literal["verification_sent", "changed"]


class Roles(_Body):
    """All of a user's roles. Everybody is a customer."""

    roles: list[Role] = Field(max_length=3)
