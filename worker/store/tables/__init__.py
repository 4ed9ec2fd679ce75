r"""The tables, typed, each table and column with a comment that says what it means and its unit.

The comments reach PostgreSQL's catalogue, where ``\d+`` shows them to downstream readers.
"""

from worker.store.tables.articles import Article, Revision
from worker.store.tables.backfills import Backfill
from worker.store.tables.base import Base
from worker.store.tables.captures import Capture
from worker.store.tables.compatibility import SchemaCompatibility
from worker.store.tables.editions import Edition, Page
from worker.store.tables.events import Event
from worker.store.tables.heartbeats import Heartbeat
from worker.store.tables.notifications import Notification
from worker.store.tables.profiles import ProfileRow
from worker.store.tables.publications import Decision, Publication

__all__ = [
    "Article",
    "Backfill",
    "Base",
    "Capture",
    "Decision",
    "Edition",
    "Event",
    "Heartbeat",
    "Notification",
    "Page",
    "ProfileRow",
    "Publication",
    "Revision",
    "SchemaCompatibility",
]
