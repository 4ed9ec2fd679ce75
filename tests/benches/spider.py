"""The same job done by Scrapy, run by Scrapy's own Python: ``spider.py SITE DATABASE WHAT DAY…``; prints its figures.

WHAT is ``nothing`` (fetch and parse), ``raw`` (fetch, and store each answer with its row) or ``all`` (fetch, parse, and
store each answer with its row and each article).
"""

import hashlib
import json
import sqlite3
import sys
import time

import scrapy
from scrapy.crawler import CrawlerProcess

SITE, DATABASE, WHAT, *DAYS = sys.argv[1:]


class Store:
    """Answers and articles into SQLite as users write it: one item, one commit, on disk when the item is done.

    The database is set up as Broadsheet's own is, which is quicker than SQLite's defaults.
    """

    def open_spider(self):
        self.connection = sqlite3.connect(DATABASE)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        columns = "url TEXT PRIMARY KEY, at REAL, status INTEGER, headers TEXT, sha256 TEXT, body BLOB"
        self.connection.execute(f"CREATE TABLE captures ({columns})")
        self.connection.execute("CREATE TABLE articles (url TEXT PRIMARY KEY, title TEXT, author TEXT, body TEXT)")

    def close_spider(self):
        self.connection.close()

    def process_item(self, item):
        self.connection.execute("INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?)", item["capture"])
        if "article" in item:
            self.connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?)", item["article"])
        self.connection.commit()
        return item


class Paper(scrapy.Spider):
    name = "paper"
    custom_settings = {  # noqa: RUF012
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "ITEM_PIPELINES": {Store: 100} if WHAT != "nothing" else {},
    }
    articles = 0
    began = processor = 0.0

    async def start(self):
        Paper.began, Paper.processor = time.perf_counter(), time.process_time()
        for day in DAYS:
            yield scrapy.Request(f"{SITE}/pc/layout/{day}/node_01.html", self.parse_index)

    def parse_index(self, response):
        for href in response.css("#pageLink::attr(href)").getall():
            yield response.follow(href, self.parse_page, dont_filter=True)

    def parse_page(self, response):
        for href in response.css("#articlelist a::attr(href)").getall():
            yield response.follow(href, self.parse_article)
        if WHAT != "nothing":
            yield {"capture": capture(response)}

    def parse_article(self, response):
        Paper.articles += 1
        item = {} if WHAT == "nothing" else {"capture": capture(response)}
        if WHAT != "raw":
            item["article"] = (
                response.url,
                "".join(response.css("h1 ::text").getall()).strip(),
                "".join(response.css("p.sec::text").getall()).strip(),
                "\n".join("".join(p.css("::text").getall()).strip() for p in response.css("#ozoom p")),
            )
        yield item

    def closed(self, reason):  # noqa: ARG002  # Scrapy's signature
        seconds, processor = time.perf_counter() - Paper.began, time.process_time() - Paper.processor
        json.dump({"articles": Paper.articles, "seconds": seconds, "processor": processor}, sys.stdout)


def capture(response):
    headers = json.dumps(dict(response.headers.to_unicode_dict()))
    digest = hashlib.sha256(response.body).hexdigest()
    return response.url, time.time(), response.status, headers, digest, response.body


process = CrawlerProcess({"LOG_ENABLED": False})
process.crawl(Paper)
process.start()
