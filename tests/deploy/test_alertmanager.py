"""The Alertmanager beside Prometheus: its file is sound however it is filled in, and an alert reaches a webhook."""

import os
import re
import shutil
import subprocess

import httpx
import pytest
import yaml

from tests.conftest import wait_until
from tests.deploy.commands import DEPLOY, tool
from tests.scheduler.hook import Hook
from tests.servers import free_port

START = DEPLOY / "alertmanager" / "start.sh"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text("utf-8"))
ALERTS = {rule["alert"] for group in RULES["groups"] for rule in group["rules"]}

#: With what sed, YAML or a shell would read as their own.
ODD = r"""a|b&c"d\e'f$g@h"""


@pytest.fixture
def fill(tmp_path):
    """A function that runs start.sh with a program in Alertmanager's place; gives how that ended and the file made."""

    def run(program="true", **environment):
        made = tmp_path / "alertmanager.yml"
        given = {"ALERTMANAGER_DIR": str(START.parent), "SECRETS_DIR": str(tmp_path), "ALERTMANAGER_FILE": str(made)}
        done = subprocess.run(
            ["sh", START], env={"PATH": os.environ["PATH"], "ALERTMANAGER": program, **given, **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done, made

    return run


@pytest.mark.parametrize("to", ["nobody", "mail", "webhook"])
def test_alertmanagers_own_check_takes_the_file(fill, tmp_path, to):
    (tmp_path / "alert_webhook_url").write_text("https://chat.example/hook?key=a&b=c\n", encoding="utf-8")
    (tmp_path / "smtp_password").write_text(f"{ODD}\n", encoding="utf-8")
    mail = {"MAIL_TO": "duty@example.org", "MAIL_FROM": "b@example.org", "SMTP_HOST": "mail.example.org:587"}
    done, made = fill(ALERTS_TO=to, SMTP_USER=ODD, **mail)
    assert done.returncode == 0, done.stderr
    checked = subprocess.run([tool("amtool"), "check-config", made], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    config = yaml.safe_load(made.read_text("utf-8"))
    assert config["route"]["receiver"] == to
    assert (config["global"]["smtp_auth_username"], config["global"]["smtp_auth_password"]) == (ODD, ODD)
    assert config["receivers"][2]["webhook_configs"][0]["url"] == "https://chat.example/hook?key=a&b=c"
    assert "@" not in re.sub(r"\w@example|@h", "", made.read_text("utf-8").partition("route:")[0].partition("\n")[2])
    assert made.stat().st_mode & 0o077 == 0, "there is a password in it"


def test_a_choice_that_is_none_is_one_line(fill):
    for environment, said in (({"ALERTS_TO": "pager"}, "is: pager"), ({"ALERTS_TO": "webhook"}, "alert_webhook_url")):
        done, made = fill(**environment)
        assert (done.returncode, len(done.stderr.splitlines()), made.exists()) == (1, 1, False)
        assert said in done.stderr


def test_only_alerts_that_there_are_keep_others_back():
    config = yaml.safe_load((DEPLOY / "alertmanager" / "alertmanager.yml").read_text("utf-8"))
    for rule in config["inhibit_rules"]:
        for matcher in rule["source_matchers"] + rule["target_matchers"]:
            assert set(re.search('"(.*)"', matcher)[1].split("|")) <= ALERTS


def test_an_alert_reaches_the_webhook_and_what_follows_from_it_does_not(tmp_path):
    program = shutil.which("alertmanager") or shutil.which("prometheus-alertmanager")
    if program is None:
        pytest.skip("needs alertmanager: install prometheus-alertmanager")
    hook, port = Hook(), free_port()
    (tmp_path / "alert_webhook_url").write_text(hook.url, encoding="utf-8")
    (tmp_path / "alertmanager").mkdir()
    quick = re.sub(r"group_wait: .*", "group_wait: 1s", (START.parent / "alertmanager.yml").read_text("utf-8"))
    (tmp_path / "alertmanager" / "alertmanager.yml").write_text(quick, encoding="utf-8")
    process = subprocess.Popen(
        ["sh", START, f"--storage.path={tmp_path}", "--cluster.listen-address=",
         f"--web.listen-address=127.0.0.1:{port}", "--web.external-url=https://localhost/alertmanager/"],
        env={"PATH": os.environ["PATH"], "ALERTMANAGER": program, "ALERTS_TO": "webhook", "SECRETS_DIR": str(tmp_path),
             "ALERTMANAGER_DIR": str(tmp_path / "alertmanager"), "ALERTMANAGER_FILE": str(tmp_path / "made.yml")},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/alertmanager"
    try:
        wait_until(lambda: _healthy(url), 30, "Alertmanager")
        labels = [{"alertname": name, "severity": "critical"} for name in ("DatabaseDown", "NoBeat")]
        httpx.post(f"{url}/api/v2/alerts", json=[{"labels": each} for each in labels]).raise_for_status()
        wait_until(hook.messages, 30, "the message")
        assert [alert["labels"]["alertname"] for each in hook.messages() for alert in each["alerts"]] == [
            "DatabaseDown"
        ]
    finally:
        process.terminate()
        process.wait(20)
        hook.stop()


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/healthy", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
