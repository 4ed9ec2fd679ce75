"""Logging: one line an event, JSON for machines, readable on a terminal, with the edition and task on every line."""

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from worker.redact import without_secrets
from worker.settings import Settings


def configure(settings: Settings, *, stream: TextIO | None = None, level: str | None = None) -> None:
    """Send structlog's and the standard library's events to one stream (standard error by default)."""
    stream = stream or sys.stderr
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ends: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
        if as_text
        else [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=[]), _plain_event],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends, _redact],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level or settings.log_level)
    # Libraries that tell every connection or every mingle of workers drown what an operator looks for.
    for name in ("alembic", "asyncio", "httpx", "amqp", "celery.redirected", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _redact(_logger: WrappedLogger, _method: str, line: Any) -> str:
    # The line as it goes out, so that no value, message or traceback of any library is forgotten.
    return without_secrets(str(line))


def _plain_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # Celery's banner-like messages span lines; a log line is one line.
    text: Any = event.get("event")
    if isinstance(text, str):
        event["event"] = " ".join(text.split())
    return event
