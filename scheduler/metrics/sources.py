"""Open the sources of the metrics for a process that serves or prints them, and close them again."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from prometheus_client import CollectorRegistry

from scheduler.metrics.broker import Broker
from scheduler.metrics.collector import ServiceCollector, Source
from scheduler.metrics.database import DatabaseFigures
from scheduler.metrics.machine import Machine
from worker.app import make_app
from worker.errors import Unusable
from worker.settings import Settings
from worker.store.opening import open_database


@contextmanager
def opened(settings: Settings) -> Iterator[CollectorRegistry]:
    """A registry whose only metrics are the service's."""
    if settings.database_url is None:
        # The embedded database is made by whoever comes first; one that cannot be made is told by the metrics.
        with suppress(Unusable):
            open_database(settings).close()
    database, broker = DatabaseFigures(settings), Broker(settings, make_app(settings))
    collector = ServiceCollector(
        [Source("database", database.read), Source("redis", broker.read), Source("machine", Machine(settings).read)]
    )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    try:
        yield registry
    finally:
        collector.close()
        broker.close()
        database.close()
