"""One HTTP request, as API Gateway's payload format 2.0 brings it, read strictly and when first used."""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection
from functools import cached_property
from typing import Any, override

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from omnilife.core.errors import BadRequest, ContentTooLarge, FieldError, MalformedBody, UnsupportedMediaType
from omnilife.core.http.body import parse_json
from omnilife.core.http.query import parse_query
from omnilife.core.ids import new_id

MAX_BODY_BYTES = 1024 * 1024
NO_VERSION = -1
"""The version in an `If-Match` that is well formed but not one of our tags: no resource ever has it."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_VERSION_TAG = re.compile(r'"(0|[1-9][0-9]{0,17})"')
_ENTITY_TAG = re.compile(r'(?:W/)?"[^"\x00-\x20\x7f]*"')
_IDEMPOTENCY_KEY = re.compile(r'"([A-Za-z0-9._-]{1,64})"|([A-Za-z0-9._-]{1,64})')


class HttpRequest(APIGatewayProxyEventV2):
    """The event, with what routes need from it. Properties that read what a client wrote raise problems."""

    @cached_property
    @override
    def headers(self) -> dict[str, str]:  # read many times a request
        return {name.lower(): value for name, value in (self.get("headers") or {}).items()}

    @property
    @override
    def resolved_headers_field(self) -> dict[str, str]:
        return self.headers

    @cached_property
    def request_id(self) -> str:
        """The client's `X-Request-Id` if it is fit for logs, else a new id."""
        given = self.headers.get("x-request-id", "")
        return given if _REQUEST_ID.fullmatch(given) else new_id()

    @cached_property
    def cookie_values(self) -> dict[str, str]:
        """Cookies by name, which API Gateway takes out of the headers."""
        sent = self.get("cookies") or self.headers.get("cookie", "").split(";")
        pairs = (each.partition("=") for each in sent)
        return {name.strip(): value.strip() for name, separator, value in pairs if separator}

    @property
    def source_address(self) -> str:
        """The address that connected to API Gateway: the edge's where there is one."""
        return str((self.get("requestContext") or {}).get("http", {}).get("sourceIp", ""))

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query parameters, each with all its values.

        Raises:
            QueryTooLong, BadRequest: see `parse_query`.
        """
        return parse_query(self.get("rawQueryString") or "")

    @property
    @override
    def resolved_query_string_parameters(self) -> dict[str, list[str]]:
        return {name: list(values) for name, values in self.query.items()}  # Powertools writes into it

    @cached_property
    def raw(self) -> bytes:
        """The body's bytes.

        Raises:
            ContentTooLarge: over `MAX_BODY_BYTES`.
            MalformedBody: not the base64 that it is marked as; only a broken gateway sends that.
        """
        body: str = self.get("body") or ""
        encoded = bool(self.get("isBase64Encoded"))
        if (len(body) // 4 * 3 if encoded else len(body)) > MAX_BODY_BYTES + 2:
            raise _too_large()
        try:
            raw = base64.b64decode(body, validate=True) if encoded else body.encode()
        except (binascii.Error, ValueError):
            raise MalformedBody("The body's encoding is broken.") from None
        if len(raw) > MAX_BODY_BYTES:
            raise _too_large()
        return raw

    @cached_property
    @override
    def json_body(self) -> Any:
        """The body as strict JSON; None when there is no body.

        Raises:
            MalformedBody: see `parse_json`.
        """
        return parse_json(self.raw) if self.raw else None

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body's bytes, in hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    def check_media_type(self, accepts: Collection[str]) -> None:
        """Refuse a body that is not one of the media types in `accepts`.

        Raises:
            UnsupportedMediaType: also when Content-Type is absent, or says that text is not UTF-8.
        """
        media_type, *parameters = self.headers.get("content-type", "").lower().split(";")
        charsets = [
            value.strip(' "')
            for name, _, value in (p.partition("=") for p in parameters)
            if name.strip() == "charset"
        ]
        if media_type.strip() not in accepts or any(charset not in {"utf-8", "utf8"} for charset in charsets):
            raise UnsupportedMediaType(
                f"Send {' or '.join(sorted(accepts))} in UTF-8.",
                headers={"Accept": ", ".join(sorted(accepts))},
            )

    @cached_property
    def if_match(self) -> int | None:
        """The version that `If-Match` names; None without the header and for `*`.

        A tag that is weak or not one of ours matches nothing (RFC 9110, 13.1.1): `NO_VERSION`.

        Raises:
            BadRequest: not an entity tag, or several.
        """
        tag = self.headers.get("if-match", "*").strip()
        if tag == "*":
            return None
        if version := _VERSION_TAG.fullmatch(tag):
            return int(version[1])
        if _ENTITY_TAG.fullmatch(tag):
            return NO_VERSION
        raise BadRequest(
            "If-Match takes one entity tag, as an earlier answer's ETag gave it.",
            errors=[FieldError("/header/if-match", "not one entity tag")],
        )

    @cached_property
    def idempotency_key(self) -> str | None:
        """The `Idempotency-Key`, bare or as the quoted string that its IETF draft asks for.

        Raises:
            BadRequest: not 1 to 64 of `[A-Za-z0-9._-]`.
        """
        given = self.headers.get("idempotency-key")
        if given is None:
            return None
        key = _IDEMPOTENCY_KEY.fullmatch(given.strip())
        if key is None:
            raise BadRequest(
                "Idempotency-Key takes 1 to 64 letters, digits, dots, underscores and hyphens.",
                errors=[FieldError("/header/idempotency-key", "malformed")],
            )
        return key[1] or key[2]


def _too_large() -> ContentTooLarge:
    return ContentTooLarge(f"A body may have {MAX_BODY_BYTES} bytes.")
