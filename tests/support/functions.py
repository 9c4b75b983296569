"""Functions loaded by their path, as Lambda does: each from its own `app.py`, none as part of a package."""

import importlib.util
from types import ModuleType
from typing import Any

from tests.support.http import LambdaContext
from tests.support.templates import ROOT


def load_function(name: str) -> ModuleType:
    """A fresh copy of a function's module; `name` is `catalogue/get_product`, or its path from the root."""
    name = name.removeprefix("functions/").removesuffix("/app.py")
    path = ROOT / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(f"functions.{name.replace('/', '.')}.app", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Functions:
    """Functions as warm workers: each is loaded at its first invocation, and stays for the test."""

    def __init__(self) -> None:
        self._loaded: dict[str, ModuleType] = {}

    def __call__(self, name: str, event: Any) -> Any:
        """What the function's handler answers to `event`."""
        if name not in self._loaded:
            self._loaded[name] = load_function(name)
        return self._loaded[name].handler(event, LambdaContext(function_name=name.replace("/", "-")))
