"""The deployed stacks: what CloudFormation made of the templates, by their logical ids."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local.errors import LocalError

ROOT_STACK = "omnilife-local"
DOMAINS: Mapping[str, str] = {
    "catalogue": "Catalogue",
    "search": "Search",
    "identity": "Identity",
    "operations": "Operations",
    "security": "Security",
    "checkout": "Checkout",
    "notifications": "Notifications",
    "images": "Images",
}
"""Domain → its nested application's logical id in the root template."""

FUNCTION = "AWS::Lambda::Function"
HTTP_API = "AWS::ApiGatewayV2::Api"
STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a stack."""

    logical_id: str
    physical_id: str
    kind: str


class Stack:
    """Read once; make a new one after a deploy."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._cloudformation = client("cloudformation")

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The root stack's outputs.

        Raises:
            LocalError: nothing is deployed.
        """
        try:
            [stack] = self._cloudformation.describe_stacks(StackName=ROOT_STACK)["Stacks"]
        except self._cloudformation.exceptions.ClientError as error:
            raise LocalError("Nothing is deployed: `make run` comes first.") from error
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The root stack's parameters as they are in force."""
        [stack] = self._cloudformation.describe_stacks(StackName=ROOT_STACK)["Stacks"]
        return {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}

    @cached_property
    def domains(self) -> dict[str, list[Resource]]:
        """Domain → its nested stack's resources."""
        nested = {
            each.logical_id: each.physical_id for each in self._resources(ROOT_STACK) if each.kind == STACK
        }
        return {domain: self._resources(nested[logical_id]) for domain, logical_id in DOMAINS.items()}

    def apis(self) -> dict[str, str]:
        """Domain → the id of its HTTP API."""
        return {
            domain: next(each.physical_id for each in resources if each.kind == HTTP_API)
            for domain, resources in self.domains.items()
        }

    def functions(self) -> dict[str, str]:
        """`<domain>/<verb_noun>` → the deployed function's name."""
        return {
            f"{domain}/{folder_name(each.logical_id)}": each.physical_id
            for domain, resources in self.domains.items()
            for each in resources
            if each.kind == FUNCTION
        }

    def _resources(self, stack: str) -> list[Resource]:
        found = self._cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        return [
            Resource(each["LogicalResourceId"], each["PhysicalResourceId"], each["ResourceType"])
            for each in found
        ]


def folder_name(logical_id: str) -> str:
    """`GetProductFunction` → `get_product`: a function's folder by its logical id."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id.removesuffix("Function")).lower()
