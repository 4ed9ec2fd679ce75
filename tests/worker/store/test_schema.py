import threading

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from worker.errors import Unusable
from worker.store import schema
from worker.store.database import Database
from worker.store.reading import CURRENT_ARTICLES, CURRENT_EDITIONS
from worker.store.tables import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """The URL of a database without any table, on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def opened():
    """A function that opens a database; what it opened is closed at the end."""
    made = []

    def opened(url):
        made.append(Database(url))
        return made[-1]

    yield opened
    for database in made:
        database.close()


def set_revision(database, revision):
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def one_line(error):
    text = str(error.value)
    assert "\n" not in text
    return text


def test_the_newest_revision_is_the_one_that_the_code_names_and_names_sort_by_age():
    scripts = [script.revision for script in ScriptDirectory.from_config(schema._config()).walk_revisions()]
    assert scripts[0] == schema.HEAD
    assert sorted(scripts, reverse=True) == scripts


def test_the_models_are_what_the_migrations_make(empty_url, opened):
    database = opened(empty_url)
    schema.migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_checks_and_names_of_constraints_are_what_the_models_say(empty_url, opened):
    def described(database):
        found = inspect(database.engine)
        return {
            table: {
                "checks": sorted(
                    (check["name"], _plain(check["sqltext"])) for check in found.get_check_constraints(table)
                ),
                "unique": sorted(unique["name"] for unique in found.get_unique_constraints(table)),
                "keys": sorted(key["name"] for key in found.get_foreign_keys(table)),
                "primary": found.get_pk_constraint(table)["name"],
            }
            for table in Base.metadata.tables
        }

    database = opened(empty_url)
    Base.metadata.create_all(database.engine)
    of_models = described(database)
    Base.metadata.drop_all(database.engine)
    schema.migrate(database)
    assert described(database) == of_models
    assert of_models["editions"]["checks"]


def _plain(condition):
    return "".join(condition.split())


def test_every_table_and_column_says_what_it_means():
    for table in Base.metadata.tables.values():
        assert table.comment, table.name
        for column in table.columns:
            assert column.comment, f"{table.name}.{column.name}"


def test_the_comments_reach_postgresql(empty_postgres_url, opened):
    database = opened(empty_postgres_url)
    schema.migrate(database)
    found = inspect(database.engine)
    for table in Base.metadata.tables.values():
        assert found.get_table_comment(table.name)["text"] == table.comment
        assert {column["name"]: column["comment"] for column in found.get_columns(table.name)} == {
            column.name: column.comment for column in table.columns
        }


@pytest.mark.parametrize(
    ("name", "view"), [("current_articles", CURRENT_ARTICLES), ("current_editions", CURRENT_EDITIONS)]
)
def test_the_views_are_there_and_are_those_of_the_models(empty_url, opened, name, view):
    database = opened(empty_url)
    schema.migrate(database)

    def definition():
        found = inspect(database.engine)
        return sorted(found.get_view_names()), found.get_view_definition(name)

    migrated = definition()
    assert {"current_articles", "current_editions"} <= set(migrated[0])
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP VIEW {name}")
        connection.execute(view)
    assert [_plain(str(part)) for part in definition()] == [_plain(str(part)) for part in migrated]


def test_rows_of_the_first_schema_are_kept_by_the_migrations(empty_url, opened):
    database = opened(empty_url)
    config = schema._config()
    with database.rebuilding() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        at = "2026-03-05 00:00:00+00" if connection.dialect.name == "postgresql" else "2026-03-05 00:00:00.000000"
        publication = "1, 'p', 'p', 'f', 'u', 'zh', 'UTC', '{}', 0, 1, true, true, 60, '@'"
        edition = "1, 1, '2026-03-05', '', 'complete', 'daily', NULL, '@', '@', 1, 0, NULL, NULL, 1, 1"
        page = "1, 1, '01', 1, NULL, 'done', 'web', 'u', NULL, NULL, '[]', 0, '[]', NULL, 1, 1"
        event = "1, '@', 1, 1, NULL, 'pending', 'a', 'r', 0, 0"
        leased = ", NULL, NULL, NULL, NULL, '@', '@'"
        for row in (
            f"INSERT INTO publications VALUES ({publication})",
            f"INSERT INTO editions VALUES ({edition}{leased})",
            f"INSERT INTO pages VALUES ({page}{leased})",
            f"INSERT INTO events VALUES ({event})",
        ):
            connection.exec_driver_sql(row.replace("@", at))
    schema.migrate(database)
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT state, deaths FROM pages").all() == [("done", 0)]
        assert connection.exec_driver_sql("SELECT publication, state FROM current_editions").all() == [
            ("p", "complete")
        ]
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        connection.exec_driver_sql("UPDATE pages SET state = 'quarantined'")
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO captures (id, edition_id, url, final_url, fetched_at, status, sha256, size,"
            " warc_file, warc_offset, warc_length) SELECT 1, 99, 'u', 'u', updated_at, 0, '', 0, '', 0, 0 FROM pages"
        )
    with database.rebuilding() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT state FROM pages").all() == [("failed",)]


def test_migrating_twice_is_the_same_as_once(empty_url, opened):
    database = opened(empty_url)
    assert schema.current(database) is None
    assert schema.migrate(database) == (None, schema.HEAD)
    assert schema.migrate(database) == (schema.HEAD, schema.HEAD)
    assert schema.current(database) == schema.HEAD


def test_an_empty_database_is_named_with_the_command_that_mends_it(empty_url, opened):
    with pytest.raises(Unusable) as error:
        schema.require(opened(empty_url), create=False)
    assert "is empty" in one_line(error)
    assert "broadsheet migrate" in one_line(error)


def test_an_empty_database_is_made_on_demand(empty_url, opened):
    database = opened(empty_url)
    schema.require(database, create=True)
    schema.require(database, create=False)


@pytest.mark.parametrize("create", [True, False])
def test_an_older_schema_is_named_with_the_command_that_mends_it_and_not_touched(
    database_url, opened, monkeypatch, create
):
    database = opened(database_url)
    before = schema.current(database)
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(Unusable) as error:
        schema.require(database, create=create)
    assert f"has schema {before}, this version needs 9999: run `broadsheet migrate`" in one_line(error)
    assert schema.current(database) == before


def test_a_newer_schema_asks_for_a_newer_broadsheet_and_is_not_touched(database_url, opened):
    database = opened(database_url)
    set_revision(database, "9999")
    for use in (lambda: schema.require(database, create=True), lambda: schema.migrate(database)):
        with pytest.raises(Unusable) as error:
            use()
        assert "newer than this version: upgrade Broadsheet" in one_line(error)
    assert schema.current(database) == "9999"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:////nowhere/at/all.db", "BROADSHEET_DATABASE_URL"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/x", "BROADSHEET_DATABASE_URL"),
        ("postgresql+psycopg://user:secret@/x?host=/nowhere", "BROADSHEET_DATABASE_URL"),
    ],
)
def test_a_database_out_of_reach_is_one_line_without_its_password(url, says, opened):
    database = opened(url)
    for use in (lambda: schema.require(database, create=True), lambda: schema.migrate(database)):
        with pytest.raises(Unusable) as error:
            use()
        assert says in one_line(error)
        assert "secret" not in one_line(error)


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite", "nosuchdb://x", "mysql://x/y", "postgresql+nosuch://x/y"])
def test_a_url_that_is_none_is_one_line(url):
    with pytest.raises(Unusable, match=r"^BROADSHEET_DATABASE_URL: ") as error:
        Database(url)
    one_line(error)


def test_a_file_that_is_no_database_is_one_line(tmp_path, opened):
    (tmp_path / "x.db").write_bytes(b"this is no database, but it is long enough to be one" * 40)
    with pytest.raises(Unusable) as error:
        schema.require(opened(f"sqlite:///{tmp_path / 'x.db'}"), create=True)
    assert "file is not a database" in one_line(error)


def test_the_way_back_leaves_nothing_and_the_way_up_works_again(empty_url, opened):
    database = opened(empty_url)
    schema.migrate(database)
    config = schema._config()
    with database.rebuilding() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    found = inspect(database.engine)
    assert found.get_table_names() == ["alembic_version"]
    assert found.get_view_names() == []
    schema.migrate(database)
    schema.require(database, create=False)


def test_several_may_migrate_at_once(empty_url, opened):
    start = threading.Barrier(4, timeout=60)
    told, wrong = [], []

    def run():
        database = Database(empty_url)
        try:
            start.wait()
            told.append(schema.migrate(database))
        except BaseException as error:
            wrong.append(error)
            raise
        finally:
            database.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sorted(before or "" for before, _ in told) == ["", *[schema.HEAD] * 3]
    schema.require(opened(empty_url), create=False)


def test_every_migration_says_which_older_code_works_on_what_it_makes():
    for script in ScriptDirectory.from_config(schema._config()).walk_revisions():
        named = getattr(script.module, "works_with", None)
        assert named is not None, f"{script.path} needs `works_with`: see CONTRIBUTING.md"
        assert named <= script.revision
