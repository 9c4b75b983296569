"""Load a catalogue through the product's own imports: presigned upload, state machine, events, index."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from local.console import Progress, silent
from local.demo.catalogue import DemoProduct
from local.errors import LocalError

type Row = Mapping[str, Any]

POLL_S = 0.2
PATIENCE_S = 300.0


class Loader:
    """Loads products of many merchants in one import, as an administrator may.

    Args:
        base_url: the API's.
        token: makes a token for a role and a subject.
    """

    def __init__(self, base_url: str, token: Callable[[str, str], str]) -> None:
        self._token = token
        self._http = httpx.Client(base_url=base_url, timeout=60.0)

    def load(self, rows: Sequence[Row], progress: Progress = silent) -> None:
        """Import the rows; all of them are in the truth when this returns.

        Raises:
            LocalError: the import failed, or refused a row.
        """
        job_id = self._begin(rows)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            job = self._job(job_id)
            progress(job["progress"]["done"], len(rows), "products")
            if job["state"] == "failed" or (job.get("result") or {}).get("failed"):
                raise LocalError(f"The catalogue was not loaded: {json.dumps(job)[:800]}")
            if job["state"] == "succeeded":
                return
            if time.monotonic() > deadline:
                raise LocalError("The catalogue was not loaded in time: see `make logs`.")
            time.sleep(POLL_S)

    def await_index(self, wanted: int, progress: Progress = silent) -> None:
        """Wait until shoppers find `wanted` products."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self._get("/api/search/products", params={"limit": 1, "facets": "brand"})
            total = min(found.json()["total"], wanted) if found.status_code == 200 else 0
            progress(total, wanted, "in the index")
            if total >= wanted:
                return
            if time.monotonic() > deadline:
                raise LocalError(
                    f"The index did not follow in time: {total:,} of {wanted:,} products are found, and "
                    f"search answers {found.status_code}. See `make logs`."
                )
            time.sleep(POLL_S)

    def _begin(self, rows: Iterable[Row]) -> str:
        answer = self._http.post(
            "/api/marketplace/imports", json={"format": "jsonl"}, headers=self._headers()
        )
        if answer.status_code != 201:
            raise LocalError(f"The import was refused: {answer.text[:500]}")
        ticket = answer.json()
        content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        form = ticket["upload"]
        file = ("products.jsonl", content)
        sent = httpx.post(form["url"], data=form["fields"], files={"file": file}, timeout=60)
        if sent.is_error:
            raise LocalError(f"The upload was refused: {sent.text[:500]}")
        return str(ticket["job_id"])

    def _job(self, job_id: str) -> dict[str, Any]:
        answer = self._get(f"/api/marketplace/imports/{job_id}", headers=self._headers())
        if answer.is_error:
            raise LocalError(f"The import cannot be read: {answer.status_code} {answer.text[:500]}")
        job: dict[str, Any] = answer.json()
        return job

    def _get(self, path: str, **how: Any) -> httpx.Response:
        try:
            return self._http.get(path, **how)
        except httpx.HTTPError as error:
            raise LocalError(f"{path} does not answer ({type(error).__name__}): see `make logs`.") from error

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token('admin', 'loader')}"}


def import_rows(
    products: Iterable[DemoProduct], ratings: Mapping[tuple[str, str], tuple[Decimal, int]]
) -> list[Row]:
    """Rows of one administrator's import: each with its merchant, and with its rating where it has one."""
    rows: list[Row] = []
    for product in products:
        rating, count = ratings.get((product.merchant_id, product.row["sku"]), (None, 0))
        rated = {} if rating is None else {"rating": float(rating), "review_count": count}
        rows.append({**product.row, "merchant_id": product.merchant_id, **rated})
    return rows
