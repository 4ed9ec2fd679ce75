"""The documentation says what the program does: commands, settings, states and moves are all in the README."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from scheduler.cli import app
from worker.domain import MOVES, PAGE_MOVES, PageState, State
from worker.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

#: Every command by the words that call it, those of groups among them.
COMMANDS = {command.name or command.callback.__name__: command for command in app.registered_commands} | {
    f"{group.name} {command.callback.__name__}": command
    for group in app.registered_groups
    for command in group.typer_instance.registered_commands
}


def test_every_command_is_in_the_readme_and_has_help():
    for name, command in COMMANDS.items():
        assert f"`broadsheet {name}" in README or f"`{name.rpartition(' ')[2]}`" in README
        assert command.callback.__doc__


def test_the_readme_names_no_command_that_is_not_there():
    known = {name.partition(" ")[0] for name in COMMANDS}
    assert set(re.findall(r"`broadsheet ([a-z-]+)", README)) <= known
    of_groups = set(re.findall(r"`broadsheet (publications [a-z]+)", README))
    assert of_groups <= set(COMMANDS)


def test_the_settings_table_is_the_one_that_config_prints():
    printed = subprocess.run(
        [Path(sys.executable).parent / "broadsheet", "config", "--markdown"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert printed.strip() in README
    for name in Settings.model_fields:
        assert f"`{PREFIX}{name.upper()}`" in README


def test_the_diagrams_show_every_move_and_no_other():
    diagrams = re.findall(r"```mermaid\n(.*?)```", README, re.DOTALL)
    for diagram, moves in zip(diagrams, (MOVES, PAGE_MOVES), strict=True):
        drawn = set(re.findall(r"^    (\w+) --> (\w+)$", diagram, re.MULTILINE))
        assert drawn == {(str(a), str(b)) for a, targets in moves.items() for b in targets}
    for state in (*State, *PageState):
        assert f"`{state}`" in README


def test_every_path_in_the_documentation_exists():
    texts = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:worker|scheduler|tests|deploy)/[\w./-]+)`", texts))
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert missing == []
    assert len(paths) > 10


def test_every_direct_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for requirement in project["dependencies"] + project["optional-dependencies"]["dev"]:
        name = re.match(r"[\w-]+", requirement)[0]
        assert f"`{name}`" in reasons, name


def test_the_catalogue_example_of_the_readme_is_a_sound_row(tmp_path):
    from scheduler import catalogue  # noqa: PLC0415  # only here

    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)[1]
    (tmp_path / "own.toml").write_text(example, encoding="utf-8")
    found = catalogue.load(tmp_path / "own.toml")
    assert found.errors == ()
    assert found.rows["hedongbao"].enabled
