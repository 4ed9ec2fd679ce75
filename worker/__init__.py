"""From an edition reference to stored articles; this package knows no calendar.

An edition's index is fetched and archived, and gives the list of its pages. Each page is one task: its articles
are fetched, archived raw, parsed, restored and stored in one transaction. The last page to end finishes the edition
and judges whether it is complete. Every state change is a guarded update with an event beside it, so that the
database, not the queue, knows where an edition stands. Start reading in ``worker/ingest.py``.
"""

__version__ = "0.1.0"
