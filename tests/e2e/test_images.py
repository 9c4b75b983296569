"""Images as their users know them: uploaded, processed, looked at, compared, deleted; and what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from PIL import Image

from tests.e2e.shop import Merchant, Shop, eventually
from tests.support.pictures import encoded, opened, picture, png_bomb

pytestmark = pytest.mark.e2e

IMAGES = "/api/images"


def send(shop: Shop, owner: Merchant, data: bytes, purpose: str = "product", kind: str = "image/jpeg") -> str:
    """Open an upload and post the file as a browser's form would; the image's id."""
    new = {"content_type": kind, "size": len(data), "purpose": purpose}
    made = shop.call("POST", f"{IMAGES}/upload-url", token=owner.token, json=new)
    assert made.status_code == 201, made.text
    form = made.json()["upload"]
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("photo", data)}, timeout=30)
    assert sent.status_code in {200, 201, 204}, sent.text
    return str(made.json()["image_id"])


def settled(shop: Shop, owner: Merchant, image_id: str) -> dict[str, Any]:
    return eventually(
        lambda: shop.call("GET", f"{IMAGES}/{image_id}", token=owner.token).json(),
        until=lambda image: image["state"] in {"ready", "rejected"},
        within=30,
    )


def test_a_photo_becomes_every_size_and_format_and_is_gone_when_it_is_deleted(
    shop: Shop, merchant: Merchant
) -> None:
    photo = picture(1600, 1200)
    first = send(shop, merchant, encoded(photo, "JPEG", quality=92))

    image = settled(shop, merchant, first)

    assert image["state"] == "ready", image
    assert len(image["variants"]) == 9
    for variant in image["variants"]:
        fetched = httpx.get(shop.base_url + variant["url"], timeout=10)
        assert fetched.headers["content-type"] == f"image/{variant['format']}"
        assert "immutable" in fetched.headers["cache-control"]
        assert opened(fetched.content).size == (variant["width"], variant["height"])
    assert shop.call("GET", f"{IMAGES}/{first}").status_code == 200

    second = send(shop, merchant, encoded(photo.resize((800, 600)), "PNG"), kind="image/png")
    assert settled(shop, merchant, second)["duplicate_of"] == first
    similar = shop.call("GET", f"{IMAGES}/{first}/similar", token=merchant.token).json()["items"]
    assert [(each["image_id"], each["duplicate"]) for each in similar] == [(second, True)]

    assert shop.call("DELETE", f"{IMAGES}/{first}", token=merchant.token).status_code == 204
    assert shop.call("GET", f"{IMAGES}/{first}", token=merchant.token).status_code == 404
    address = shop.base_url + image["variants"][0]["url"]
    eventually(
        lambda: httpx.get(address, timeout=10).status_code, until=lambda status: status == 404, within=30
    )
    listed = shop.call("GET", IMAGES, token=merchant.token).json()["items"]
    assert [each["image_id"] for each in listed] == [second]


def test_a_private_image_is_seen_by_its_owner_alone_under_signed_addresses(
    shop: Shop, merchant: Merchant
) -> None:
    data = encoded(Image.effect_noise((90, 60), 80).convert("RGB"), "PNG")
    made = shop.call(
        "POST",
        f"{IMAGES}/upload?purpose=private",
        token=merchant.token,
        content=data,
        headers={"Content-Type": "image/png"},
    )
    assert made.status_code == 202, made.text

    image = settled(shop, merchant, made.json()["image_id"])

    url = image["variants"][0]["url"]
    assert "X-Amz-Signature=" in url
    assert opened(httpx.get(url, timeout=10).content).size == (90, 60)
    assert shop.call("GET", f"{IMAGES}/{image['image_id']}").status_code == 404


def test_hostile_files_are_rejected_with_their_reason_and_the_next_image_is_fine(
    shop: Shop, merchant: Merchant
) -> None:
    jpeg = encoded(picture(), "JPEG")
    hostile = {
        "too-many-pixels": png_bomb(11_000, 8_000),
        "truncated": jpeg[: len(jpeg) // 2],
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "polyglot": jpeg + b"<script>alert(1)</script>",
    }

    sent = {reason: send(shop, merchant, data) for reason, data in hostile.items()}
    fine = send(shop, merchant, jpeg, purpose="avatar")

    for reason, image_id in sent.items():
        image = settled(shop, merchant, image_id)
        assert (image["state"], image["rejection"]["reason"]) == ("rejected", reason)
        assert shop.call("GET", f"{IMAGES}/{image_id}").status_code == 404
    assert settled(shop, merchant, fine)["state"] == "ready"


def test_storage_refuses_a_file_of_another_size_than_was_asked_for(shop: Shop, merchant: Merchant) -> None:
    new = {"content_type": "image/png", "size": 10, "purpose": "avatar"}
    form = shop.call("POST", f"{IMAGES}/upload-url", token=merchant.token, json=new).json()["upload"]

    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("photo", bytes(11))}, timeout=30)

    assert sent.status_code in {400, 403}
