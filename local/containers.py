"""`sam local`: the functions in Lambda's own containers, against the embedded cloud of this machine.

`sam local` knows no deployed names (a table's Ref is its logical id to it), and gives a function only those
variables that its template declares. So the built templates are written once more beside themselves, with
AWS_ENDPOINT_URL declared, and a file holds each deployed function's variables as containers see this machine.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.ports import LOOPBACK
from local.stack import FUNCTION, Stack

HOST = "host.docker.internal"
TEMPLATE = "template.containers.yaml"
_FIRST_SHARED = re.compile(r"^( +)STAGE:", re.MULTILINE)
_LOCATION = re.compile(r"^( +Location: .*)\btemplate\.yaml$", re.MULTILINE)


def prepare(stack: Stack, lambdas: Any, *, built: Path, endpoint_url: str, bind: str) -> list[str]:
    """Write templates and variables; returns what `sam local start-api` and `invoke` must be given.

    Raises:
        LocalError: containers do not reach the cloud, or nothing is built.
    """
    if bind == LOOPBACK:
        raise LocalError(
            "Containers do not reach the loopback address: start with `BIND=0.0.0.0 make run`, "
            "or with the address of the Docker bridge."
        )
    root = built / "template.yaml"
    if not root.exists():
        raise LocalError(f"There is no {root}: `make run` builds it.")
    root.with_name(TEMPLATE).write_text(pointing_to_copies(root.read_text()))
    for nested in built.glob("*/template.yaml"):
        nested.with_name(TEMPLATE).write_text(with_endpoint(nested.read_text()))
    variables = {
        resource.logical_id: for_containers(
            lambdas.get_function_configuration(FunctionName=resource.physical_id)["Environment"]["Variables"],
            endpoint_url,
        )
        for resources in stack.domains.values()
        for resource in resources
        if resource.kind == FUNCTION
    }
    file = built / "containers.json"
    file.write_text(json.dumps(variables, indent=1))
    return [
        *("--template", str(root.with_name(TEMPLATE))),
        *("--env-vars", str(file)),
        *("--add-host", f"{HOST}:host-gateway"),
    ]


def with_endpoint(template: str) -> str:
    """A domain's template whose functions all have AWS_ENDPOINT_URL, beside the STAGE that all have."""
    changed, count = _FIRST_SHARED.subn(r"\1AWS_ENDPOINT_URL: ''\n\g<0>", template, count=1)
    if count != 1:
        raise LocalError("A built template declares no STAGE for its functions.")
    return changed


def pointing_to_copies(template: str) -> str:
    """The root's template with the domains' copies in place of their templates."""
    return _LOCATION.sub(rf"\1{TEMPLATE}", template)


def for_containers(variables: Mapping[str, str], endpoint_url: str) -> dict[str, str]:
    """A function's variables, with this machine under the name that it has in a container."""
    everything = {**variables, "AWS_ENDPOINT_URL": endpoint_url}
    return {
        name: value.replace(LOOPBACK, HOST).replace("//localhost", f"//{HOST}")
        for name, value in everything.items()
    }
