"""Every setting with its default and unit; the only module that reads the environment.

A setting ``lease_seconds`` is set by the environment variable ``BROADSHEET_LEASE_SECONDS``. The settings table of the
README is made from the descriptions here (``broadsheet config --markdown``).
"""

import difflib
import os
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from worker import __version__
from worker.errors import Unusable

PREFIX = "BROADSHEET_"

#: A name as events carry it: no blank, no control character, nothing that could pass for another field.
NAME = r"^[\w.@+-]{0,64}$"

#: Where Docker, Podman and Kubernetes put secrets as files; systemd names its folder in CREDENTIALS_DIRECTORY.
SECRETS = Path("/run/secrets")


def secret_folders() -> list[Path]:
    """Folders in which a file ``broadsheet_redis_url`` sets ``redis_url``, unless the variable does."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return [folder for folder in (SECRETS, *([Path(named)] if named else [])) if folder.is_dir()]


class Settings(BaseSettings):
    """The configuration of one process, read once from the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    var_dir: Path = Field(Path("var"), description="Folder for everything that the service writes.")
    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL of the database (`postgresql+psycopg://…`). Unset: SQLite in the var folder.",
    )
    redis_url: SecretStr | None = Field(
        None, description="URL of the Redis that carries the queues. Unset: an embedded server in the var folder."
    )
    archive_dir: Path | None = Field(
        None, description="Folder of the raw archive (WARC files). Unset: `archive` in the var folder."
    )
    catalogue: Path | None = Field(
        None,
        description="A TOML file, or a folder of them, with publications of your own; a known slug changes the "
        "packaged row.",
    )
    contact: str = Field(
        "",
        pattern=r"^[\x21-\x7e]*$",
        description="Address or URL that publishers can write to; part of the user agent.",
    )

    connect_timeout_seconds: float = Field(10, gt=0, description="Longest wait for a connection, seconds.")
    request_timeout_seconds: float = Field(60, gt=0, description="Longest time of one request in all, seconds.")
    first_byte_timeout_seconds: float = Field(
        30, gt=0, description="Longest wait for an answer to begin, connecting included, seconds."
    )
    request_attempts: int = Field(3, ge=1, le=10, description="Tries of one request within one task.")
    max_body_bytes: int = Field(
        32 * 1024 * 1024, gt=0, description="Largest response that is accepted, also after decompression, bytes."
    )

    host_failures: int = Field(
        8, ge=1, description="Consecutive failures after which a host is left alone for a while."
    )
    host_rest_seconds: float = Field(
        30, gt=0, description="How long a failing host is left alone at first; doubles each time, seconds."
    )
    host_rest_max_seconds: float = Field(1800, gt=0, description="Longest time that a host is left alone, seconds.")

    lease_seconds: int = Field(
        150, ge=5, description="How long a worker may be silent before its edition or page is taken over, seconds."
    )
    max_attempts: int = Field(5, ge=1, description="Attempts at an edition's index or a page before it is `failed`.")
    retry_base_seconds: float = Field(
        60, gt=0, description="Wait before the second attempt; doubles each time, seconds."
    )
    retry_max_seconds: float = Field(3600, gt=0, description="Longest wait between two attempts, seconds.")

    tick_seconds: float = Field(60, gt=0, description="Time between two ticks of the scheduler, seconds.")
    catch_up_days: int = Field(2, ge=0, description="Days before today that are caught up after a stop of the service.")
    reread_hours: float = Field(
        6, ge=0, description="Hours after which one of today's editions is read again for late pages; 0 never."
    )
    late_minutes: float = Field(
        60, ge=0, description="Minutes after its expected hour at which an edition that is not in counts as late."
    )
    backfill_window: int = Field(
        200, ge=1, description="Most editions of one backfill that are under way at the same time."
    )
    redelivery_seconds: int = Field(
        900,
        ge=10,
        description="A queued message that nobody took for so long is sent again and the old one void, seconds.",
    )

    task_soft_seconds: int = Field(480, gt=0, description="A task that runs longer is asked to stop, seconds.")
    task_hard_seconds: int = Field(600, gt=0, description="A task that runs longer is killed, seconds.")
    visibility_timeout_seconds: int = Field(
        1800, gt=0, description="Redis gives an unacknowledged message to another worker after this, seconds."
    )
    soft_shutdown_seconds: float = Field(
        30, ge=0, description="Time that running tasks get to end when a worker is stopped, seconds."
    )
    daily_processes: int = Field(2, ge=1, description="Processes of `broadsheet up` for today's editions.")
    backfill_processes: int = Field(1, ge=1, description="Processes of `broadsheet up` for backfills.")
    flower_host: str = Field(
        "127.0.0.1", description="Address on which Flower listens; beyond loopback it needs a user."
    )
    flower_port: int = Field(5555, ge=0, le=65535, description="Port of Flower; 0 takes a free one.")
    flower_user: str = Field(
        "", pattern=r"^[^:]*$", description="User that Flower asks for. Unset: nobody is asked, and Flower only shows."
    )
    flower_password: SecretStr | None = Field(None, description="Password of Flower's user.")
    metrics_host: str = Field("127.0.0.1", description="Address of `/metrics`, which asks for no password.")
    metrics_port: int = Field(
        9464, ge=0, le=65535, description="Port on which `/metrics` is served; 0: `broadsheet up` serves none."
    )

    notify_webhook: SecretStr | None = Field(
        None, description="URL that is sent a POST when an edition is late, missing or failed, and when that is over."
    )
    notify_webhook_format: Literal["json", "slack", "feishu", "dingtalk"] = Field(
        "json", description="Form of the POST: JSON with all particulars, or the text that these chats take."
    )
    notify_webhook_key: SecretStr | None = Field(
        None, description="Key with which the POST is signed (HMAC-SHA256, in the form's own way)."
    )
    notify_smtp_url: SecretStr | None = Field(
        None, description="Mail server for the same messages: `smtp://user:password@host:587`, or `smtps://…`."
    )
    notify_smtp_ca_file: Path | None = Field(
        None,
        description="PEM file with the authority of the mail server's certificate. Unset: those the system trusts.",
    )
    notify_mail_from: str = Field("", description="Sender of these mails.")
    notify_mail_to: str = Field("", description="Receivers of these mails, with commas between them.")

    board: bool = Field(True, description="Whether `broadsheet up` and `broadsheet demo --keep` run the edition board.")
    board_host: str = Field("127.0.0.1", description="Address on which the edition board listens.")
    board_port: int = Field(5556, ge=0, le=65535, description="Port of the edition board; 0 takes a free one.")
    board_user: str = Field(
        "", pattern=NAME, description="Name of the one account that may act on the board. Unset: the board only shows."
    )
    board_password: SecretStr | None = Field(
        None, description="That account's password, or its hash from `broadsheet board --hash-password`."
    )
    board_proxy_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]*$",
        description="Header in which a trusted proxy names the person who is signed in, such as `X-Forwarded-User`.",
    )
    board_trusted_proxies: str = Field(
        "", description="Addresses or networks of trusted proxies, with commas between; only their headers count."
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Log lines as JSON or for people; `auto` is text on a terminal."
    )

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("redis://", "rediss://", "unix://")
        if value is not None and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must begin with {', '.join(schemes)}")
        return value

    @field_validator("board_trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for network in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(network, strict=False)
            except ValueError as error:
                raise ValueError(f"{network!r} is neither an address nor a network") from error
        return value

    @model_validator(mode="after")
    def _whole_account(self) -> Self:
        if bool(self.board_user) is not bool(self.board_password):
            raise ValueError("BROADSHEET_BOARD_USER and BROADSHEET_BOARD_PASSWORD go together: set both or neither")
        if self.board_proxy_header and not self.board_trusted_proxies:
            raise ValueError(
                "BROADSHEET_BOARD_PROXY_HEADER needs BROADSHEET_BOARD_TRUSTED_PROXIES, or anybody could send it"
            )
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL, embedded default included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.var_dir.absolute() / 'broadsheet.db'}"

    @property
    def archive(self) -> Path:
        """The raw archive's folder."""
        return self.archive_dir or self.var_dir / "archive"

    @property
    def user_agent(self) -> str:
        """What the service calls itself towards publishers."""
        return f"Broadsheet/{__version__} ({self.contact or 'no contact given'})"


@cache
def get_settings() -> Settings:
    """Read the environment once a process.

    Raises:
        Unusable: a variable has a value that does not fit.
    """
    try:
        return Settings(_secrets_dir=secret_folders() or None)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:  # of several settings together; its text names them
            raise Unusable(message) from error
        name = f"{PREFIX}{'_'.join(str(part) for part in first['loc']).upper()}"
        got = "" if is_secret(str(first["loc"][0])) else f" (got {first['input']!r})"
        raise Unusable(f"{name}: {message}{got}") from error


def tracing_wanted() -> bool:
    """Whether OpenTelemetry's own variables name a place for traces, and do not switch it off."""
    named = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(map(os.environ.get, named)) and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true"


def is_secret(field: str) -> bool:
    """Whether a setting's text may hold a secret: a password, or a URL with one."""
    return SecretStr in get_args(Settings.model_fields[field].annotation)


def sources() -> dict[str, str]:
    """Say where each setting comes from: the variable's name, the secret's file, or ``default``."""
    environment = {name.upper() for name, value in os.environ.items() if value}
    files = {file.name.upper(): str(file) for folder in secret_folders() for file in folder.iterdir()}
    return {
        field: variable if (variable := f"{PREFIX}{field.upper()}") in environment else files.get(variable, "default")
        for field in Settings.model_fields
    }


def unknown_variables() -> dict[str, str | None]:
    """Variables with our prefix that set nothing, each with the setting that was probably meant."""
    known = [field.upper() for field in Settings.model_fields]
    return {
        name: next((PREFIX + meant for meant in difflib.get_close_matches(short, known, 1)), None)
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX) and (short := name.upper().removeprefix(PREFIX)) not in known
    }
