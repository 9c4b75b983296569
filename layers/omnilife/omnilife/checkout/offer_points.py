"""What a user's points are worth to a quote."""

from dataclasses import dataclass

from omnilife.checkout.loyalty_problems import NotEnoughPoints, RedemptionTooSmall
from omnilife.checkout.price_quotes import PointsOffer
from omnilife.checkout.store_loyalty import LoyaltyStore


@dataclass(frozen=True, slots=True)
class PointsOffers:
    """Offers by the programme in force, to who has the points."""

    loyalty: LoyaltyStore

    def __call__(self, user_id: str | None, points: int) -> PointsOffer:
        """So many points, to be spent on goods. One round trip.

        Raises:
            NotEnoughPoints: there are fewer; nobody without an account has any.
            RedemptionTooSmall: fewer than the programme takes at once.
        """
        if user_id is None:
            raise NotEnoughPoints(wanted=points, balance=0)
        program, account = self.loyalty.standing(user_id)
        if points > account.balance:
            raise NotEnoughPoints(wanted=points, balance=account.balance)
        if points < program.smallest_redemption:
            raise RedemptionTooSmall(program.smallest_redemption)
        return PointsOffer(points, program.redeem.points, program.redeem.amount)
