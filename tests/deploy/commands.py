"""What deploy files may say: commands of the program that parse, and settings that there are."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from scheduler.cli import app
from worker.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

#: Processes that have a place in the deploy files; a command that is not in this checkout yet is let pass by name.
SERVICES = {"board": "board_", "metrics": "metrics_"}


def tool(name: str) -> str:
    """A program of `make deploy-tools` or of the machine; the test is skipped where it is not."""
    for folder in [Path(sys.executable).parent, *map(Path, os.environ["PATH"].split(os.pathsep))]:
        if (folder / name).is_file():
            return str(folder / name)
    pytest.skip(f"needs {name}: `make deploy-tools`, or the system's package")


@cache
def _known() -> set[str]:
    return {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def assert_setting(name: str) -> None:
    """A BROADSHEET_ variable is a setting, or belongs to a process that this checkout does not have yet."""
    short = name.removeprefix(PREFIX).lower()
    pending = any(
        short.startswith(prefix) and not any(field.startswith(prefix) for field in Settings.model_fields)
        for prefix in SERVICES.values()
    )
    assert name in _known() or pending, f"{name} is not a setting"


def assert_command(words: list[str]) -> None:
    """A command line of broadsheet or celery has only options that its program knows."""
    program, *rest = words
    if Path(program).name == "broadsheet":
        _assert_broadsheet(rest)
    elif Path(program).name == "celery":
        _assert_celery(rest)
    else:
        assert Path(program).name == "python", words


def _assert_broadsheet(words: list[str]) -> None:
    commands = typer.main.get_command(app).commands
    if words[0] in SERVICES and words[0] not in commands:
        return
    deeper = getattr(commands.get(words[0]), "commands", {})
    named = words[:2] if words[1:] and words[1] in deeper else words[:1]
    known = CliRunner().invoke(app, [*named, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert known.exit_code == 0, f"broadsheet {' '.join(named)}: {known.output}"
    for word in words[len(named) :]:
        if word.startswith("--"):
            assert word.partition("=")[0] in known.output, f"broadsheet {' '.join(named)} has no {word}"


@cache
def _celery_help(command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "celery", "-A", "worker.app", command, "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def _assert_celery(words: list[str]) -> None:
    line = " ".join(words)
    command = next(word for word in words if word in {"worker", "beat", "flower", "inspect"})
    for option in re.findall(r"(?<=\s)(--?[a-zA-Z][a-zA-Z-]*)", line.split(f" {command} ", 1)[1]):
        assert option in _celery_help(command), f"celery {command} has no {option}"
