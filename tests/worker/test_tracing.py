"""Traces at a real OTLP receiver: one an edition, complete, and the same whichever process adds to it."""

import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.factories import DAY, make_edition, make_publication
from worker import ingest, tracing
from worker.domain import State
from worker.store import moves
from worker.store.moves import Change

pytest.importorskip("opentelemetry.proto", reason="needs the otel extra")
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Receiver:
    """Takes OTLP over HTTP, as a collector does."""

    def __init__(self) -> None:
        self.spans = []
        self.resources = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                assert self.path == "/v1/traces"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    receiver.resources.append(values(resource.resource))
                    receiver.spans += [span for scope in resource.scope_spans for span in scope.spans]
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def values(thing) -> dict:
    return {item.key: item.value.string_value or item.value.int_value for item in thing.attributes}


@pytest.fixture
def receiver(monkeypatch):
    made = Receiver()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
    tracing._provider.cache_clear()
    yield made
    tracing._provider().shutdown()
    tracing._provider.cache_clear()
    made.stop()


@pytest.fixture
def edition(services, site):
    site.clear()
    paper = site.publication("linchuanribao")
    publication = make_publication(
        services, slug=paper.slug, name=paper.name, family=paper.family, edition_url=paper.edition_url
    )
    made = make_edition(services, publication_id=publication, date=DAY)
    yield made, paper
    site.clear()


def read(services, edition_id: int) -> None:
    index = ingest.index(services, edition_id)
    for page_id in index.pages:
        outcome = ingest.page(services, page_id)
        # Another process knows nothing of the spans of this one.
        tracing.flush()
    assert outcome.finish == edition_id
    ingest.finish(services, edition_id)
    tracing.flush()


def test_an_edition_is_one_trace_from_its_opening_to_its_end(services, edition, receiver):
    edition_id, paper = edition
    read(services, edition_id)
    names = Counter(span.name for span in receiver.spans)
    assert len({span.trace_id for span in receiver.spans}) == 1
    assert (names["edition"], names["index"], names["page"], names["finish"]) == (1, 1, paper.pages, 1)
    assert names["store"] == paper.pages
    assert names["clean"] == paper.articles
    assert names["parse"] == paper.articles + paper.pages + 1
    assert names["fetch"] >= 2 * paper.pages
    by_id = {span.span_id: span for span in receiver.spans}
    (root,) = [span for span in receiver.spans if not span.parent_span_id]
    assert root.name == "edition"
    assert {by_id[span.parent_span_id].name for span in receiver.spans if span.name in {"index", "page", "finish"}} == {
        "edition"
    }
    assert {by_id[span.parent_span_id].name for span in receiver.spans if span.name in {"clean", "store"}} == {"page"}
    assert values(root) == {
        "edition.id": edition_id, "edition.publication": "linchuanribao", "edition.date": "2026-03-05",
        "edition.state": "complete",
    }  # fmt: skip
    assert {values(span)["page.number"] for span in receiver.spans if span.name == "page"} == {
        f"{number:02}" for number in range(1, paper.pages + 1)
    }
    assert receiver.resources[0]["service.name"] == "broadsheet"


def test_an_edition_that_is_opened_again_is_another_trace(services, edition, receiver, clock):
    edition_id, _ = edition
    read(services, edition_id)
    first = {span.trace_id for span in receiver.spans}
    change = Change(actor="operator:test", at=datetime.now(UTC), reason="again")
    with services.database.begin() as session:
        moves.move_edition(session, edition_id, State.SCHEDULED, change, next_attempt_at=clock())
    receiver.spans.clear()
    ingest.index(services, edition_id)
    tracing.flush()
    assert {span.name for span in receiver.spans} >= {"index", "fetch", "parse"}
    assert not first & {span.trace_id for span in receiver.spans}


def test_what_fails_is_marked_and_carries_no_content(services, edition, receiver, site):
    edition_id, _ = edition
    site.fail(".*", status=404)
    with services.database.begin() as session:
        session.connection().exec_driver_sql(f"UPDATE editions SET deadline_at = expected_at WHERE id = {edition_id}")
    ingest.index(services, edition_id)
    tracing.flush()
    spans = {span.name: span for span in receiver.spans}
    assert values(spans["edition"])["edition.state"] == "missing"
    assert spans["edition"].status.code == spans["index"].status.code == 2
    assert "404" in spans["index"].status.message


def test_without_an_endpoint_nothing_is_imported_and_nothing_costs(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracing._provider.cache_clear()
    assert tracing._provider() is None
    with tracing.span("nothing") as made:
        assert made is None
    tracing.flush()
