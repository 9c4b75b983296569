"""Operations: what tells people and machines how the platform is, and how to use it."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.operations.documentation import documentation_page as documentation_page
    from omnilife.operations.health import Health as Health
    from omnilife.operations.health import report_health as report_health
    from omnilife.operations.static import StaticContent as StaticContent

__getattr__ = exports(
    __name__,
    {
        "Health": "health",
        "StaticContent": "static",
        "documentation_page": "documentation",
        "report_health": "health",
    },
)
