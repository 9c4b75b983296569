"""What MiniStack 1.5.33 does unlike AWS, mended in process before it starts.

Each mend is one function that names what is wrong and what AWS does instead. It first checks the code that it
is about to change, and raises MendError when that code is no longer what it was: the pin in
local/requirements/ministack.in then moved, and the mend must be looked at again (it may be needless by now).
The modules are arguments, so that the checks themselves can be tested.
"""

import inspect
import json
import threading
from collections.abc import Callable
from typing import Any

import yaml

from local.emulator import readers, workers
from local.emulator.api_bodies import import_body
from local.emulator.errors import MendError

# A module of MiniStack, and what a resource handler returns: (physical id, attributes).
type Module = Any
type Provisioned = tuple[str, dict[str, Any]]
type Properties = dict[str, Any]
type Handlers = dict[str, Callable[..., Provisioned]]


def exception_names(runtime: Module, lambdas: Module) -> None:
    """Report a handler's exception under its class name.

    MiniStack says `Runtime.HandlerError` for all, so that a state machine's Retry or Catch by name never
    matches. The worker script is made to send the name along, and the executor to put it into `errorType`.
    """
    sends = '"error": str(e), "trace"'
    if runtime._PYTHON_WORKER_SCRIPT.count(sends) != 1:
        raise MendError("exception names", "the worker script reports errors in another way")
    _expect(lambdas._execute_function_warm, 'error_type = "Runtime.HandlerError"', "exception names")
    runtime._PYTHON_WORKER_SCRIPT = runtime._PYTHON_WORKER_SCRIPT.replace(
        sends, '"error": str(e), "type": type(e).__name__, "trace"'
    )
    last = threading.local()
    invoke, execute = runtime.Worker.invoke, lambdas._execute_function_warm

    def invoke_and_keep_name(worker: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        result: dict[str, Any] = invoke(worker, *args, **kwargs)
        last.name = result.get("type")
        return result

    def execute_and_tell_name(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        last.name = None
        result: dict[str, Any] = execute(func, event, request_id)
        if result.get("error") and last.name and isinstance(result.get("body"), dict):
            result["body"]["errorType"] = last.name
        return result

    runtime.Worker.invoke = invoke_and_keep_name
    lambdas._execute_function_warm = execute_and_tell_name


def scheduler_tick(scheduler: Module, eventbridge: Module, *, seconds: int = 1) -> None:
    """Look for due schedules every second instead of every ten."""
    for module, name in ((scheduler, "_SCHEDULE_TICK_INTERVAL"), (eventbridge, "_SCHEDULER_TICK_INTERVAL")):
        if getattr(module, name, None) != 10:
            raise MendError("scheduler tick", f"{name} is no longer 10")
        setattr(module, name, seconds)


def log_wait(runtime: Module, *, seconds: float = 0.002) -> None:
    """Wait 2 ms for a silent handler's log instead of 50, which each of its calls would take longer.

    A line that comes later is not lost: it is read with the next call's.
    """
    drain = runtime.Worker._drain_stderr_bounded
    if drain.__defaults__ != (0.050, 0.005, 0.250):
        raise MendError("log wait", "the waits are others")
    drain.__defaults__ = (seconds, seconds, 0.250)


def http_api_bodies(provisioners: Module, gateway: Module) -> None:
    """Import the OpenAPI body of an HTTP API, which is how SAM writes its routes; MiniStack drops it."""
    handlers = _handlers(provisioners, "AWS::ApiGatewayV2::Api", "http api bodies")
    if '"Body"' in inspect.getsource(handlers["create"]):
        raise MendError("http api bodies", "its own handler reads Body now")
    _after(handlers, lambda api_id, properties: import_body(gateway, api_id, properties))


def table_settings(provisioners: Module, dynamodb: Module) -> None:
    """Apply a table's time to live and point-in-time recovery, which MiniStack drops."""
    handlers = _handlers(provisioners, "AWS::DynamoDB::Table", "table settings")
    if "TimeToLiveSpecification" in inspect.getsource(handlers["create"]):
        raise MendError("table settings", "its own handler reads TimeToLiveSpecification now")

    def apply(name: str, properties: dict[str, Any]) -> None:
        if ttl := properties.get("TimeToLiveSpecification"):
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": ttl})
        if recovery := properties.get("PointInTimeRecoverySpecification"):
            dynamodb._update_continuous_backups(
                {"TableName": name, "PointInTimeRecoverySpecification": recovery}
            )

    _after(handlers, apply)


def nested_transforms(provisioners: Module, engine: Module) -> None:
    """Apply the SAM transform to nested templates too; MiniStack applies it to the root alone."""
    deploy, parse = provisioners._cfn_nested_stack_deploy, engine._parse_template
    _expect(deploy, "template = _parse_template(template_body)", "nested transforms")
    if "_apply_transforms" in inspect.getsource(deploy):
        raise MendError("nested transforms", "nested templates are transformed now")
    nested = threading.local()

    def parse_nested(body: str) -> dict[str, Any]:
        template: dict[str, Any] = parse(body)
        parameters, nested.parameters = getattr(nested, "parameters", None), None
        if parameters is not None:
            template = engine._apply_transforms(template, parameters)
        return template

    def deploy_nested(logical_id: str, properties: dict[str, Any], parent: str, **how: Any) -> Provisioned:
        given = properties.get("Parameters") or {}
        nested.parameters = [{"Key": name, "Value": str(value)} for name, value in given.items()]
        deployed: Provisioned = deploy(logical_id, properties, parent, **how)
        return deployed

    engine._parse_template = parse_nested
    provisioners._cfn_nested_stack_deploy = deploy_nested


def nested_attributes(provisioners: Module, stacks: Module) -> None:
    """Keep the attributes of what an update of a nested stack does not touch.

    MiniStack forgets them there, so that every Fn::GetAtt of such a resource fails the update.
    """
    update = provisioners._update_resource
    _expect(update, "return physical_id, old_attrs or {}", "nested attributes")
    signature = inspect.signature(update)

    def update_and_keep(*args: Any, **kwargs: Any) -> Provisioned:
        given = signature.bind(*args, **kwargs).arguments
        stack = stacks._stacks.get(given["stack_name"]) or {}
        known = stack.get("_resources", {}).get(given.get("logical_id"), {}).get("Attributes") or {}
        kept = given["old_attrs"] = {**known, **(given.get("old_attrs") or {})}
        updated_id, attributes = update(**given)
        return updated_id, (
            {**kept, **(attributes or {})} if updated_id == given["physical_id"] else attributes
        )

    provisioners._update_resource = update_and_keep


def yaml_definitions(provisioners: Module) -> None:
    """Read a state machine's definition as YAML, of which JSON is a part; MiniStack only runs JSON."""
    define = provisioners._sfn_definition
    _expect(define, 'definition = blob.decode("utf-8", errors="replace")', "yaml definitions")

    def define_in_json(properties: Properties) -> str:
        return json.dumps(yaml.safe_load(define(properties)))

    provisioners._sfn_definition = define_in_json


def apply_all(module: Callable[[str], Module]) -> None:
    """Every mend, in order; `module` imports one of MiniStack's modules by its name inside the package."""
    runtime, lambdas = module("core.lambda_runtime"), module("services.lambda_svc")
    provisioners = module("services.cloudformation.provisioners")
    exception_names(runtime, lambdas)
    scheduler_tick(module("services.scheduler"), module("services.eventbridge"))
    log_wait(runtime)
    http_api_bodies(provisioners, module("services.apigateway"))
    table_settings(provisioners, module("services.dynamodb"))
    nested_transforms(provisioners, module("services.cloudformation.engine"))
    nested_attributes(provisioners, module("services.cloudformation"))
    yaml_definitions(provisioners)
    readers.streams_apart(lambdas)
    readers.whole_batches(module("services.sqs"))
    workers.bounded(runtime, lambdas)
    workers.unpacked_once(runtime)


def _expect(function: Callable[..., Any], fragment: str, mend: str) -> None:
    if fragment not in inspect.getsource(function):
        raise MendError(mend, f"{function.__name__} reads differently")


def _handlers(provisioners: Module, resource_type: str, mend: str) -> Handlers:
    handlers: Handlers = provisioners._RESOURCE_HANDLERS.get(resource_type, {})
    if "create" not in handlers:
        raise MendError(mend, f"{resource_type} has no handler")
    return handlers


def _after(handlers: Handlers, apply: Callable[[str, Properties], None]) -> None:
    """Call `apply(physical id, properties)` after each create and update of a resource type."""
    create, update = handlers["create"], handlers.get("update")

    def create_and_apply(logical_id: str, properties: dict[str, Any], stack_name: str) -> Provisioned:
        created = create(logical_id, properties, stack_name)
        apply(created[0], properties)
        return created

    handlers["create"] = create_and_apply
    if update is None:
        return

    def update_and_apply(physical_id: str, old: Properties, new: Properties, *rest: Any) -> Provisioned:
        updated = update(physical_id, old, new, *rest)
        apply(updated[0], new)
        return updated

    handlers["update"] = update_and_apply
