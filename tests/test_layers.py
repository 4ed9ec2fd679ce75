"""The import rule of the design: one way, stage by stage, proved on the source."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAGES = ("fetch", "parse", "clean", "store")
FILES = sorted(path for package in ("worker", "scheduler") for path in (ROOT / package).rglob("*.py"))


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


def imports(path, *, everywhere=True):
    """What a file imports, by full name; ``everywhere`` counts imports inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(
                [*package[: len(package) - node.level + 1], node.module or ""] if node.level else [node.module]
            )
            base = base.rstrip(".")
            yield from (f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names)


def stage_of(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "worker" and len(parts) > 1 and parts[1] in STAGES else None


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_go_one_way(path):
    module, imported = module_of(path), set(imports(path))
    ours = {name for name in imported if name.split(".")[0] in {"worker", "scheduler", "tests"}}
    if module.startswith("worker"):
        assert not {name for name in ours if not name.startswith("worker")}
    assert not {name for name in ours if name.startswith("tests")} or module.startswith("scheduler.cli.demo")
    if stage := stage_of(module):
        assert not {name for name in ours if stage_of(name) not in {stage, None}}, "a stage imports another stage"
        assert not {name for name in ours if stage_of(name) is None} - {
            *("worker", "worker.domain", "worker.errors", "worker.settings"),
        }
    if not module.startswith("scheduler.cli"):
        assert not {name for name in ours if name.startswith("scheduler.cli")}
    if not module.startswith(("scheduler.cli", "scheduler.board")):
        assert not {name for name in ours if name.startswith("scheduler.board")}, "only commands start the board"


def test_the_walk_sees_imports():
    assert "worker.store.moves" in set(imports(MODULES["worker.ingest"]))
    assert "worker.domain" in set(imports(MODULES["worker.fetch.client"]))


def test_the_domain_imports_only_the_standard_library():
    assert {name.split(".")[0] for name in imports(MODULES["worker.domain"])} <= sys.stdlib_module_names


def test_the_errors_import_the_domain_alone():
    assert set(imports(MODULES["worker.errors"])) <= {"datetime", "typing", "worker.domain"}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_only_the_settings_read_the_environment(path):
    reads = {
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv", "unsetenv"}
    }
    allowed = module_of(path) in {"worker.settings", "scheduler.supervisor"}
    assert not reads or allowed


def test_no_module_imports_itself_by_a_detour():
    graph = {
        module: {name for name in imports(path, everywhere=False) if name in MODULES and name != module}
        for module, path in MODULES.items()
    }
    # A package and its own modules see each other; what counts is the path between modules.
    TopologicalSorter(
        {module: {name for name in names if not module.startswith(f"{name}.")} for module, names in graph.items()}
    ).prepare()


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_module_says_in_its_first_line_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = ast.get_docstring(tree)
    assert said
    assert said.partition("\n")[0].endswith((".", ":", "?")) or "\n\n" not in said
