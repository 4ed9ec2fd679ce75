"""The systemd units: sound, hardened, timer-free, and their commands are the program's."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.commands import DEPLOY, assert_command, assert_setting, tool
from worker.settings import Settings

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DROPIN = DEPLOY / "systemd" / "broadsheet-.service.d" / "50-hardening.conf"

#: systemd's scale goes from 0 (locked away) to 10; what it calls OK ends at 5.
MOST_EXPOSED = 15  # in tenths, as --threshold wants it


def lines(path, key):
    return re.findall(rf"^{key}=(.*)$", path.read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def root(tmp_path):
    """A folder that looks like a machine on which the units are installed."""
    system = tmp_path / "etc/systemd/system"
    shutil.copytree(DEPLOY / "systemd", system)
    programs = tmp_path / "opt/broadsheet/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("celery", "broadsheet"):
        (programs / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    stock = next(
        (path for path in (Path("/usr/lib/systemd/system"), Path("/lib/systemd/system")) if path.is_dir()), None
    )
    if stock:
        vendor = tmp_path / "usr/lib/systemd/system"
        vendor.mkdir(parents=True)
        for target in stock.glob("*.target"):
            shutil.copy(target, vendor)
    return tmp_path


def analyze(root, *words):
    return subprocess.run(
        [tool("systemd-analyze"), *words[:1], f"--root={root}", *words[1:]],
        capture_output=True, text=True, check=False, env={"SYSTEMD_COLORS": "0", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip


def test_systemd_finds_nothing_wrong_with_the_units(root):
    names = [path.name for path in [*UNITS, DEPLOY / "systemd" / "broadsheet.target"]]
    done = analyze(root, "verify", "--man=no", *names)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    # The check can fail.
    broken = root / "etc/systemd/system" / UNITS[0].name
    broken.write_text(broken.read_text("utf-8").replace("ExecStart=", "ExecStart=/nowhere"), encoding="utf-8")
    assert analyze(root, "verify", "--man=no", UNITS[0].name).stderr


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_exposes_little(root, path):
    done = analyze(root, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", path.name)
    assert done.returncode == 0, done.stdout[-200:] + done.stderr
    (root / "etc/systemd/system/broadsheet-.service.d/50-hardening.conf").write_text("[Service]\n", encoding="utf-8")
    assert analyze(root, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", path.name).returncode != 0


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_units_command_is_one_that_its_program_takes(path):
    (line,) = lines(path, "ExecStart")
    assert_command(line.replace("%%", "%").split())


def test_the_target_wants_every_service_and_every_service_the_target():
    wanted = set(" ".join(lines(DEPLOY / "systemd" / "broadsheet.target", "Wants")).split())
    assert wanted == {path.name for path in UNITS}
    for path in UNITS:
        assert lines(path, "WantedBy") == ["broadsheet.target"]
    assert list((DEPLOY / "systemd").glob("*.timer")) == []


def test_the_environment_file_has_settings_and_no_secret():
    names = re.findall(r"^(\w+)=", (DEPLOY / "systemd" / "broadsheet.env").read_text("utf-8"), re.MULTILINE)
    assert names
    for name in names:
        assert_setting(name)
        assert not name.endswith(("_URL", "_PASSWORD"))


def test_a_stop_lasts_longer_than_the_soft_shutdown():
    assert int(lines(DROPIN, "TimeoutStopSec")[0]) >= Settings().soft_shutdown_seconds + 15
    for path in UNITS:
        if "worker" in path.name:
            assert "REMAP_SIGTERM=SIGQUIT" in lines(path, "Environment")


def test_only_the_migration_gets_the_migrators_secret():
    for path in UNITS:
        folder = "migrator" if "migrate" in path.name else "secrets"
        assert lines(path, "LoadCredential") == [f"broadsheet:/etc/broadsheet/{folder}"]
    assert lines(DROPIN, "LoadCredential") == []


def test_users_and_folders_are_made_by_systemds_own_means(tmp_path):
    for program, name in (("systemd-sysusers", "sysusers.conf"), ("systemd-tmpfiles", "tmpfiles.conf")):
        words = [tool(program), *(["--create"] if "tmpfiles" in program else []), f"--root={tmp_path}"]
        (tmp_path / "etc").mkdir(exist_ok=True)
        done = subprocess.run([*words, DEPLOY / "systemd" / name], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "broadsheet" in (tmp_path / "etc/passwd").read_text("utf-8")
    assert oct((tmp_path / "etc/broadsheet/secrets").stat().st_mode & 0o777) == "0o700"


def test_the_units_are_well_formed():
    for path in [*UNITS, DROPIN]:
        parser = configparser.RawConfigParser(strict=False)
        parser.read(path, encoding="utf-8")
        assert "Service" in parser, path
