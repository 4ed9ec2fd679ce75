"""A Celery beat scheduler that runs the tick in beat's own process, so that workers never import this package.

``celery -A worker.app beat -S scheduler.beat:EditionScheduler``. Two may run; either may die.
"""

from collections.abc import Mapping
from typing import Any

import redis
import structlog
from celery.beat import Scheduler
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import DBAPIError

from scheduler import catalogue
from scheduler.catalogue import Catalogue, Row
from scheduler.tick import tick
from worker import embedded
from worker.actors import tick_name
from worker.errors import BroadsheetError, Unusable
from worker.services import Services, open_services
from worker.settings import get_settings
from worker.store.database import unusable

log = structlog.get_logger("broadsheet.tick")


class EditionScheduler(Scheduler):
    """Celery beat without a schedule of its own: every interval it runs one tick."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._services: Services | None = None
        self._catalogue: Catalogue | None = None
        super().__init__(*arguments, **options)
        self.max_interval = get_settings().tick_seconds

    def setup_schedule(self) -> None:
        """Celery's own schedule stays empty."""

    def tick(self, **_: Any) -> float:
        """Run one tick; gives the seconds until the next. An error is logged and the next tick tries again."""
        try:
            if self._services is None:
                self._services = open_services(get_settings(), tick_name())
            # Should the embedded server have died, the next tick brings it back with what it had on disk.
            embedded.ensure(get_settings())
            tick(self._services, self._rows())
        except DBAPIError as error:
            assert self._services is not None
            log.error("tick_failed", error=str(unusable(error, self._services.database.name)))
        except (redis.RedisError, BrokerError) as error:
            log.error("tick_failed", error=f"Redis: {error}")
        except BroadsheetError as error:
            log.error("tick_failed", error=str(error))
        except Exception:
            log.exception("tick_failed")
        return get_settings().tick_seconds

    def _rows(self) -> Mapping[str, Row]:
        try:
            read = catalogue.load(get_settings().catalogue)
        except Unusable as error:
            if self._catalogue is None:
                raise
            # A slip in the user's file must not stop every newspaper: what was read before holds until it is mended.
            log.error("catalogue_refused", error=str(error))
            return self._catalogue.rows
        for line in read.errors:
            log.error("catalogue_row_refused", error=line)
        self._catalogue = read
        return read.rows

    def close(self) -> None:
        """Close all connections."""
        super().close()
        if self._services is not None:
            self._services.close()
            self._services = None
