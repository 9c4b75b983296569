"""What is counted of an attempt to sign in, and how often each of it may try: see `login_guard`."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from omnilife.core.config import Settings
from omnilife.security.windows import Budget

type Subject = Literal["account", "account_and_address", "address", "device"]

PAIR_TIMES = 4
PAIR_WINDOW_S = 86_400
NETWORK_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings(Settings):
    """`max_login_attempts` in `login_lockout_duration` seconds; risk from the threshold on is suspicious."""

    security_table: str
    device_secret_arn: str
    max_login_attempts: int = 5
    login_lockout_duration: int = 900
    suspicious_activity_threshold: float = 0.7


@dataclass(frozen=True, slots=True)
class Policy:
    """Budgets of each subject, and from which risk on an attempt is suspicious."""

    max_attempts: int = 5
    lockout_s: int = 900
    suspicious_from: float = 0.7

    def budget(self, subject: Subject) -> Budget:
        """How often this subject may try."""
        attempts, lockout_s = self.max_attempts, self.lockout_s
        if subject == "account_and_address":
            return Budget(PAIR_TIMES * attempts, PAIR_WINDOW_S, lockout_s)
        if subject == "address":
            return Budget(NETWORK_TIMES * attempts, lockout_s, lockout_s)
        return Budget(attempts, lockout_s, lockout_s)


def network_of(address: str) -> str:
    """What an address is counted as: itself, or an IPv6 address's /64, which one customer has whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed.packed, 64), strict=False).network_address)
    return str(parsed)
