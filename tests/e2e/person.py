"""Somebody with an address, as their browser and their mailbox have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.e2e.shop import JSON, Shop, eventually

PASSWORD = "seven green lanterns"


@dataclass(frozen=True)
class Person:
    """Somebody with an address that no other test knows."""

    shop: Shop
    email: str

    def send(self, path: str, bearer: str | None = None, **body: Any) -> Any:
        return self.shop.call("POST", f"/api/auth/{path}", token=bearer, json=body or None)

    def register(self, password: str = PASSWORD) -> Any:
        return self.send("register", email=self.email, password=password, name="Mina Okafor")

    def mails(self) -> list[JSON]:
        """What the mailbox has for this address, oldest first."""
        found = self.shop.call("GET", "/mailbox/messages").json()["messages"]
        mails = [mail for each in found.values() for mail in each if self.email in mail["To"]]
        return sorted(mails, key=lambda mail: mail["Timestamp"])

    def await_mail(self, subject: str) -> JSON:
        found = eventually(
            lambda: [mail for mail in self.mails() if subject in mail["Subject"]], until=bool, within=90.0
        )
        return found[-1]

    def verify(self) -> Any:
        """Open the link of the newest mail that asks for it."""
        mail = str(self.await_mail("Confirm your e-mail address"))
        token = re.findall(r"#token=([A-Za-z0-9._-]+)", mail)[-1]
        return self.send("email/verify", token=token)

    def log_in(self, password: str = PASSWORD, **more: Any) -> Any:
        return self.send("login", email=self.email, password=password, **more)

    def me(self, token: str) -> Any:
        return self.shop.call("GET", "/api/auth/me", token=token)
