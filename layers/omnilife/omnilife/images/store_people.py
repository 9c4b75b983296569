"""What images hold of people: the images themselves, and how many there were in a day."""

import json
from collections.abc import Mapping
from typing import Any

from omnilife.core.attributes import Item
from omnilife.core.clock import system_clock
from omnilife.core.ids import new_id
from omnilife.core.personal_data import (
    Erased,
    HeldInTable,
    Holding,
    Keep,
    Person,
    PersonalData,
    Place,
    Portion,
    delete,
    only,
)
from omnilife.core.table import Table
from omnilife.images.delete_images import deleted
from omnilife.images.store import ImageSettings, ImageStore

_IMAGES_A_CALL = 100


def personal_holdings() -> PersonalData:
    """Images', by the environment."""
    return HeldByImages(ImageStore(Table(ImageSettings.from_environment().images_table)))


class HeldByImages:
    """Images are forgotten as their owners delete them: their files follow by the event."""

    def __init__(self, images: ImageStore) -> None:
        self._images = images
        told = Holding(
            entity="images",
            keys=lambda person: [f"OWNER#{person.user_id}"],
            index="index1",
            tell=_image,
            forget=Keep("deleted by `erase` itself, with what belongs to them"),
        )
        quotas = Holding(
            entity="quotas",
            keys=lambda person: [f"QUOTA#{person.user_id}"],
            tell=lambda item: {"day": item["sk"].removeprefix("DAY#"), **only("images", "bytes")(item)},
            forget=delete,
        )
        self._rows = HeldInTable(images.table, (told, quotas))

    def export(self, person: Person, after: Place | None) -> Portion:
        return self._rows.export(person, after)

    def erase(self, person: Person) -> Erased:
        found, _ = self._images.list_of(person.user_id, limit=_IMAGES_A_CALL, after=None)
        gone = 0
        for listed in found:
            image = self._images.find(listed.image_id)
            if image is not None:
                event = deleted(image, "system:erase_user_data", system_clock, new_id)
                gone += self._images.delete(image, event, now=system_clock.now())
        rows = self._rows.erase(person)
        return Erased(gone + rows.records, finished=rows.finished and not found)


def _image(item: Item) -> Mapping[str, Any]:
    picture = json.loads(item.get("picture", "{}"))
    return {
        **only("image_id", "purpose", "state", "created_at")(item),
        **only("format", "width", "height", "bytes", "camera")(picture),
    }
