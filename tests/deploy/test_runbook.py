"""The runbook has a page for every alert, says the four things of each, and its commands are the program's."""

import re
import shlex

import pytest
import typer.main
import yaml

from scheduler.cli import app
from tests.deploy.commands import DEPLOY, assert_command

RUNBOOK = DEPLOY / "runbook"
PAGES = sorted(RUNBOOK.glob("*.md"))
ALERTS = sorted(path for path in PAGES if path.stem[0].isupper() and path.stem != "README")
RULES = DEPLOY / "prometheus" / "rules.yml"
COMMANDS = typer.main.get_command(app).commands

#: What a page's reader fills in.
FILLED_IN = {"PUB": "p", "DATE": "2026-03-05", "HOST": "h", "ID": "1", "FILE": "f", "URL": "u"}


def rules():
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_every_alert_has_its_page_and_every_page_its_alert():
    assert {rule["alert"] for rule in rules()} == {path.stem for path in ALERTS}
    for rule in rules():
        page = DEPLOY.parent / rule["annotations"]["runbook_url"]
        assert page.resolve() == RUNBOOK / f"{rule['alert']}.md"


@pytest.mark.parametrize("path", ALERTS, ids=lambda path: path.stem)
def test_a_page_says_what_it_means_how_to_look_what_to_do_and_what_not(path):
    text = path.read_text("utf-8")
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    assert headings == [path.stem, "What it means", "How to look", "What to do", "What not to do"]
    for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]:
        assert len(part.split()) > 5
    # One page: it is read at night.
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere_and_no_page_is_left_out(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert (RUNBOOK / target).exists(), target
    assert path.name == "README.md" or f"({path.name})" in (RUNBOOK / "README.md").read_text("utf-8")


def commands(text):
    """Command lines of broadsheet, in code blocks and in backticks."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [*blocks.splitlines(), *inline]:
        for part in re.split(r"[|;]", line.partition("  #")[0]):
            words = shlex.split(part) if part.count("'") % 2 == 0 else part.split()
            if words[:1] == ["broadsheet"] and len(words) > 1:
                yield words


def test_the_walk_finds_commands():
    found = [words for path in PAGES for words in commands(path.read_text("utf-8"))]
    assert len(found) > 60
    assert {words[1] for words in found} >= {"doctor", "status", "faults", "retry", "hosts", "migrate-to"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_command_of_a_page_is_one_of_the_programs(path):
    for words in commands(path.read_text("utf-8")):
        assert words[1] in COMMANDS, words
        assert_command(words)
        command = COMMANDS[words[1]]
        arguments = [word for word in words[2:] if not word.startswith("-")]
        subcommands = getattr(command, "commands", {})
        if subcommands and arguments:
            assert arguments[0] in subcommands, words
