"""Open the database that the settings name, making the embedded one if it is not there."""

from worker.errors import Unusable
from worker.settings import Settings
from worker.store import schema
from worker.store.database import Database


def open_database(settings: Settings) -> Database:
    """Connect to the database and check its schema.

    Raises:
        Unusable: it cannot be reached or has another schema.
    """
    embedded = settings.database_url is None
    if embedded:
        make_var_dir(settings)
    database = Database(settings.sqlalchemy_url)
    try:
        schema.require(database, create=embedded)
    except BaseException:
        database.close()
        raise
    return database


def make_var_dir(settings: Settings) -> None:
    """Make the folder for what the service writes.

    Raises:
        Unusable: it cannot be made.
    """
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(
            f"{settings.var_dir}: {error.strerror}; set BROADSHEET_VAR_DIR to a folder of your own"
        ) from error
