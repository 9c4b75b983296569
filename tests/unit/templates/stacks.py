"""The stacks as CloudFormation gets them: templates after SAM's translation, and what one asks of them.

SAM's translator replaces local folders by addresses in S3, named by content, as `sam deploy` does; here the
content's name is the folder's, unless a test says otherwise.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePosixPath
from typing import Any

from boto3.session import Session
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

from tests.support.templates import ROOT, load_template

PROD = {"Stage": "prod", "Architecture": "arm64", "Tracing": "Active", "SnapStart": "None"}
"""Parameters that SAM itself looks at."""

_LOCAL = ("CodeUri", "ContentUri", "DefinitionUri", "Location")


_MANAGED_POLICIES = {
    name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in ("AWSLambdaBasicExecutionRole",)
}


@dataclass(frozen=True)
class Stack:
    """One template.

    Attributes:
        name: `root`, or the domain.
        path: of the template, from the repository's root.
    """

    name: str
    path: str

    @cached_property
    def source(self) -> dict[str, Any]:
        """The template as it is written, after its anchors are resolved."""
        return load_template(self.path)

    @property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def template(self) -> dict[str, Any]:
        """The template as CloudFormation gets it."""
        return self.translate()

    def translate(self, changed: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The template as CloudFormation gets it when the folders of `changed` have new content.

        Args:
            changed: local folder as the template names it → name of its content.
        """
        template = deepcopy(self.source)
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            for name in _LOCAL:
                local = properties.get(name)
                if isinstance(local, str):
                    content = (changed or {}).get(local, local).replace("../", "")
                    properties[name] = f"s3://code/{content}"
        translator = Translator(_MANAGED_POLICIES, Parser(), boto_session=Session(region_name="eu-central-1"))
        translated: dict[str, Any] = translator.translate(template, dict(PROD))
        return translated

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties of the translated resources of one type."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.template["Resources"].items()
            if resource["Type"] == resource_type
        }

    @property
    def functions(self) -> dict[str, "Function"]:
        """The functions, by logical id."""
        return {
            logical_id: Function(self, logical_id, properties)
            for logical_id, properties in self.of_type("AWS::Lambda::Function").items()
        }

    @property
    def routes(self) -> dict[str, "Function"]:
        """`GET /path` or `$default` → its function."""
        found = {}
        for function in self.functions.values():
            for event in function.source.get("Events", {}).values():
                if event["Type"] == "HttpApi":
                    properties = event["Properties"]
                    route = (
                        f"{properties['Method']} {properties['Path']}" if "Path" in properties else "$default"
                    )
                    found[route] = function
        return found


@dataclass(frozen=True)
class Function:
    """One Lambda function."""

    stack: Stack
    logical_id: str
    properties: Mapping[str, Any]

    @property
    def source(self) -> Mapping[str, Any]:
        """Its properties as the SAM template has them, without the globals."""
        properties: Mapping[str, Any] = self.stack.source["Resources"][self.logical_id]["Properties"]
        return properties

    @property
    def folder(self) -> str:
        """`catalogue/get_product`."""
        return str(PurePosixPath(self.stack.name) / self.source["CodeUri"])

    @property
    def variables(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.properties.get("Environment", {}).get("Variables", {})
        return found

    @property
    def layers(self) -> list[str]:
        """Folders under layers/, by the order in which they are laid over one another."""
        resources = self.stack.template["Resources"]
        keys = [
            resources[layer["Ref"]]["Properties"]["Content"]["S3Key"] for layer in self.properties["Layers"]
        ]
        return [PurePosixPath(key).name for key in keys]

    @property
    def statements(self) -> list[dict[str, Any]]:
        """Of its role's own policies."""
        role = self.stack.template["Resources"][self.properties["Role"]["Fn::GetAtt"][0]]["Properties"]
        policies = [policy["PolicyDocument"]["Statement"] for policy in role.get("Policies", [])]
        return [statement for listed in policies for statement in unconditional(listed)]

    @property
    def triggers(self) -> list[dict[str, Any]]:
        """Its event source mappings."""
        return [
            mapping
            for mapping in self.stack.of_type("AWS::Lambda::EventSourceMapping").values()
            if refers_to(mapping["FunctionName"], self.logical_id)
        ]


def unconditional(value: Any) -> list[Any]:
    """A value or list with its `Fn::If` taken both ways, without what is nothing."""
    if isinstance(value, list):
        return [item for part in value for item in unconditional(part)]
    if isinstance(value, dict) and set(value) == {"Fn::If"}:
        return unconditional(value["Fn::If"][1:])
    return [] if value == {"Ref": "AWS::NoValue"} else [value]


def refers_to(value: Any, logical_id: str) -> bool:
    """Whether `value` mentions a resource or parameter: by Ref, GetAtt or inside a Sub.

    A function's alias and version count as the function: SAM makes their ids from its own.
    """
    return any(
        name == logical_id or name.startswith((f"{logical_id}Alias", f"{logical_id}Version"))
        for name in references(value)
    )


def references(value: Any) -> Iterator[str]:
    """Logical ids and parameters that `value` mentions."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield (inner if isinstance(inner, list) else inner.split("."))[0]
            elif key == "Fn::Sub":
                text, names = inner if isinstance(inner, list) else (inner, {})
                yield from (part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:])
                yield from references(names)
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@cache
def root_stack() -> Stack:
    return Stack("root", "template.yaml")


@cache
def domain_stacks() -> tuple[Stack, ...]:
    """The nested applications, as the root names them."""
    return tuple(
        Stack(PurePosixPath(path).parent.name, path)
        for path in (
            resource["Properties"]["Location"]
            for resource in root_stack().source["Resources"].values()
            if resource["Type"] == "AWS::Serverless::Application"
        )
    )


@cache
def all_stacks() -> tuple[Stack, ...]:
    return (root_stack(), *domain_stacks())


@cache
def all_functions() -> tuple[Function, ...]:
    return tuple(function for stack in domain_stacks() for function in stack.functions.values())
