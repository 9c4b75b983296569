"""Load a catalogue through the product's own imports: presigned upload, state machine, events, index."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import httpx

from local.console import Progress, silent
from local.errors import LocalError

POLL_S = 0.2
PATIENCE_S = 300.0


class Loader:
    """Loads rows as the merchants that they belong to.

    Args:
        base_url: the API's.
        token: makes a token for a role and a subject.
    """

    def __init__(self, base_url: str, token: Callable[[str, str], str]) -> None:
        self._token = token
        self._http = httpx.Client(base_url=base_url, timeout=60.0)

    def load(self, rows: Mapping[str, Sequence[Mapping[str, Any]]], progress: Progress = silent) -> None:
        """Import each merchant's rows; all of them are in the truth when this returns.

        Raises:
            LocalError: an import failed, or refused a row.
        """
        total = sum(len(each) for each in rows.values())
        running = {merchant: self._begin(merchant, each) for merchant, each in rows.items()}
        done: dict[str, int] = dict.fromkeys(running, 0)
        deadline = time.monotonic() + PATIENCE_S
        while running:
            for merchant, job_id in list(running.items()):
                job = self._job(merchant, job_id)
                done[merchant] = job["progress"]["done"]
                if job["state"] == "failed" or (job.get("result") or {}).get("failed"):
                    raise LocalError(f"{merchant}'s products were not loaded: {json.dumps(job)[:800]}")
                if job["state"] == "succeeded":
                    del running[merchant]
            progress(sum(done.values()), total, "products")
            if time.monotonic() > deadline:
                raise LocalError("The products were not loaded in time: see `make logs`.")
            time.sleep(POLL_S)

    def await_index(self, wanted: int, progress: Progress = silent) -> None:
        """Wait until shoppers find `wanted` products."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self._http.get("/api/search/products", params={"limit": 1, "facets": "brand"})
            total = min(found.json()["total"], wanted) if found.status_code == 200 else 0
            progress(total, wanted, "in the index")
            if total >= wanted:
                return
            if time.monotonic() > deadline:
                raise LocalError("The index did not follow in time: see `make logs`.")
            time.sleep(POLL_S)

    def _begin(self, merchant: str, rows: Iterable[Mapping[str, Any]]) -> str:
        answer = self._http.post(
            "/api/marketplace/imports", json={"format": "jsonl"}, headers=self._headers(merchant)
        )
        if answer.status_code != 201:
            raise LocalError(f"No import for {merchant}: {answer.text[:500]}")
        ticket = answer.json()
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        form = ticket["upload"]
        sent = httpx.post(
            form["url"], data=form["fields"], files={"file": ("products.jsonl", content)}, timeout=60
        )
        if sent.is_error:
            raise LocalError(f"The upload for {merchant} was refused: {sent.text[:500]}")
        return str(ticket["job_id"])

    def _job(self, merchant: str, job_id: str) -> dict[str, Any]:
        answer = self._http.get(f"/api/marketplace/imports/{job_id}", headers=self._headers(merchant))
        answer.raise_for_status()
        job: dict[str, Any] = answer.json()
        return job

    def _headers(self, merchant: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token('merchant', merchant)}"}


def by_merchant(products: Iterable[Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Demo products' rows, grouped by their merchants."""
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for product in products:
        rows[product.merchant_id].append(product.row)
    return dict(rows)
