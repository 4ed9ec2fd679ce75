"""A database on which everything happens as it would, and is undone at the end. For ``--dry-run``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from worker.store.database import Database


class Rehearsal(Database):
    """All transactions run inside one that is rolled back. On SQLite other writers wait meanwhile."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.url = database.url
        self.engine = database.engine
        self._connection = connection

    @classmethod
    @contextmanager
    def of(cls, database: Database) -> Iterator[Self]:
        """Rehearse on a database until the end of the block."""
        with database.engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield cls(database, connection)
            finally:
                transaction.rollback()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """See :meth:`Database.begin`; a savepoint here."""
        with self._session() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """See :meth:`Database.read`; sees what the rehearsal wrote."""
        with self._session() as session:
            yield session

    def _session(self) -> Session:
        return Session(self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
