"""A function can import what it uses from its own layers, is told what it reads, and no more of either."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

import pytest

from tests.support.templates import ROOT
from tests.unit.templates.reached import Needs
from tests.unit.templates.stacks import Function, all_functions

COMMON = {
    "APP_VERSION",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "STAGE",
}
"""Set for every function: read by Powertools, and by people who look at a function in the console."""
LAMBDAS_OWN = {"AWS_LAMBDA_RUNTIME_API"}
"""Set by Lambda itself; no template may."""

LAZY_LAYERS = ("cache", "identity", "messaging", "sms", "push", "imaging")
"""What omnilife and runtime bring is for everybody; of the others each must be of use."""

IMPORT_EACH = """
import importlib.util, json, sys
path, functions, packages = json.loads(sys.argv[1])
sys.path[:] = [entry for entry in sys.path if "site-packages" not in entry] + path
failed = {}
for folder, wanted in zip(functions, packages):
    try:
        spec = importlib.util.spec_from_file_location("app", folder + "/app.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert callable(module.handler)
        for name in wanted:
            importlib.import_module(name)
    except Exception as error:
        failed[folder] = repr(error)
print(json.dumps(failed))
"""

each_function = pytest.mark.parametrize("function", all_functions(), ids=lambda function: function.folder)


def requirements(layer: str) -> list[str]:
    """Distributions that a layer ships: all of them, since requirements.txt is locked."""
    text = (ROOT / "layers" / layer / "requirements.txt").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)


def link(shipped: Distribution, folder: Path) -> None:
    """Make a distribution's files importable from `folder`, alone."""
    tops = {Path(str(file)).parts[0] for file in shipped.files or [] if ".." not in str(file)}
    for top in tops:
        target = Path(str(shipped.locate_file(top)))
        if target.exists() and not (folder / top).exists():
            (folder / top).symlink_to(target)


@pytest.fixture(scope="module")
def layer_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A folder a layer, with what it ships and nothing else."""
    folders = {"omnilife": str(ROOT / "layers" / "omnilife")}
    for layer in {layer for function in all_functions() for layer in function.layers} - {"omnilife"}:
        folder = tmp_path_factory.mktemp(layer)
        for name in requirements(layer):
            link(distribution(name), folder)
        folders[layer] = str(folder)
    return folders


def test_every_handler_imports_with_only_its_own_layers_on_the_path(layer_folders: dict[str, str]) -> None:
    """In an interpreter without site packages, one for each set of layers."""
    by_layers: dict[tuple[str, ...], list[Function]] = defaultdict(list)
    for function in all_functions():
        by_layers[tuple(function.layers)].append(function)

    failed: dict[str, str] = {}
    for layers, functions in by_layers.items():
        path = [layer_folders[layer] for layer in layers]
        folders = [str(ROOT / "functions" / function.folder) for function in functions]
        packages = [sorted(Needs.of(function.folder).packages) for function in functions]
        run = subprocess.run(  # noqa: S603 (this interpreter)
            [sys.executable, "-I", "-S", "-c", IMPORT_EACH, json.dumps([path, folders, packages])],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        failed |= json.loads(run.stdout.splitlines()[-1])

    assert failed == {}


@each_function
def test_a_function_carries_no_layer_that_it_never_imports(function: Function) -> None:
    needed = Needs.of(function.folder).packages
    shipped = {
        layer: {
            module
            for module, distributions in packages_distributions().items()
            if {name.lower().replace("_", "-") for name in distributions} & set(direct(layer))
        }
        for layer in function.layers
        if layer in LAZY_LAYERS
    }

    assert [layer for layer, modules in shipped.items() if not modules & needed] == []


def direct(layer: str) -> list[str]:
    """Distributions that a layer is for, without what those need."""
    text = (ROOT / "layers" / layer / "requirements.in").read_text(encoding="utf-8")
    return [re.split(r"[\[=<>~ ]", line)[0].lower() for line in text.splitlines() if line and line[0] != "#"]


@each_function
def test_a_function_is_told_what_it_reads_and_nothing_else(function: Function) -> None:
    read = Needs.of(function.folder).variables

    assert set(function.variables) - COMMON == read - COMMON - LAMBDAS_OWN
