"""Somebody who registers, verifies and signs in, through the domain's own functions."""

import json
from typing import Any

from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.core.tokens import Claims, TokenVerifier
from omnilife.core.trust import TrustStore
from omnilife.identity import (
    Client,
    Credentials,
    MfaRequired,
    NewAccount,
    Refresher,
    SessionOpener,
    SessionStore,
    SignedIn,
    SingleUseTokens,
    Tokens,
    register,
    resend_verification,
    verify_email,
)
from omnilife.identity.key_service import KeyService
from omnilife.identity.mfa_tickets import MfaTickets
from omnilife.identity.sign_in import PasswordSignIn
from omnilife.identity.sign_tokens import TokenSigner
from omnilife.identity.store_keys import TrustedKeys
from omnilife.security import LoginGuard
from omnilife.security.devices import Devices
from omnilife.security.store.attempts import AttemptStore

EMAIL, PASSWORD = "mina@example.com", "seven green lanterns"
ISSUER, AUDIENCE = "https://api.example.com", "omnilife"
PHONE = Client("203.0.113.9", "phone")


class Identity:
    """Identity as one process has it, on the tests' clock."""

    def __init__(self, table: Table, security: Table, trust: Table, clock: FixedClock, ids: IdMaker) -> None:
        self.table = table
        self.trust = trust
        self.clock = clock
        self.make_id = ids
        self.sessions = SessionStore(table, trust.name)
        self.accounts = self.sessions.accounts
        self.tokens = SingleUseTokens(table, key=lambda: "s" * 43, clock=clock, make_id=ids)
        self.signer = TokenSigner(
            TrustedKeys(trust), KeyService(), issuer=ISSUER, audience=AUDIENCE, clock=clock, make_id=ids
        )
        self.opener = SessionOpener(self.sessions, self.signer, clock=clock, make_id=ids)
        self.refresher = Refresher(self.sessions, self.signer, clock=clock, make_id=ids)
        self.guard = LoginGuard(AttemptStore(security), Devices(b"d" * 32), clock=clock)
        self.password = PasswordSignIn(
            self.accounts,
            self.tokens,
            MfaTickets(table, clock=clock),
            self.opener,
            self.guard,
            clock=clock,
            make_id=ids,
        )

    def register(self, email: str = EMAIL, password: str = PASSWORD, **members: Any) -> None:
        new = NewAccount.model_validate({"email": email, "password": password, "name": "Mina", **members})
        register(
            new,
            accounts=self.accounts,
            tokens=self.tokens,
            client=PHONE,
            clock=self.clock,
            make_id=self.make_id,
        )

    def resend(self, email: str = EMAIL) -> None:
        resend_verification(
            email, accounts=self.accounts, tokens=self.tokens, clock=self.clock, make_id=self.make_id
        )

    def verify(self, text: str) -> SignedIn:
        return verify_email(
            text,
            accounts=self.accounts,
            tokens=self.tokens,
            opener=self.opener,
            client=PHONE,
            clock=self.clock,
            make_id=self.make_id,
        )

    def join(self, email: str = EMAIL, password: str = PASSWORD) -> SignedIn:
        """Register, and open the mailed link."""
        self.register(email, password)
        return self.verify(self.mailed_text())

    def sign_in(
        self, email: str = EMAIL, password: str = PASSWORD, *, client: Client = PHONE, **more: Any
    ) -> SignedIn:
        answer = self.attempt(email, password, client=client, **more)
        assert isinstance(answer, SignedIn)
        return answer

    def attempt(
        self, email: str = EMAIL, password: str = PASSWORD, *, client: Client = PHONE, **more: Any
    ) -> SignedIn | MfaRequired:
        credentials = Credentials.model_validate({"email": email, "password": password})
        return self.password.sign_in(credentials, client, **more)

    def refresh(self, token: str) -> Tokens:
        return self.refresher.refresh(token, PHONE)

    # -- what came of it ---------------------------------------------------------------------------------

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The events in the outbox, in the order of their ids."""
        rows = self.table._client().scan(TableName=self.table.name)["Items"]
        events = [json.loads(row["event"]["S"]) for row in rows if "event" in row]
        return sorted((e for e in events if kind in {None, e["type"]}), key=lambda e: e["id"])

    def mails(self) -> list[dict[str, Any]]:
        return [event["data"] for event in self.events("EmailRequested")]

    def mailed_text(self, template: str = "verify") -> str:
        """The text of the newest link of that mail."""
        mail = [mail for mail in self.mails() if mail["template"] == template][-1]
        return self.tokens.text(mail["token_id"])

    def rows(self) -> list[dict[str, Any]]:
        """Everything that is kept, as DynamoDB writes it."""
        found: list[dict[str, Any]] = self.table._client().scan(TableName=self.table.name)["Items"]
        return found

    def claims(self, tokens: Tokens) -> Claims:
        """What the access token says, if it is believed."""
        verifier = TokenVerifier(
            TrustStore(self.trust, clock=self.clock), issuer=ISSUER, audience=AUDIENCE, clock=self.clock
        )
        return verifier.verify(tokens.access_token)

    def denied(self, tokens: Tokens) -> bool:
        """Whether a request with this access token is refused now."""
        claims = self.claims(tokens)
        return TrustStore(self.trust, clock=self.clock).denied(
            session_id=claims.sid, family=claims.fam, subject=claims.sub, issued_at=claims.iat
        )

    def caller(self, tokens: Tokens) -> Caller:
        claims = self.claims(tokens)
        return Caller("user", PHONE.address, claims.sub, frozenset(claims.roles), session_id=claims.sid)
