"""What the image installs is what the project asks for."""

import re
import tomllib

from packaging.requirements import Requirement

from tests.deploy.commands import DEPLOY, ROOT


def test_every_dependency_is_locked_in_a_version_that_the_project_takes():
    text = (DEPLOY / "requirements.lock").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9.-]+)(?:\[[\w,]+\])?==([\w.]+)", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for line in project["dependencies"]:
        requirement = Requirement(line)
        assert requirement.name.lower() in locked, f"{line}: `make lock`"
        assert requirement.specifier.contains(locked[requirement.name.lower()]), f"{line}: `make lock`"
