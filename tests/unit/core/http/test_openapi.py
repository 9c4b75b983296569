"""The document of a route: what it says is what the route does."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from pydantic import BaseModel, Field

from omnilife.core.errors import Conflict
from omnilife.core.http import Endpoint, Query, Reply, endpoint

pytestmark = pytest.mark.unit


class Colour(BaseModel):
    name: str


class Lamp(BaseModel):
    name: str
    colours: list[Colour] = []


class Filters(BaseModel):
    brand: list[str] = Field([], max_length=3, description="any of them")
    shade: Colour | None = None
    exact: int


class Burnt(Conflict):
    slug = "burnt"
    title = "Burnt out"


def lamp_route(**options: Any) -> Endpoint:
    api = endpoint(
        "PATCH",
        "/rooms/{room_id}/lamps",
        **{
            "auth": "merchant",
            "tags": ["lamps"],
            "limit": "write",
            "accepts": ("application/json", "application/merge-patch+json"),
            "problems": [Burnt],
            **options,
        },
    )

    @api.route
    def change_lamp(room_id: str, lamp: Lamp, dim: Annotated[int, Query(ge=1)] = 1) -> Reply[Lamp]:
        """Also when it is off."""
        return Reply(lamp, headers={"ETag": Reply.etag(api.if_match or dim), "X-Room": room_id})

    return api


def operation(api: Endpoint) -> dict[str, Any]:
    (found,) = api.get_openapi_schema()["paths"][api.contract.path].values()
    assert isinstance(found, dict)
    return found


def statuses(api: Endpoint) -> set[str]:
    return set(operation(api)["responses"])


def test_the_body_in_a_reply_is_documented_under_the_routes_status():
    described = operation(lamp_route(status=202))["responses"]["202"]
    assert described["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Lamp"}


def test_every_problem_of_the_route_is_listed_by_status_with_its_types():
    responses = operation(lamp_route())["responses"]
    assert set(responses) == {
        "200",
        "400",
        "401",
        "403",
        "404",
        "409",
        "412",
        "413",
        "415",
        "422",
        "429",
        "503",
    }
    assert responses["409"]["x-problems"] == ["/problems/burnt"]
    assert responses["409"]["description"] == "Burnt out"
    assert responses["422"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }
    assert "Retry-After" in responses["429"]["headers"]
    assert "Retry-After" in responses["503"]["headers"]


def test_a_route_that_takes_nothing_lists_only_what_can_happen():
    api = endpoint("GET", "/health", auth="public", shielded=False)

    @api.route
    def health() -> Lamp:
        return Lamp(name="up")

    assert statuses(api) == {"200", "400"}


def test_who_may_call_is_said_in_the_apis_words_and_in_openapis():
    def auth(words: str, **options: Any) -> tuple[str, list[dict[str, list[str]]]]:
        described = operation(lamp_route(auth=words, **options))
        return described["x-auth"], described["security"]

    assert auth("public") == ("public", [])
    assert auth("user") == ("user", [{"bearer": []}])
    assert auth("public/user") == ("public/user", [{"bearer": []}, {}])
    assert auth("admin/service") == ("admin/service", [{"bearer": []}, {"apiKey": []}])
    assert operation(lamp_route(auth="service", scopes=["b", "a"]))["x-scopes"] == ["a", "b"]


def test_the_headers_that_the_function_reads_are_documented():
    names = [parameter["name"] for parameter in operation(lamp_route())["parameters"]]
    assert names == ["room_id", "dim", "If-Match"]


def test_an_idempotency_key_is_documented_where_it_is_read():
    api = endpoint("POST", "/lamps", auth="user", status=201)

    @api.route
    def add_lamp(lamp: Lamp) -> Lamp:
        return Lamp(name=api.idempotency.key) if api.idempotency else lamp

    described = operation(api)
    assert [parameter["name"] for parameter in described["parameters"]] == ["Idempotency-Key"]
    assert described["responses"]["409"]["x-problems"] == ["/problems/idempotency-conflict"]


def test_fields_of_a_query_model_are_parameters_with_their_real_schemas():
    api = endpoint("GET", "/lamps", auth="public", query_prefixes=("attr.",))

    @api.route
    def list_lamps(filters: Annotated[Filters, Query()]) -> list[Lamp]:
        return [Lamp(name=str(filters))]

    document = api.get_openapi_schema()
    parameters = {
        parameter["name"]: parameter for parameter in document["paths"]["/lamps"]["get"]["parameters"]
    }
    assert set(parameters) == {"brand", "shade", "exact", "attr"}
    assert parameters["brand"]["description"] == "any of them"
    assert parameters["brand"]["schema"]["maxItems"] == 3
    assert parameters["exact"]["required"] is True
    assert parameters["attr"]["x-prefix"] == "attr."
    assert parameters["attr"]["schema"]["propertyNames"] == {"pattern": r"^attr\."}
    assert parameters["attr"]["example"] == {}
    assert {"Lamp", "Colour", "Problem"} <= set(document["components"]["schemas"])
    assert "Filters" not in document["components"]["schemas"]


def test_the_body_is_documented_under_every_media_type_that_is_accepted():
    body = operation(lamp_route())["requestBody"]
    assert set(body["content"]) == {"application/json", "application/merge-patch+json"}
    assert body["required"] is True


def test_a_raw_body_is_bytes():
    api = endpoint("POST", "/hook", auth="public", raw_body=True, accepts=("text/plain",), status=204)

    @api.route
    def hook() -> None:
        return None

    described = operation(api)
    assert described["requestBody"]["content"] == {
        "text/plain": {"schema": {"type": "string", "format": "binary"}}
    }
    assert described["responses"]["204"] == {"description": "No Content"}
    assert {"413", "415"} <= statuses(api)


def test_an_answer_that_is_not_json_has_its_media_type():
    api = endpoint("GET", "/logo", auth="public", produces="image/png")

    @api.route
    def logo() -> Reply[bytes]:
        return Reply(b"")

    assert list(operation(api)["responses"]["200"]["content"]) == ["image/png"]


def test_nothing_of_powertools_own_errors_is_left_in_the_document():
    text = str(lamp_route().get_openapi_schema())
    assert "ValidationError" not in text


def test_path_parameters_say_what_an_id_looks_like():
    (room,) = [p for p in operation(lamp_route())["parameters"] if p["in"] == "path"]
    assert room["schema"]["pattern"] == "^[A-Za-z0-9._-]{1,64}$"


def test_the_function_names_the_operation_and_its_docstring_describes_it():
    described = operation(lamp_route())
    assert described["operationId"] == "change_lamp"
    assert described["description"] == "Also when it is off."
    assert described["tags"] == ["lamps"]
    assert described["x-rate-limit"] == "write"


HANDLER = '''"""GET /lamps/{lamp_id}: one lamp, as it shines."""
from pydantic import BaseModel
from omnilife.core.http import endpoint
class Lamp(BaseModel):
    name: str
api = endpoint("GET", "/lamps/{lamp_id}", auth="public", tags=["lamps"])
@api.route
def get_lamp(lamp_id: str) -> Lamp:
    return Lamp(name=lamp_id)
handler = api.handler
'''


def test_powertools_merges_the_documents_of_handler_files(tmp_path: Path):
    (tmp_path / "app.py").write_text(HANDLER)
    merge = OpenAPIMerge(title="OmniLife", version="1")
    merge.add_file(tmp_path / "app.py", resolver_name="api")
    document = merge.get_openapi_schema()
    described = document["paths"]["/lamps/{lamp_id}"]["get"]
    assert described["summary"] == "One lamp, as it shines"
    assert described["x-auth"] == "public"
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert '"x-auth": "public"' in merge.get_openapi_json_schema()


def test_a_summary_may_be_given_instead():
    assert operation(lamp_route(summary="Dim the light"))["summary"] == "Dim the light"
