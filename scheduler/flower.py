"""Flower's configuration file: ``broadsheet flower`` hands it to Flower, which runs it and takes the names below.

A file and not options, because a command line shows the password to everybody on the machine. What it sets goes before
``FLOWER_…`` variables; options on Flower's command line go before it.
"""

import re
from ipaddress import ip_address
from typing import Any

from tornado.options import options

from worker.settings import Settings, get_settings


def _users(settings: Settings) -> list[str]:
    password = settings.flower_password
    if bool(settings.flower_user) != (password is not None):
        raise SystemExit("broadsheet: set BROADSHEET_FLOWER_USER and BROADSHEET_FLOWER_PASSWORD both, or neither")
    if password is not None and not (settings.flower_user + password.get_secret_value()).isascii():
        # Flower would answer each request with an internal error.
        raise SystemExit("broadsheet: BROADSHEET_FLOWER_USER and BROADSHEET_FLOWER_PASSWORD must be ASCII")
    if password is None and not (options.auth or _on_loopback(settings.flower_host)):
        raise SystemExit(
            f"broadsheet: BROADSHEET_FLOWER_HOST={settings.flower_host} is no loopback address: "
            "set BROADSHEET_FLOWER_USER and BROADSHEET_FLOWER_PASSWORD"
        )
    return [] if password is None else [f"{settings.flower_user}:{password.get_secret_value()}"]


def _on_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def format_task(task: Any) -> Any:
    """What a listing shows of a task: the result's text as it is and, of one that failed, the reason in its place."""
    shown = task.exception if task.state in {"FAILURE", "RETRY"} else task.result
    if shown:
        task.result = re.sub(r"""^(?:\w+\()?(['"])(.*)\1\)?$""", r"\2", str(shown))
    return task


_settings = get_settings()

address = _settings.flower_host
port = _settings.flower_port
basic_auth = _users(_settings)
# Flower's own way to let everybody do everything needs a variable that says so; ours is to look only.
read_only = not (basic_auth or options.auth)
# The history is there again after a restart.
persistent = True
db = str(_settings.var_dir.absolute() / "flower")
state_save_interval = 30_000
max_tasks = 50_000
# The arguments name publication, date and page; Flower's search finds them.
tasks_columns = "name,args,state,result,received,runtime,worker,uuid"
# Workers of yesterday's containers; the pages and the metrics forget them.
purge_offline_workers = 3600
