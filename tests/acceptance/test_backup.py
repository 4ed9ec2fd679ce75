"""The runbook's drill: copy a running service with standard tools, destroy it, restore it, compare."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from sqlalchemy import func, select, text

from tests.conftest import wait_until
from worker import embedded
from worker.domain import State
from worker.store.tables import Article

PAPERS = 3


def copy_database(service, url, folder, server):
    if url.startswith("sqlite"):
        source = url.removeprefix("sqlite:///")
        # What `sqlite3 .backup` does.
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(folder / "broadsheet.db")) as copy:
            live.backup(copy)
    else:
        words = ["--format=custom", f"--file={folder / 'broadsheet.dump'}", url.replace("+psycopg", "")]
        subprocess.run([program(server, "pg_dump"), *words], check=True)


def program(server, name):
    # Of the server's own version: an older client refuses a newer server.
    own = server.binaries / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}: postgresql-client")
    return found


def destroy_and_restore_database(service, url, folder, server):
    if url.startswith("sqlite"):
        source = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(source + suffix):  # noqa: PTH110  # SQLite's names
                os.unlink(source + suffix)  # noqa: PTH108  # as above
        shutil.copy(folder / "broadsheet.db", source)
    else:
        name = service.database.url.database
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        words = ["--no-owner", "--exit-on-error", f"--dbname={url.replace('+psycopg', '')}", folder / "broadsheet.dump"]
        subprocess.run([program(server, "pg_restore"), *words], check=True)


def copy_archive(source, target):
    target.mkdir(parents=True, exist_ok=True)
    if shutil.which("rsync"):
        subprocess.run(["rsync", "-a", f"{source}/", f"{target}/"], check=True)
    else:
        shutil.copytree(source, target, dirs_exist_ok=True)


def stored(service):
    """Every article as downstream sees it."""
    with service.database.read() as session:
        rows = session.execute(text("SELECT * FROM current_articles ORDER BY id")).mappings().all()
        return [{key: str(value) for key, value in row.items()} for row in rows]


def assert_archive_is_whole(service):
    verified = service.command("captures", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_service_that_was_copied_while_it_ran_comes_back_with_everything(
    service, site, database_url, tmp_path, request
):
    server = request.getfixturevalue("postgres_server") if database_url.startswith("postgresql") else None
    backup = tmp_path / "backup"
    backup.mkdir()
    # Two processes: the third page is begun when another is stored; one that is held keeps the host's turn.
    held = site.hold("/linchuanribao/content/.*/Articel03")
    worker = service.worker("before")
    beat = service.beat("before")
    assert held.wait_arrived(60), service.log("worker-before").read_text()

    def some_stored():
        with service.database.read() as session:
            return session.scalar(select(func.count()).select_from(Article))

    wait_until(some_stored, 60, "articles")
    # The database first, the archive after it, while an edition is half read.
    copy_database(service, database_url, backup, server)
    copy_archive(service.settings.archive, backup / "archive")
    site.clear()
    service.wait_all(State.COMPLETE, PAPERS, deadline=90)
    before = stored(service)
    for process in (worker, beat):
        service.kill(process)
    service.database.close()
    embedded.stop(service.settings)

    shutil.rmtree(service.settings.var_dir)
    destroy_and_restore_database(service, database_url, backup, server)
    copy_archive(backup / "archive", service.settings.archive)
    checked = service.command("doctor", "--only", "archive", "--only", "database")
    assert checked.returncode == 0, checked.stdout
    assert "archive files: the newest captures lie in" in checked.stdout
    assert_archive_is_whole(service)

    service.worker("after")
    service.beat("after")
    service.wait_all(State.COMPLETE, PAPERS, deadline=90)
    after = stored(service)
    moments = {"id", "captured_at", "stored_at"}
    shown = [
        sorted(str({k: v for k, v in row.items() if k not in moments}) for row in rows) for rows in (before, after)
    ]
    assert shown[0] == shown[1]
    assert_archive_is_whole(service)
