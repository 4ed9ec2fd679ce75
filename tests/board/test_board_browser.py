"""The board in a real Chromium: harmless whatever an article says, usable by keyboard and without JavaScript."""

import itertools

import pytest

from tests.board import newsroom
from tests.board.signing import ACCOUNT, PASSWORD
from tests.factories import make_edition, make_found, make_page
from tests.site.images import png
from worker.domain import Image, Removed, State
from worker.store import articles
from worker.store.tables import Capture, Page

#: Every page that shows what a publisher or a reader wrote.
ATTACKED = (
    *("/articles/{article}", "/articles/{article}/diff", "/editions/{edition}", "/pages/{page}", "/captures/{capture}"),
    "/?q=%3Cscript%3Edocument.title%3D1%3C/script%3E%E2%80%AE",
)
RTL = "\u202etxt.exe\u202c"
EVIL = "http://127.0.0.1:1/evil"


@pytest.fixture
def database_url(tmp_path, sqlite_template) -> str:
    """One database is enough here: a browser sees none."""
    path = tmp_path / "broadsheet.db"
    path.write_bytes(sqlite_template)
    return f"sqlite:///{path}"


HOSTILE = {
    "title": f"<script>document.title='owned'</script>{RTL}",
    "kicker": "</bdi></p></article></main><h1>Broadsheet says: all is well</h1>",
    "subtitle": "\u2067 \u202d numbers 123 \u2066",
    "paragraphs": (
        f"<iframe src='{EVIL}'></iframe><img src='{EVIL}' onerror='document.title=1'>",
        "<a href='javascript:document.title=1'>click</a> <style>body{display:none}</style>",
        "{{ 7 * 7 }} {% raw %} ${7*7} <!-- --> ]]>",
        "Z" + "\u0301" * 3000,
        "\u202e" + "abc " * 30,
        "W" * 5000,
        "长" * 60_000,
        "delete \x7f, next line \x85, escape \x1b[31m",
    ),
    "images": (Image(url="javascript:alert(1)", credit=RTL), Image(url=f"{EVIL}.png")),
    "tables": ((("<b>cell</b>", RTL),),),
    "flags": ("<script>flag</script>",),
}


@pytest.fixture
def hostile(services):
    """The id of an article that tries everything, and of its page and capture."""
    edition = make_edition(services, state=State.COMPLETE, date=newsroom.DAY, error=f"<script>1</script>{RTL}")
    page = make_page(
        services, edition, number="<b>1</b>", name=RTL, image_url="javascript:alert(1)", pdf_url=f"{EVIL}.pdf",
        areas=[{"shape": "polygon", "coords": [0, 0, 50, 0, 50, 50], "url": "'\"><script>document.title=1</script>"}],
        removed=[{"text": "<script>1</script>", "reason": "<i>furniture</i>"}],
    )  # fmt: skip
    document = (
        f"<html><head><script>document.title='owned'</script><base href='{EVIL}/'><meta http-equiv=refresh "
        f"content='0;url={EVIL}'></head><body onload='document.title=1'><iframe src='{EVIL}'></iframe>"
        f"<form action='{EVIL}'><input autofocus onfocus='document.title=1'></form><p style='position:fixed'>text</p>"
        f"<svg onload='document.title=1'><use href='{EVIL}#x'/></svg></body></html>"
    )
    capture = newsroom.keep(services, edition, f"{EVIL}/<script>", document.encode(), "text/html")
    with services.database.begin() as session:
        kept = session.get_one(Capture, capture)
        found = make_found(kept, "/<script>alert(1)</script>", **HOSTILE)
        removed = (Removed(text=f"<script>1</script>{RTL}", reason="repeat"),)
        again = make_found(kept, "/<script>alert(1)</script>", **HOSTILE | {"paragraphs": HOSTILE["paragraphs"][::-1]})
        for item in (found, again):
            object.__setattr__(item, "removed", removed)
            articles.store(session, session.get_one(Page, page), [item], services.clock(), whole=True)
    return {"edition": edition, "page": page, "article": 1, "capture": capture}


def assert_harmless(browser, address):
    """Nothing was run, nothing was asked of anybody else, and the page is still ours."""
    assert browser.evaluate("document.title").endswith("· Broadsheet")
    assert browser.evaluate("document.querySelectorAll('script, iframe, object, embed, base, style').length") == 0
    assert browser.evaluate("document.querySelectorAll('main').length") == 1
    assert browser.evaluate("document.querySelectorAll('h1').length") == 1
    assert browser.evaluate(
        "[...document.querySelectorAll('*')].every(e => !e.getAttributeNames().some(n => /^on/.test(n)))"
    )
    assert browser.evaluate("[...document.links].every(a => /^https?:/.test(a.href))")
    assert browser.evaluate("getComputedStyle(document.body).display") == "block"
    assert [url for url in browser.requested() if not url.startswith(f"{address}/")] == []
    assert not [event for event in browser.events if event["method"] == "Page.javascriptDialogOpening"]


def hidden_characters(browser):
    return browser.evaluate(
        r"/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0000\u001b]/.test(document.documentElement.outerHTML)"
    )


@pytest.mark.parametrize("path", ATTACKED)
def test_a_hostile_article_is_shown_harmless(browser, serve, hostile, path):
    address = serve()
    browser.open(address + path.format(**hostile))
    assert_harmless(browser, address)
    assert not hidden_characters(browser)
    if "article}" in path and "diff" not in path:
        text = browser.evaluate("document.querySelector('article').innerText")
        assert "<script>document.title='owned'</script>" in text, "what it says is shown, as text"
        assert "U+202E" in text
        assert "{{ 7 * 7 }}" in text
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), (
            "nothing runs out of the page"
        )


def test_marks_that_pile_up_stay_inside_the_article(browser, serve, hostile):
    browser.open(f"{serve()}/articles/{hostile['article']}")
    assert browser.evaluate("getComputedStyle(document.querySelector('.story')).contain") == "paint"
    assert browser.evaluate("getComputedStyle(document.querySelector('.story')).overflowY") == "clip"


def test_a_raw_capture_is_saved_and_never_opened(browser, serve, hostile, tmp_path):
    address = serve()
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path), eventsEnabled=False)
    browser.open(f"{address}/captures/{hostile['capture']}")
    before = browser.evaluate("location.href")
    answer = browser.call("Page.navigate", url=f"{address}/captures/{hostile['capture']}/body")
    assert answer.get("isDownload") or "ERR_ABORTED" in answer.get("errorText", "")
    assert browser.evaluate("location.href") == before


@pytest.mark.parametrize("script", [True, False])
def test_an_operator_signs_in_retries_and_signs_out(browser, serve, services, script):
    edition = make_edition(services, state=State.FAILED, date=newsroom.DAY, error="answered 404")
    address = serve(**ACCOUNT)
    browser.call("Emulation.setScriptExecutionDisabled", value=not script)
    try:
        browser.open(f"{address}/account")
        browser.fill("input[name=user]", "wei")
        browser.fill("input[name=password]", PASSWORD)
        browser.press("Enter")
        browser.wait()
        browser.open(f"{address}/")
        browser.click(".attention a")
        browser.click(".actions form[action$=retry] button")
        assert "Opened again" in browser.text(".message.done")
        assert browser.text(".state").endswith("scheduled")
        browser.open(browser.address())
        assert not browser.text(".message")
        browser.open(f"{address}/account")
        browser.click("form[action$=sign-out] button")
        assert "Signed out." in browser.text(".message")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert newsroom.edition(services, edition).state is State.SCHEDULED
    assert newsroom.events(services, edition)[-1].actor == "operator:wei"


def test_another_sites_form_cannot_act(browser, serve, services, tmp_path):
    edition = make_edition(services, state=State.FAILED, date=newsroom.DAY)
    address = serve(**ACCOUNT)
    browser.open(f"{address}/account")
    browser.fill("input[name=user]", "wei")
    browser.fill("input[name=password]", PASSWORD)
    browser.click(".sign-in button")
    browser.open(f"{address}/editions/{edition}")
    token = browser.evaluate("document.querySelector('[name=token]').value")
    attack = tmp_path / "attack.html"
    attack.write_text(
        f"<form method=post action='{address}/editions/{edition}/retry'>"
        f"<input name=token value='{token}'><button>x</button></form>"
    )
    browser.open(attack.as_uri())
    browser.click("button")
    assert "not sent from this board" in browser.text("main")
    assert newsroom.edition(services, edition).state is State.FAILED


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, serve, services):
    newsroom.fill(services, papers=3, days=3)
    browser.open(f"{serve()}/")
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left >= 0"), "the skip link shows itself"
    browser.press("Enter")
    assert browser.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(80):
        browser.press("Tab")
        seen = browser.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.getAttribute('href'), s.outlineStyle, s.outlineWidth]; })()"
        )
        if seen[0] == "BODY":
            break
        assert seen[2] != "none", seen
        assert seen[3] != "0px", seen
        reached.add(seen[1])
    wanted = set(browser.evaluate("[...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))"))
    assert wanted <= reached


def test_areas_on_a_page_image_are_links_that_a_keyboard_reaches(browser, serve, services, site):
    site.clear()
    edition = newsroom.read_site(services, site, papers=1)[0]
    with services.database.read() as session:
        row = session.query(Page).filter(Page.edition_id == edition).order_by(Page.position).first()
    newsroom.keep(services, edition, row.image_url, png(350, 550), "image/png")
    address = serve()
    browser.open(f"{address}/pages/{row.id}")
    assert browser.evaluate("document.querySelector('svg image').getBBox().width") > 100
    assert any(url.endswith("/image") for url in browser.requested())
    browser.click("svg a polygon")
    assert "/articles/" in browser.address()
    assert [url for url in browser.requested() if not url.startswith(address)] == []


@pytest.mark.parametrize(("width", "phone", "dark"), [*itertools.product((390, 1280), (True, False), (True, False))])
def test_no_page_is_wider_than_its_window(browser, serve, services, width, phone, dark):
    newsroom.fill(services, papers=10, days=14)
    newsroom.extras(services)
    address = serve()
    browser.view(width=width, height=800, dark=dark, phone=phone)
    for path in (
        "/",
        "/publications",
        "/publications/paper000-daily",
        "/faults",
        "/backfills/1",
        "/editions/1",
        "/account",
    ):
        browser.open(address + path)
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is dark


def test_what_a_screen_reader_hears_of_the_grid(browser, serve, services):
    newsroom.fill(services, papers=1, days=2)
    browser.open(f"{serve()}/")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    heard = [
        (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")
    ]
    assert any(role == "link" and name.startswith("03-05 ") for role, name in heard)
    assert any(role == "rowheader" and "临泽日报" in name for role, name in heard)
    assert any(role == "columnheader" and name.startswith("03-05") for role, name in heard)
    assert {"main", "navigation", "banner", "contentinfo"} <= {role for role, _ in heard}
    assert [
        role for role, name in heard if role in {"link", "button", "textbox", "combobox", "searchbox"} and not name
    ] == []
