"""Points become a voucher: a coupon of one's own, for one order."""

import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import timedelta

from omnilife.checkout.loyalty_events import event_of
from omnilife.checkout.loyalty_ledger import redeem
from omnilife.checkout.loyalty_models import Redemption, Voucher
from omnilife.checkout.loyalty_problems import BusyAccount, NotEnoughPoints, RedemptionTooSmall
from omnilife.checkout.loyalty_rules import points_worth
from omnilife.checkout.pricing_rules import Coupon
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.checkout.store_pricing import issue_coupon
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.idempotency import Idempotency, recall
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.money import Money
from omnilife.core.table import ConditionFailed

ATTEMPTS = 8


def new_code() -> str:
    """`PTS-` and 16 letters and digits: 80 random bits."""
    return f"PTS-{b32encode(secrets.token_bytes(10)).decode()}"


def redeem_points(
    store: LoyaltyStore,
    wanted: Redemption,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
    make_code: Callable[[], str] = new_code,
) -> Voucher:
    """Take points and issue a voucher of their worth, in one transaction.

    The same idempotency key again answers with the voucher that it made.

    Raises:
        RedemptionTooSmall: fewer points than the programme redeems, or too few to be worth anything.
        NotEnoughPoints: there are fewer; nothing was taken.
        IdempotencyConflict: the key was used with another body.
        BusyAccount: others kept changing these points.
    """
    for _ in range(ATTEMPTS):
        now = clock.now()
        if idempotency and (first := recall(store.table, idempotency, now)):
            return Voucher.model_validate(first)
        program, account = store.standing(caller.subject)
        worth = points_worth(program, wanted.points)
        if wanted.points < program.smallest_redemption or not worth:
            fewest = -(-program.redeem.points // program.redeem.amount)
            raise RedemptionTooSmall(max(program.smallest_redemption, fewest))
        if wanted.points > account.balance:
            raise NotEnoughPoints(wanted=wanted.points, balance=account.balance)
        coupon = Coupon(
            code=make_code(),
            kind="amount",
            amount=worth,
            user_id=caller.subject,
            limit=1,
            ends_at=now + timedelta(days=program.voucher_days),
            stacks=True,
            version=1,
            updated_at=now,
        )
        step = redeem(account, wanted.points, at=now, code=coupon.code)
        voucher = Voucher(
            code=coupon.code,
            worth=Money(amount=worth, currency=program.currency),
            points=wanted.points,
            expires_at=now + timedelta(days=program.voucher_days),
            balance=step.account.balance,
        )
        event = event_of(step.entries[0], step.account, event_id=make_id(), actor=caller.actor)
        parts = [*store.parts(account, step, [event]), issue_coupon(coupon, table=store.table.name)]
        try:
            first = store.commit(
                parts, idempotency=idempotency, reference=voucher.model_dump(mode="json"), now=now
            )
        except ConditionFailed:
            continue
        return voucher if first is None else Voucher.model_validate(first)
    raise BusyAccount("Others keep changing these points. Try again.")
