"""Who may see and change which product. What one may not see does not exist: ids cannot be probed."""

from omnilife.catalogue.models import Product
from omnilife.core.auth import Caller
from omnilife.core.errors import FieldError, Forbidden, NotFound


def owns(caller: Caller, merchant_id: str) -> bool:
    """The caller is that merchant, or an administrator."""
    return caller.is_admin or (caller.is_merchant and caller.merchant_id == merchant_id)


def may_see(caller: Caller, product: Product) -> bool:
    """Everybody sees what is on sale; drafts and archived products are their owner's."""
    return product.status == "active" or owns(caller, product.merchant_id)


def no_such_product() -> NotFound:
    return NotFound("There is no such product.")


def acting_merchant(caller: Caller, merchant_id: str | None) -> str:
    """The merchant that something is created for: oneself, or for administrators the one they name.

    Raises:
        Forbidden: a merchant named another one.
    """
    if merchant_id is None or merchant_id == caller.merchant_id:
        return caller.merchant_id
    if not caller.is_admin:
        raise Forbidden(
            "Only administrators act for another merchant.",
            errors=[FieldError("/merchant_id", "is another merchant")],
        )
    return merchant_id
