"""Packages that offer many names and import only those that are used.

A Lambda pays at its cold start for every module that it imports. A domain's package re-exports its public
names; were it to import them all, reading one product would load the import job, its CSV parser and S3.
So packages resolve their names on first use (PEP 562), and type checkers see ordinary imports:

    if TYPE_CHECKING:
        from omnilife.catalogue.models import Product as Product

    __getattr__ = exports(__name__, {"Product": "models"})

For the same reason botocore, valkey and cryptography, 20 to 450 ms each, are never imported at the top
of a module of this project, but inside the function that uses them.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, override


class _Package(ModuleType):
    """A package in which a name that it exports never means the submodule of the same name.

    Importing `omnilife.search.search_products` binds the module in its package, where it would hide the
    function `search_products` from whoever asks for it later: an accident of who imported what first.
    """

    @override
    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and self.__dict__["__exports__"].get(name) == name:
            value = getattr(value, name)
        super().__setattr__(name, value)


def exports(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """A `__getattr__` for `package` that imports each name from its submodule when first asked for.

    Args:
        package: the package's `__name__`.
        names: public name → submodule that defines it, relative to the package (`"models"`).
    """

    module_object = sys.modules[package]
    module_object.__dict__["__exports__"] = names
    module_object.__class__ = _Package

    def __getattr__(name: str) -> Any:  # noqa: N807 (its name is what a traceback shows)
        try:
            module = names[name]
        except KeyError:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        value = getattr(import_module(f"{package}.{module}"), name)
        # From here on Python finds the name in the package itself and does not call us again.
        setattr(module_object, name, value)
        return value

    return __getattr__
