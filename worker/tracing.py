"""OpenTelemetry traces, one an edition, if an endpoint is set and the ``otel`` extra installed; else nothing happens.

A trace's id follows from the edition and its newest opening, so that workers that know nothing of each other add to the
same one. Its spans: ``edition``, from the opening to the end; in it ``index``, ``page`` and ``finish``; in those
``fetch``, ``archive``, ``parse``, ``clean`` and ``store``. Spans carry names and ids, never content.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import structlog
from sqlalchemy import or_, select

from worker import __version__
from worker.domain import ENDED, State
from worker.settings import tracing_wanted
from worker.store.database import Database
from worker.store.tables import Edition, Event, Publication

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from worker.outcome import Outcome
    from worker.services import Services

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

log = structlog.get_logger("broadsheet")

#: Ids for the next span, where they are not to be drawn by lot.
_ids: ContextVar[tuple[int, int] | None] = ContextVar("ids", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """An edition from the moment when it was made, or opened again, to its end."""

    trace: int
    span: int
    at: datetime
    attributes: dict[str, str | int]


def span(name: str, **attributes: str | int) -> AbstractContextManager[Any]:
    """A span within the one that is open."""
    provider = _provider()
    if provider is None:
        return nullcontext()
    return provider.get_tracer("broadsheet", __version__).start_as_current_span(name, attributes=attributes)


def spanned(name: str) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Make each call of a function a span."""

    def decorate(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        @wraps(function)
        def run(*arguments: _Parameters.args, **how: _Parameters.kwargs) -> _Result:
            with span(name):
                return function(*arguments, **how)

        return run

    return decorate


@contextmanager
def edition_span(database: Database, edition_id: int, name: str, **attributes: str | int) -> Iterator[None]:
    """A span of an edition's trace, whichever process it is in."""
    if _provider() is None:
        yield
        return
    from opentelemetry import trace  # noqa: PLC0415  # only where traces are wanted

    opening = _opening(database, edition_id)
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    parent = trace.SpanContext(opening.trace, opening.span, is_remote=True, trace_flags=flags)
    provider = _provider()
    assert provider is not None
    with provider.get_tracer("broadsheet", __version__).start_as_current_span(
        name,
        context=trace.set_span_in_context(trace.NonRecordingSpan(parent)),
        attributes=opening.attributes | attributes,
    ):
        yield


def end_edition(database: Database, edition_id: int, state: Any) -> None:
    """Add the span of the whole edition, once it has ended; does nothing in another state."""
    provider = _provider()
    if provider is None or state not in ENDED:
        return
    from opentelemetry.context import Context  # noqa: PLC0415  # only where traces are wanted
    from opentelemetry.trace import StatusCode  # noqa: PLC0415

    opening = _opening(database, edition_id)
    token = _ids.set((opening.trace, opening.span))
    try:
        root = provider.get_tracer("broadsheet", __version__).start_span(
            "edition",
            context=Context(),
            attributes=opening.attributes | {"edition.state": str(state)},
            start_time=int(opening.at.timestamp() * 1e9),
        )
    finally:
        _ids.reset(token)
    if state in {State.FAILED, State.MISSING}:
        root.set_status(StatusCode.ERROR, str(state))
    root.end()


def finishing(function: Callable[["Services", int], "Outcome"]) -> Callable[["Services", int], "Outcome"]:
    """Make a call that finishes an edition a span of its trace, and the trace's last."""

    @wraps(function)
    def run(services: "Services", edition_id: int) -> "Outcome":
        with edition_span(services.database, edition_id, "finish"):
            outcome = function(services, edition_id)
        end_edition(services.database, edition_id, outcome.state)
        return outcome

    return run


def flush() -> None:
    """Send what is still to be sent; for a process that is about to end."""
    provider = _provider()
    if provider is not None:
        provider.force_flush()


def _opening(database: Database, edition_id: int) -> _Opening:
    with database.read() as session:
        slug, day, label = session.execute(
            select(Publication.slug, Edition.date, Edition.label)
            .join_from(Edition, Publication)
            .where(Edition.id == edition_id)
        ).one()
        event = session.execute(
            select(Event.id, Event.at)
            .where(
                Event.edition_id == edition_id,
                Event.page_id.is_(None),
                or_(Event.from_state.is_(None), Event.from_state.in_([str(state) for state in ENDED])),
            )
            .order_by(Event.id.desc())
            .limit(1)
        ).one_or_none()
    number, at = (event.id, event.at) if event else (0, datetime.now(UTC))
    digest = hashlib.sha256(f"{database.name} {edition_id} {number}".encode()).digest()
    attributes: dict[str, str | int] = {
        "edition.id": edition_id,
        "edition.publication": slug,
        "edition.date": day.isoformat(),
    }
    if label:
        attributes["edition.label"] = label
    return _Opening(trace=int.from_bytes(digest[:16]), span=int.from_bytes(digest[16:24]), at=at, attributes=attributes)


@cache
def _provider() -> "TracerProvider | None":
    # Made by the first span of a pool child, after the fork: its sending thread would not survive one.
    if not tracing_wanted():
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415
    except ImportError:
        log.warning("tracing_unavailable", remedy="pip install 'broadsheet[otel]'")
        return None

    class Ids(RandomIdGenerator):
        """By lot, but for an edition's own span."""

        def generate_trace_id(self) -> int:
            given = _ids.get()
            return given[0] if given else super().generate_trace_id()

        def generate_span_id(self) -> int:
            given = _ids.get()
            return given[1] if given else super().generate_span_id()

    resource = Resource.create()
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": "broadsheet", "service.version": __version__}))
    provider = TracerProvider(resource=resource, id_generator=Ids())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
