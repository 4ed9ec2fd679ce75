"""The skeleton of the smaller families: each says where its documents lie and what its own markup is."""

from tests.site import images
from tests.site.templates.common import Document, area_map, credit, esc, html, placed, table_rows


class Simple:
    """One family: paths relative to the paper's folder, and two functions that print a page and an article.

    ``folder`` is a strftime pattern; ``page(number, place)`` and ``article(place)`` give paths below it.
    """

    def __init__(self, family, *, folder, date_in_path, page, article, print_page, print_article, charset="utf-8"):
        self.FAMILY = family
        self.DATE_IN_PATH = date_in_path
        self._folder, self._page, self._article = folder, page, article
        self._print_page, self._print_article, self._charset = print_page, print_article, charset

    def edition_path(self, paper):
        return f"/{paper.slug}/{self._folder}/{self._page(paper, paper.pages[0], 1)}"

    def article_path(self, edition, place):
        return f"{self._base(edition)}/{self._article(edition, place)}"

    def entry_documents(self, _edition):
        return {}

    def documents(self, edition):
        base = self._base(edition)
        found = {}
        for node, page in enumerate(edition.pages, start=1):
            own = [place for place in placed(edition) if place.page.number == page.number]
            found[f"{base}/{self._page(edition.paper, page, node)}"] = self._render(edition, page, own, edition.pages)
            found[f"{base}/pic/{page.number}.png"] = Document(images.png(350, 550), "image/png")
            found[f"{base}/pdf/{page.number}.pdf"] = Document(images.pdf(), "application/pdf")
        for place in placed(edition):
            item = place.item
            photos = [
                (f"{base}/pic/{place.overall}_{number}.png", credit(*photo)) for number, photo in enumerate(item.photos)
            ]
            text = self._print_article(edition, place, photos, table_rows(item))
            found[self.article_path(edition, place)] = html(text, self._charset)
            found.update((path, Document(images.png(), "image/png")) for path, _ in photos)
        return found

    def empty(self, edition):
        return self._render(edition, edition.pages[0], [], [])

    def _base(self, edition):
        return f"/{edition.paper.slug}/{edition.day.strftime(self._folder)}"

    def _render(self, edition, page, own, listed):
        base = self._base(edition)
        links = [
            (f"{base}/{self._page(edition.paper, other, node)}", other, f"{base}/pdf/{other.number}.pdf")
            for node, other in enumerate(listed, start=1)
        ]
        articles = [(self.article_path(edition, place), esc(place.item.title or "图片新闻")) for place in own]
        areas = area_map("PageMap", [url for url, _ in articles])
        image = f'{areas}<img src="{base}/pic/{page.number}.png" usemap="#PageMap">'
        return html(self._print_page(edition, page, links, articles, image), self._charset)


def paragraphs(item, opening="<p>　　", closing="</p>\n"):
    return "".join(f"{opening}{esc(text)}{closing}" for text in item.paragraphs)


def buttons(item):
    return "<p>【打印】 【关闭】</p><p>上一篇：前文</p>" if item.furniture else ""


def element(tag, css, text):
    return f'<{tag} class="{css}">{esc(text)}</{tag}>' if text else ""
