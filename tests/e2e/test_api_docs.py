"""/api-docs in a real browser: open it, send a request from it, read the answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.e2e.shop import Merchant, Shop, lamp

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the interactive documentation is not looked at")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page()
        browser.close()


def test_a_request_sent_from_the_documentation_is_answered_there(
    shop: Shop, merchant: Merchant, page: Page
) -> None:
    product = shop.create(merchant.token, lamp())
    shop.await_found(product["sku"], until=bool)
    errors: list[str] = []
    requested: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))

    page.goto(f"{shop.base_url}/api-docs")
    operation = page.locator(".opblock-get", has=page.locator("[data-path='/api/search/products']"))
    operation.locator(".opblock-summary").click()
    operation.locator(".try-out__btn").click()
    operation.locator("tr[data-param-name='q'] input").fill(product["sku"])
    operation.locator("button.execute").click()
    answer = operation.locator(".live-responses-table .response-col_description .highlight-code").first
    answer.wait_for(timeout=15_000)

    assert (
        operation.locator(".live-responses-table tbody .response-col_status")
        .first.inner_text()
        .startswith("200")
    )
    assert product["product_id"] in answer.inner_text()
    assert errors == []
    assert all(url.startswith((shop.base_url, "data:")) for url in requested), requested


def test_the_document_lists_every_route_that_the_page_shows(shop: Shop, page: Page) -> None:
    document = shop.call("GET", "/api-docs/openapi.json").json()
    page.goto(f"{shop.base_url}/api-docs")
    page.locator(".opblock").first.wait_for(timeout=15_000)

    shown = page.locator(".opblock").count()

    assert document["openapi"].startswith("3.1")
    assert shown == sum(len(operations) for operations in document["paths"].values())
