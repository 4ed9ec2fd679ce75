"""What beat plans with when the user's catalogue is spoilt while it runs."""

import pytest

from scheduler.beat import EditionScheduler
from worker.app import make_app
from worker.errors import Unusable
from worker.settings import Settings

ROW = '[{slug}]\nname = "报"\nfamily = "huaguang"\nedition_url = "http://x.example/%Y%m%d/"\n'


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own.toml"


@pytest.fixture
def scheduler(own, monkeypatch):
    settings = Settings(catalogue=own)
    monkeypatch.setattr("scheduler.beat.get_settings", lambda: settings)
    return EditionScheduler(app=make_app(settings), lazy=True)


def test_a_changed_file_is_seen_by_the_next_tick(own, scheduler):
    own.write_text(ROW.format(slug="first"), encoding="utf-8")
    assert "first" in scheduler._rows()
    own.write_text(ROW.format(slug="first") + ROW.format(slug="second"), encoding="utf-8")
    assert {"first", "second"} <= set(scheduler._rows())


def test_a_slip_in_the_file_leaves_what_was_read_before(own, scheduler):
    own.write_text(ROW.format(slug="first"), encoding="utf-8")
    before = scheduler._rows()
    own.write_text("[first\n", encoding="utf-8")
    assert scheduler._rows() == before
    own.unlink()
    assert scheduler._rows() == before
    own.write_text(ROW.format(slug="second"), encoding="utf-8")
    assert "second" in scheduler._rows()
    assert "first" not in scheduler._rows()


def test_a_file_that_was_never_sound_starts_nothing(own, scheduler):
    own.write_text("[first\n", encoding="utf-8")
    with pytest.raises(Unusable, match="is not TOML"):
        scheduler._rows()
