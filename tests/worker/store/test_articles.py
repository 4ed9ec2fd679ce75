import threading
from collections import Counter

import pytest
from sqlalchemy import select

from tests.factories import make_capture, make_edition, make_found, make_page
from worker.domain import Article as Content
from worker.domain import Image, Kind, Removed, State
from worker.store import articles, reading
from worker.store.articles import Found, digest, dump_key
from worker.store.database import Database
from worker.store.tables import Article, Page, Revision


@pytest.fixture
def edition(services):
    return make_edition(services, state=State.PROCESSING)


@pytest.fixture
def page(services, edition):
    return make_page(services, edition, position=1)


@pytest.fixture
def capture(services, edition):
    return make_capture(services, edition)


@pytest.fixture
def store(services, clock):
    def store(page_id, *found, whole=True):
        clock.forward(hours=1)
        with services.database.begin() as session:
            return articles.store(session, session.get_one(Page, page_id), found, clock(), whole=whole)

    return store


def article(services, key="/a.htm"):
    with services.database.read() as session:
        return session.scalars(select(Article).where(Article.key == key)).one()


def revisions(services):
    with services.database.read() as session:
        rows = session.scalars(select(Revision).order_by(Revision.article_id, Revision.number)).all()
        return [{column.name: getattr(row, column.name) for column in Revision.__table__.columns} for row in rows]


def standing(services):
    with services.database.read() as session:
        return [(row["page"], row["title"]) for row in reading.current(session)]


def test_a_new_article_gets_its_first_revision(services, page, capture, store):
    stored = store(page, make_found(capture))
    assert (stored.new, stored.changed, stored.same, stored.withdrawn) == (1, 0, 0, 0)
    assert article(services).revision == 1
    (revision,) = revisions(services)
    assert (revision["number"], revision["title"], revision["capture_id"]) == (1, "标题", capture.id)


def test_everything_that_was_found_is_read_back(services, page, capture, store):
    content = Content(
        kind=Kind.NOTICE,
        title="题 𠮷",
        rubric="栏目",
        kicker="引题",
        subtitle="副题",
        reporters=("张三", "李四"),
        correspondents=("王五",),
        paragraphs=("第一段\u3000", "", "第二段"),
        signature=("市政府", "2026年3月5日"),
        captions=("图为",),
        images=(Image(url="http://127.0.0.1/1.jpg", caption="图", credit="摄"),),
        tables=((("甲", "乙"), ("1", "2")),),
        flags=("fallback",),
    )
    removed = (Removed(text="下转第3版", reason="jump_line"),)
    found = Found(key="k", position=3, source_url="u", article=content, quality=0.5, removed=removed, capture=capture)
    store(page, found)
    with services.database.read() as session:
        (row,) = reading.current(session)
        one = reading.one(session, row["id"])
    assert {name: row[name] for name in ("kind", "title", "rubric", "kicker", "subtitle")} == {
        "kind": "notice", "title": "题 𠮷", "rubric": "栏目", "kicker": "引题", "subtitle": "副题",
    }  # fmt: skip
    assert (row["reporters"], row["correspondents"], row["paragraphs"]) == (
        *(["张三", "李四"], ["王五"], ["第一段\u3000", "", "第二段"]),
    )
    assert row["images"] == [{"url": "http://127.0.0.1/1.jpg", "caption": "图", "credit": "摄"}]
    assert (row["tables"], row["signature"]) == ([[["甲", "乙"], ["1", "2"]]], ["市政府", "2026年3月5日"])
    assert one["removed"] == [{"text": "下转第3版", "reason": "jump_line"}]


def test_the_same_content_stores_nothing(services, page, capture, store, edition):
    store(page, make_found(capture))
    before = revisions(services)
    stored = store(page, make_found(make_capture(services, edition)))
    assert (stored.new, stored.changed, stored.same) == (0, 0, 1)
    assert revisions(services) == before


def test_changed_content_is_a_new_revision_and_the_old_one_stays_as_it_was(services, page, capture, store, edition):
    store(page, make_found(capture, paragraphs=("错字。",)))
    before = revisions(services)
    later = make_capture(services, edition)
    stored = store(page, make_found(later, paragraphs=("改正。",)))
    assert (stored.new, stored.changed, stored.same) == (0, 1, 0)
    after = revisions(services)
    assert after[:1] == before
    assert (after[1]["number"], after[1]["paragraphs"], after[1]["capture_id"]) == (2, ["改正。"], later.id)
    assert article(services).revision == 2


def test_content_that_comes_back_is_a_revision_again(services, page, capture, store):
    for text in ("一", "二", "一"):
        store(page, make_found(capture, paragraphs=(text,)))
    assert [row["paragraphs"] for row in revisions(services)] == [["一"], ["二"], ["一"]]
    digests = [row["digest"] for row in revisions(services)]
    assert digests[0] == digests[2] != digests[1]


def test_an_article_that_a_whole_reading_does_not_find_is_withdrawn_and_stands_again_when_found(
    services, page, capture, store, clock
):
    store(page, make_found(capture), make_found(capture, "/b.htm", position=2, title="乙"))
    assert store(page, make_found(capture)).withdrawn == 1
    withdrawn_at = article(services, "/b.htm").withdrawn_at
    assert withdrawn_at == clock()
    assert store(page, make_found(capture)).withdrawn == 0
    assert article(services, "/b.htm").withdrawn_at == withdrawn_at
    assert standing(services) == [("01", "标题")]
    assert len(revisions(services)) == 2
    store(page, make_found(capture), make_found(capture, "/b.htm", position=2, title="乙"))
    assert standing(services) == [("01", "标题"), ("01", "乙")]
    assert len(revisions(services)) == 2


def test_a_reading_with_gaps_withdraws_nothing(services, page, capture, store):
    store(page, make_found(capture), make_found(capture, "/b.htm"))
    assert store(page, make_found(capture), whole=False).withdrawn == 0
    assert article(services, "/b.htm").withdrawn_at is None


def test_a_whole_reading_without_articles_withdraws_all_of_this_page_only(services, edition, page, capture, store):
    other = make_page(services, edition, position=2)
    store(page, make_found(capture))
    store(other, make_found(capture, "/b.htm", title="乙"))
    assert store(page).withdrawn == 1
    assert standing(services) == [("02", "乙")]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_article_on_two_pages_belongs_to_the_first_whichever_is_stored_first(
    services, edition, capture, store, order
):
    pages = {position: make_page(services, edition, position=position) for position in (1, 2)}
    found = {1: make_found(capture, position=7), 2: make_found(capture, position=1)}
    for position in order:
        store(pages[position], found[position])
    row = article(services)
    assert (row.page_id, row.position) == (pages[1], 7)
    assert len(revisions(services)) == 1


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_article_that_leaves_its_first_page_stands_on_the_second(services, edition, capture, store, order):
    pages = {position: make_page(services, edition, position=position) for position in (1, 2)}
    for position in (1, 2):
        store(pages[position], make_found(capture))
    now = {1: (), 2: (make_found(capture),)}
    for position in order:
        store(pages[position], *now[position])
    # A second reading of both, as `broadsheet retry` makes it.
    for position in order:
        store(pages[position], *now[position])
    assert standing(services) == [("02", "标题")]


def test_the_same_address_in_another_edition_is_another_article(services, page, capture, store):
    other = make_page(services, position=1)
    store(page, make_found(capture))
    with services.database.read() as session:
        other_edition = session.get_one(Page, other).edition_id
    assert store(other, make_found(make_capture(services, other_edition))).new == 1


def test_two_pages_that_list_the_same_articles_are_stored_side_by_side(services, edition, capture, clock):
    pages = [make_page(services, edition, position=position) for position in (1, 2, 3)]
    keys = [f"/{number}.htm" for number in range(20)]
    start = threading.Barrier(len(pages), timeout=60)
    totals: Counter[str] = Counter()
    wrong: list[BaseException] = []

    def store(page_id):
        database = Database(services.settings.sqlalchemy_url)
        # Each page prints them in another order.
        found = [make_found(capture, key) for key in (keys if page_id == pages[0] else keys[::-1])]
        try:
            for _ in range(3):
                start.wait()
                with database.begin() as session:
                    stored = articles.store(session, session.get_one(Page, page_id), found, clock(), whole=True)
                totals.update(new=stored.new, same=stored.same)
        except BaseException as error:
            wrong.append(error)
            start.abort()
            raise
        finally:
            database.close()

    threads = [threading.Thread(target=store, args=(page_id,)) for page_id in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert totals == {"new": 20, "same": 160}
    with services.database.read() as session:
        assert set(session.scalars(select(Article.page_id))) == {pages[0]}
    assert len(revisions(services)) == 20


def test_the_digest_of_a_content_never_changes():
    content = Content(kind=Kind.ARTICLE, title="标题", reporters=("张三",), paragraphs=("正文。",))
    # A change of this value makes a new revision of every stored article: only with a migration.
    assert digest(content) == "7419b28bae7897ac0127a5f54f2fb2a4ffda3c9b0b23e400960f991d98d238ce"
    assert digest(content) == digest(
        Content(kind=Kind.ARTICLE, title="标题", reporters=("张三",), paragraphs=("正文。",))
    )


def test_the_digest_tells_apart_what_differs_in_one_place_only():
    contents = [
        Content(kind=Kind.ARTICLE, title="甲"),
        Content(kind=Kind.PHOTO, title="甲"),
        Content(kind=Kind.ARTICLE, rubric="甲"),
        Content(kind=Kind.ARTICLE, paragraphs=("甲",)),
        Content(kind=Kind.ARTICLE, paragraphs=("甲", "")),
        Content(kind=Kind.ARTICLE, signature=("甲",)),
        Content(kind=Kind.ARTICLE, images=(Image(url="甲"),)),
        Content(kind=Kind.ARTICLE, images=(Image(url="甲", caption=""),)),
    ]
    assert len({digest(content) for content in contents}) == len(contents)


def test_items_of_a_dump_with_the_same_headline_keep_two_names_that_do_not_depend_on_spaces():
    first, second = Content(kind=Kind.NOTICE, title="公 告"), Content(kind=Kind.NOTICE, title="公告")
    seen: Counter[str] = Counter()
    names = [dump_key("01", item, seen) for item in (first, second, second)]
    assert names[1:] == [f"{names[0]}:2", f"{names[0]}:3"]
    assert dump_key("02", first, seen) != names[0]


def test_an_item_without_a_headline_is_named_by_the_first_text_it_has():
    photo = Content(kind=Kind.PHOTO, captions=("图为现场。",))
    text = Content(kind=Kind.ARTICLE, paragraphs=("图为现场。",))
    nothing = Content(kind=Kind.ARTICLE)
    names = [dump_key("01", item, Counter()) for item in (photo, text, nothing)]
    assert names[0] == names[1] != names[2]


def test_items_without_a_headline_are_told_apart_by_their_text():
    items = [Content(kind=Kind.ARTICLE, paragraphs=(text,)) for text in ("甲", "乙")]
    assert len({dump_key("01", item, Counter()) for item in items}) == 2
