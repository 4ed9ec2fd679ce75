"""What the image installs is what the project asks for, and an audit that did not take place is no clean one."""

import re
import subprocess
import tomllib

import pytest
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


@pytest.mark.parametrize(
    ("ends", "says", "status", "said"),
    [
        (0, "No known vulnerabilities found", 0, "No known vulnerabilities found"),
        (1, "Found 1 known vulnerability in 1 package\nName Version ID\nlib 1.0 PYSEC-1", 1, "PYSEC-1"),
        (1, "ERROR: lib: Dependency not found on PyPI and could not be audited", 2, "https://pypi.org/pypi/"),
        (1, "requests.exceptions.ConnectionError: no way out", 2, "no way out"),
        (0, "", 2, "nothing was audited"),
        (0, "WARNING: skipped all 89 packages", 2, "nothing was audited"),
    ],
)
def test_an_audit_that_could_not_ask_fails_in_one_line(tmp_path, ends, says, status, said):
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\ncat <<'E' >&2\n{says}\nE\nexit {ends}\n", encoding="utf-8")
    program.chmod(0o755)
    done = subprocess.run(
        ["sh", DEPLOY / "audit.sh"], env={"PATH": "/usr/bin:/bin", "PIP_AUDIT": str(program)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert said in done.stdout + done.stderr
    if status == 2:
        assert len(done.stderr.splitlines()) == 1
