"""What `sam local` is given, so that containers find the embedded cloud."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.containers import for_containers, pointing_to_copies, prepare, with_endpoint
from local.errors import LocalError
from local.stack import FUNCTION, Resource

pytestmark = pytest.mark.unit

ROOT = """Resources:
  Catalogue:
    Type: AWS::Serverless::Application
    Properties:
      Location: Catalogue/template.yaml
"""
DOMAIN = """Globals:
  Function:
    Environment:
      Variables:
        STAGE:
          Ref: Stage
"""
STACK: Any = SimpleNamespace(domains={"catalogue": [Resource("GetProductFunction", "get-1", FUNCTION)]})


class Lambda:
    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 (AWS's own)
        assert FunctionName == "get-1"
        return {
            "Environment": {"Variables": {"CATALOGUE_TABLE": "t-1", "VALKEY_URL": "redis://127.0.0.1:6390"}}
        }


def ready(built: Path, bind: str = "0.0.0.0") -> list[str]:  # noqa: S104
    return prepare(STACK, Lambda(), built=built, endpoint_url="http://127.0.0.1:4566", bind=bind)


def test_functions_are_given_deployed_names_and_this_machine_as_containers_see_it(tmp_path: Path) -> None:
    (tmp_path / "Catalogue").mkdir()
    (tmp_path / "template.yaml").write_text(ROOT)
    (tmp_path / "Catalogue" / "template.yaml").write_text(DOMAIN)
    options = dict(zip((given := ready(tmp_path))[::2], given[1::2], strict=True))
    assert options["--add-host"] == "host.docker.internal:host-gateway"
    assert "Location: Catalogue/template.containers.yaml" in Path(options["--template"]).read_text()
    assert "AWS_ENDPOINT_URL" in (tmp_path / "Catalogue" / "template.containers.yaml").read_text()
    assert json.loads(Path(options["--env-vars"]).read_text()) == {
        "GetProductFunction": {
            "CATALOGUE_TABLE": "t-1",
            "VALKEY_URL": "redis://host.docker.internal:6390",
            "AWS_ENDPOINT_URL": "http://host.docker.internal:4566",
        }
    }


def test_a_cloud_on_the_loopback_address_is_told_how_to_be_reached(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"BIND=0\.0\.0\.0 make run"):
        ready(tmp_path, bind="127.0.0.1")


def test_without_a_build_it_says_what_builds(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="make run"):
        ready(tmp_path)


def test_the_endpoint_is_declared_once_beside_the_stage() -> None:
    assert with_endpoint(DOMAIN).count("AWS_ENDPOINT_URL: ''\n        STAGE:") == 1


def test_a_template_without_shared_variables_is_refused() -> None:
    with pytest.raises(LocalError, match="STAGE"):
        with_endpoint("Resources: {}")


def test_only_the_place_of_the_nested_templates_changes() -> None:
    assert pointing_to_copies(ROOT).replace("template.containers.yaml", "template.yaml") == ROOT


def test_addresses_elsewhere_stay() -> None:
    assert for_containers({"OPENSEARCH_URL": "http://search.example:9200"}, "http://127.0.0.1:1") == {
        "OPENSEARCH_URL": "http://search.example:9200",
        "AWS_ENDPOINT_URL": "http://host.docker.internal:1",
    }
