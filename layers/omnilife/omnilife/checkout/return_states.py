"""The states of a return, and which may follow which. Everything else is refused, and nothing changes.

requested → approved → received → refunding → refunded
    └────→ refused         └──────────────────────↑   (when there is no money to give back)
"""

from omnilife.checkout.return_models import ReturnState
from omnilife.checkout.return_problems import ReturnStateConflict

TRANSITIONS: dict[ReturnState, frozenset[ReturnState]] = {
    "requested": frozenset({"approved", "refused"}),
    "approved": frozenset({"received"}),
    "received": frozenset({"refunding", "refunded"}),
    "refunding": frozenset({"refunding", "refunded"}),
    "refused": frozenset(),
    "refunded": frozenset(),
}


def check_transition(before: ReturnState, after: ReturnState) -> None:
    """Let a listed transition pass.

    Raises:
        ReturnStateConflict: it is not listed.
    """
    if after not in TRANSITIONS[before]:
        raise ReturnStateConflict(before, after)
