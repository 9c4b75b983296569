"""Whose cart a request is about."""

from dataclasses import dataclass, replace
from typing import Self

from omnilife.checkout.cart_tokens import CartTokens
from omnilife.core.auth import Caller
from omnilife.core.errors import Forbidden
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker


@dataclass(frozen=True, slots=True)
class CartOwner:
    """A user, whose one cart has the user's id, or whoever shows an anonymous cart's token.

    `is_new`: there was no token, and the cart's id has just been made.
    """

    cart_id: str
    user_id: str | None = None
    is_new: bool = False

    @classmethod
    def of(cls, caller: Caller, token: str | None, *, tokens: CartTokens, new_id: IdMaker) -> Self:
        """The owner behind a request. A user's token is not looked at: merging is a route of its own.

        Raises:
            BadCartToken: a token that is none of ours.
            Forbidden: an API key; a server has no cart.
        """
        if caller.kind == "user":
            return cls(caller.subject, caller.subject)
        if caller.kind == "service":
            raise Forbidden("An API key has no cart.")
        if token is None:
            return cls(new_id(), is_new=True)
        return cls(tokens.read(token))

    @property
    def anonymous(self) -> bool:
        return self.user_id is None

    def scope(self, idempotency: Idempotency | None) -> Idempotency | None:
        """The key as this cart's: two carts behind one address may use the same one."""
        if idempotency is None or not self.anonymous or self.is_new:
            return idempotency
        return replace(idempotency, caller=f"cart:{self.cart_id}")
