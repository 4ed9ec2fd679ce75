"""An upgrade while the service runs: the database first, then one process after the other, with nothing lost."""

from sqlalchemy import inspect

from tests import later
from worker.domain import State
from worker.store import schema

PAPERS = 3


def test_workers_of_the_old_release_work_on_while_the_database_is_migrated(service, site, tmp_path, monkeypatch):
    held = site.hold("/linchuanribao/content/.*/Articel02")
    service.worker("before")
    service.beat()
    assert held.wait_arrived(40), service.log("worker-before").read_text()
    assert later.migrate(service.database, tmp_path / "later", monkeypatch) == (schema.HEAD, "9000")
    assert "later" in inspect(service.database.engine).get_table_names()
    site.clear()
    # A process of the old release that starts now, as after a crash in the middle of an upgrade, works too.
    service.worker("after")
    service.wait_all(State.COMPLETE, PAPERS)
    service.assert_sound(sum(paper.articles for paper in site.papers), jumps=PAPERS)
    status = service.command("status")
    assert status.returncode == 0, status.stderr
