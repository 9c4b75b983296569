"""`endpoint`: one route of the API, in one Lambda function.

    api = endpoint("GET", "/api/marketplace/products/{product_id}", auth="public", tags=["catalogue"])

    @api.route
    def get_product(product_id: str) -> Product:
        return find_product(ProductStore.from_environment(), product_id)

    handler = api.handler

A request is judged in this order: who calls and from where, may they, is it what the route takes (media type,
size, query), is it valid (pydantic), and then the function. The first that fails is what the client is told.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from inspect import Signature, signature
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from omnilife.core.auth import Caller
from omnilife.core.context import correlated
from omnilife.core.errors import MalformedBody, MethodNotAllowed, NotFound, Problem
from omnilife.core.http import problems
from omnilife.core.http.admission import Admission, Exchange
from omnilife.core.http.answering import finish, measure
from omnilife.core.http.contract import Beside, Contract
from omnilife.core.http.limiting import Limiting, limit_headers
from omnilife.core.http.parameters import Parameters
from omnilife.core.http.query import check_query
from omnilife.core.http.reply import Reply, body_type
from omnilife.core.http.request import HttpRequest
from omnilife.core.http.resolver import Json, Resolver, path_pattern
from omnilife.core.logging import logger

if TYPE_CHECKING:
    from omnilife.core.idempotency import Idempotency


class Endpoint:
    """One route: its contract, and the request that it is answering. Made by `endpoint`."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        limiting = Limiting(contract.limit, table_variable=contract.limit_table) if contract.limit else None
        self._admission = Admission(
            contract.rule,
            limiting,
            shielded=contract.shielded,
            beside=contract.beside,
            outbox=contract.outbox,
        )
        self._rule = contract.path.replace("{", "<").replace("}", ">")
        self._pattern = path_pattern(self._rule)
        self._resolver = Resolver(self._admit)
        self._resolver.exception_handler(RequestValidationError)(self._answer_invalid)
        self._resolver.exception_handler(Problem)(self._answer_problem)
        self._resolver.exception_handler(Exception)(self._answer_failure)
        self._function: Callable[..., Any] | None = None
        self._exchange: Exchange | None = None

    # -- the route's definition --------------------------------------------------------------------------

    def route[**P, R](self, function: Callable[P, R]) -> Callable[P, R]:
        """Register the one function that answers; its signature is what the request must match."""
        if self._function is not None:
            raise TypeError(f"{self.contract.name} already has a function")
        if signature(function).return_annotation is Signature.empty:
            raise TypeError(f"{function.__name__} needs a return annotation: it is the documented body")
        self._function = function

        def call(**arguments: Any) -> Response[Any]:
            return self._respond(function(**arguments))  # type: ignore[call-arg]  # Powertools validated them

        call.__name__ = function.__name__
        call.__signature__ = _seen_by_powertools(function)  # type: ignore[attr-defined]
        self._resolver.route(
            self._rule,
            method=self.contract.method,
            status_code=self.contract.status,
            operation_id=function.__name__,
            tags=list(self.contract.tags),
        )(call)
        return function

    @property
    def function(self) -> Callable[..., Any]:
        """The function that answers."""
        if self._function is None:
            raise TypeError(f"{self.contract.name} has no function: decorate one with @api.route")
        return self._function

    @cached_property
    def parameters(self) -> Parameters:
        """What the function declares."""
        return Parameters.of(self._resolver.only_route.dependant)

    def get_openapi_schema(self, **options: Any) -> dict[str, Any]:
        """This route's OpenAPI 3.1 document, as Powertools' `OpenAPIMerge` asks for it."""
        from omnilife.core.http.openapi import document  # noqa: PLC0415 (only at build time)

        return document(self, self._resolver.get_openapi_schema(**options))

    # -- the request being answered ----------------------------------------------------------------------

    @property
    def caller(self) -> Caller:
        """Who calls; anonymous only where the route is open."""
        caller = self._current.caller
        if caller is None:
            raise RuntimeError("there is no caller before admission")
        return caller

    @property
    def idempotency(self) -> "Idempotency | None":
        """The request's idempotency key with what it is bound to; None without one, and on all but POST.

        Bound to the path itself, not its template: one key may create a thing in each of two places.
        """
        request = self._current.request
        if self.contract.method != "POST" or request.idempotency_key is None:
            return None
        from omnilife.core.idempotency import Idempotency  # noqa: PLC0415 (deferred: see core.lazy)

        return Idempotency(
            key=request.idempotency_key,
            caller=self.caller.idempotency_scope,
            route=f"{self.contract.method} {request.path}",
            body_hash=request.body_hash,
        )

    @property
    def if_match(self) -> int | None:
        """The version that the client saw; None if it does not say. See `HttpRequest.if_match`."""
        return self._current.request.if_match

    @property
    def beside(self) -> Sequence[Any] | None:
        """What the commands of `beside` answered, in their order; None where Valkey could not be asked."""
        return self._current.beside

    @property
    def request_id(self) -> str:
        """The correlation id."""
        return self._current.request.request_id

    @property
    def raw(self) -> bytes:
        """The body's bytes."""
        return self._current.request.raw

    @property
    def query(self) -> Mapping[str, list[str]]:
        """All query parameters as sent: for those under `query_prefixes`, which no argument declares."""
        return self._current.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower-case name."""
        return self._current.request.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookie values by name."""
        return self._current.request.cookie_values

    @property
    def _current(self) -> Exchange:
        if self._exchange is None:
            raise RuntimeError(f"{self.contract.name} is not answering a request")
        return self._exchange

    # -- answering ---------------------------------------------------------------------------------------

    def handler(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """The Lambda function: an API Gateway event (payload format 2.0) in, its response out."""
        started = time.perf_counter()
        request = HttpRequest(dict(event))
        exchange = self._exchange = Exchange(request)
        with correlated(request.request_id):
            try:
                answer = self._resolver.answer(request, context)
            finally:
                self._exchange = None
            finish(answer, request.request_id, limit_headers(exchange.decision))
            actor = exchange.caller.actor if exchange.caller else ""
            measure(self.contract.name, answer["statusCode"], time.perf_counter() - started, caller=actor)
        return answer

    def _admit(self, arguments: dict[str, Any]) -> None:
        exchange = self._current
        request = exchange.request
        if not self._pattern.match(request.path):
            raise NotFound("There is nothing at this path.")
        if request.http_method != self.contract.method:
            raise MethodNotAllowed(headers={"Allow": self.contract.method})
        self._admission.admit(exchange)
        self._check_owner(arguments)
        if self.contract.method == "POST":
            request.idempotency_key  # noqa: B018 (a malformed key is told now: its sender relies on it)
        if request.raw and (self.contract.raw_body or self.parameters.takes_body):
            request.check_media_type(self.contract.accepts)
        if not request.raw and self.parameters.needs_body:
            raise MalformedBody("This route takes a body.")
        check_query(request.query, self.parameters.query, self.contract.query_prefixes)

    def _check_owner(self, arguments: dict[str, Any]) -> None:
        """A path's `{user_id}` is the caller's own, or `me`; another's is not there, but for admins."""
        if "user_id" not in arguments or self.caller.kind != "user":
            return
        if arguments["user_id"] == "me":
            arguments["user_id"] = self.caller.subject
        if arguments["user_id"] != self.caller.subject and not self.caller.is_admin:
            raise NotFound("There is no such user.")

    def _respond(self, result: Any) -> Response[Any]:
        reply = result if isinstance(result, Reply) else Reply(result)
        body = Json(reply.json) if reply.json is not None else reply.body
        response = Response(
            status_code=reply.status or self.contract.status,
            content_type=None if body is None else self.contract.produces,
            body=body,
            headers=reply.headers,
        )
        if isinstance(reply.body, bytes):
            # Encoded here: Powertools would write bytes that are called JSON into JSON once more.
            response.body, response.base64_encoded = b64encode(reply.body).decode(), True
        return response

    def _answer_problem(self, problem: Problem) -> Response[str]:
        if problem.status > 500:
            logger.warning(problem.title, exc_info=problem, extra={"route": self.contract.name})
        return problems.answer(problem, self.request_id)

    def _answer_invalid(self, error: RequestValidationError) -> Response[str]:
        request = self._current.request
        document = request.json_body if self.parameters.takes_body else None
        models = frozenset(self.parameters.query_models)
        return self._answer_problem(problems.invalid(error.errors(), document, models))

    def _answer_failure(self, error: Exception) -> Response[str]:
        logger.error("unexpected failure", exc_info=error, extra={"route": self.contract.name})
        return self._answer_problem(Problem("Something went wrong here; the request id says where to look."))


def endpoint(
    method: str,
    path: str,
    *,
    auth: str,
    tags: Sequence[str] = (),
    limit: str | None = None,
    limit_table: str | None = None,
    outbox: str | None = None,
    scopes: Sequence[str] = (),
    accepts: Sequence[str] = ("application/json",),
    raw_body: bool = False,
    query_prefixes: Sequence[str] = (),
    produces: str = "application/json",
    status: int = 200,
    summary: str | None = None,
    problems: Sequence[type[Problem]] = (),
    shielded: bool = True,
    beside: Beside | None = None,
) -> Endpoint:
    """The route of one Lambda function.

    Args:
        method, path: as in the API; path parameters in braces are ids, `[A-Za-z0-9._-]{1,64}`.
        auth: who may call, in the API's words: see `Rule.parse`.
        tags: the document's groups: the domain.
        limit: the class in RATE_LIMITS that callers are counted under; None for no limit.
        limit_table: for functions outside the VPC, which cannot reach Valkey: the variable that names the
            table to count in (`NOTIFICATIONS_TABLE`).
        outbox: for routes that take API keys: the variable that names the domain's table, in whose outbox
            the use of a key is told (`core.key_uses`). A test asks it of each such route.
        scopes: what an API key needs.
        accepts: media types of the body.
        raw_body: the function reads `api.raw` itself, instead of declaring a body.
        query_prefixes: beginnings of names of open-ended parameters (`attr.`), read through `api.query`.
        produces: media type of the answer; all but JSON comes as `str` or `bytes`.
        status: of success.
        summary: one line for the document; None takes it from the file's docstring.
        problems: what the function may raise beyond what this module itself does, for the document.
        shielded: False only for probes, which must answer without touching anything: no blacklist.
        beside: makes of a request, which is not validated yet, the commands that Valkey is to carry out in
            the round trip that counts the caller; read through `api.beside`. They are carried out also for
            callers that turn out to be over their limit. A problem that it raises means no commands.

    Raises:
        TypeError: `beside` without a limit that is counted in Valkey.
    """
    if beside is not None and (limit is None or limit_table is not None):
        raise TypeError("beside needs a limit that is counted in Valkey")
    return Endpoint(
        Contract(
            method=method,
            path=path,
            auth=auth,
            tags=tuple(tags),
            limit=limit,
            limit_table=limit_table,
            outbox=outbox,
            scopes=tuple(scopes),
            accepts=tuple(accepts),
            raw_body=raw_body,
            query_prefixes=tuple(query_prefixes),
            produces=produces,
            status=status,
            summary=summary,
            problems=tuple(problems),
            shielded=shielded,
            beside=beside,
        )
    )


def _seen_by_powertools(function: Callable[..., Any]) -> Signature:
    """The function's signature, returning its body's type; of bytes, which are no JSON, nothing is said."""
    declared = signature(function)
    returned = body_type(declared.return_annotation)
    return declared.replace(return_annotation=Signature.empty if returned is bytes else returned)
