"""Ask every source at the same time, within a bound, and say which of them answered; one that is away is no error."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late

import structlog
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from scheduler.metrics.families import gauge

log = structlog.get_logger("broadsheet.metrics")

#: Below Prometheus's own limit of ten seconds for a scrape.
LONGEST_SECONDS = 8.0


class Source:
    """One thing that is asked, in a thread of its own, so that one that hangs holds up no other."""

    def __init__(self, name: str, read: Callable[[], Iterable[Metric]]) -> None:
        self.name = name
        self._read = read
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"metrics-{name}")
        self._asked: Future[tuple[list[Metric], float]] | None = None

    def ask(self) -> None:
        """Begin to read, unless an earlier reading still hangs."""
        if self._asked is None:
            self._asked = self._thread.submit(self._timed)

    def answer(self, seconds: float) -> tuple[list[Metric], float] | None:
        """What was read and how long it took, seconds; nothing if it failed or does not come in time."""
        assert self._asked is not None
        try:
            found = self._asked.result(max(0.0, seconds))
        except Late:
            log.warning("source_hangs", source=self.name)
            return None
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one source, the others are told
            self._asked = None
            log.warning("source_away", source=self.name, error=" ".join(str(error).split())[:300])
            return None
        self._asked = None
        return found

    def _timed(self) -> tuple[list[Metric], float]:
        begun = time.monotonic()
        return list(self._read()), time.monotonic() - begun

    def close(self) -> None:
        """End the thread; a reading that hangs is left to itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class ServiceCollector(Collector):
    """All metrics of the service, read anew at each scrape."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = list(sources)

    def collect(self) -> Iterator[Metric]:
        """Read all sources."""
        deadline = time.monotonic() + LONGEST_SECONDS
        for source in self.sources:
            source.ask()
        up: list[tuple[str, float]] = []
        took: list[tuple[str, float]] = []
        for source in self.sources:
            answer = source.answer(deadline - time.monotonic())
            up.append((source.name, answer is not None))
            if answer is not None:
                families, seconds = answer
                took.append((source.name, seconds))
                yield from families
        yield gauge("up", "1 if this component answered the scrape.", ["component"], up)
        yield gauge("scrape_seconds", "Time that reading this component took.", ["component"], took)

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not read the database."""
        return iter(())

    def close(self) -> None:
        """End the sources' threads."""
        for source in self.sources:
            source.close()
