"""Operators' decisions go before the catalogue, and the catalogue is copied with as few writes as may be."""

import json

import pytest
from sqlalchemy import func, select

from scheduler import catalogue, decisions, register
from scheduler.catalogue import Row
from worker.store import decisions as stored
from worker.store.moves import Change
from worker.store.tables import Decision, Publication


@pytest.fixture
def change(services):
    return Change(actor="operator:lin", at=services.clock(), reason="looked at it")


def row(slug="mine", **values):
    return Row(
        **{
            "slug": slug,
            "name": "报",
            "family": "huaguang",
            "edition_url": "http://x.example/%Y%m%d/",
            "enabled": False,
        }
        | values
    )


def decide(services, change, slug, enabled):
    with services.database.begin() as session:
        return stored.decide(session, [slug], change, enabled=enabled)


def applied(services, **rows):
    with services.database.read() as session:
        return decisions.applied(session, rows)


def test_the_newest_decision_counts_and_older_ones_are_kept(services, change):
    for enabled in (True, False, True):
        assert decide(services, change, "mine", enabled) == ["mine"]
    assert applied(services, mine=row())["mine"].enabled
    with services.database.read() as session:
        rows = session.execute(select(Decision.enabled, Decision.actor, Decision.reason).order_by(Decision.id)).all()
    assert [tuple(one) for one in rows] == [(on, "operator:lin", "looked at it") for on in (True, False, True)]


def test_the_same_decision_twice_is_one(services, change):
    decide(services, change, "mine", True)
    assert decide(services, change, "mine", True) == []
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1


def test_a_reset_leaves_it_to_the_catalogue_again(services, change):
    assert decide(services, change, "mine", None) == []
    decide(services, change, "mine", False)
    assert decide(services, change, "mine", None) == ["mine"]
    assert applied(services, mine=row(enabled=True))["mine"].enabled
    assert not applied(services, mine=row(enabled=False))["mine"].enabled


def test_a_decision_on_what_the_catalogue_no_longer_has_does_nothing(services, change):
    decide(services, change, "gone", True)
    assert applied(services, mine=row()) == {"mine": row()}


def test_the_whole_catalogue_is_copied_and_only_changed_rows_are_written_again(services, clock, change):
    rows = dict(catalogue.load(None).rows)

    def copy():
        with services.database.begin() as session:
            at = Change(actor="tick:test", at=clock(), reason="due")
            return register.publications(session, rows.values(), at)

    first, at = copy(), clock()
    assert set(first) == set(rows)
    clock.forward(minutes=1)
    assert copy() == first
    with services.database.read() as session:
        assert set(session.scalars(select(Publication.updated_at))) == {at}
    rows["weifangdaily"] = rows["weifangdaily"].model_copy(update={"overrides": {"title": "h2.new"}})
    assert copy() == first
    with services.database.read() as session:
        changed = session.scalars(select(Publication).where(Publication.updated_at > at)).one()
    assert (changed.slug, json.loads(json.dumps(changed.overrides))) == ("weifangdaily", {"title": "h2.new"})


def test_no_rows_are_copied_without_an_error(services, change):
    with services.database.begin() as session:
        assert register.publications(session, [], change) == {}
