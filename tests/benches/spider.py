"""The same job done by Scrapy, run by Scrapy's own Python: ``spider.py SITE DATABASE DAY…``; prints its figures."""

import json
import sqlite3
import sys
import time

import scrapy
from scrapy.crawler import CrawlerProcess

SITE, DATABASE, *DAYS = sys.argv[1:]


class Store:
    """Items into SQLite, one transaction for all: the quickest that a pipeline can be."""

    def open_spider(self):
        self.connection = sqlite3.connect(DATABASE)
        self.connection.execute("CREATE TABLE articles (url TEXT PRIMARY KEY, title TEXT, body TEXT)")

    def close_spider(self):
        self.connection.commit()
        self.connection.close()

    def process_item(self, item):
        self.connection.execute("INSERT INTO articles VALUES (?, ?, ?)", (item["url"], item["title"], item["body"]))
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
        "ITEM_PIPELINES": {Store: 100},
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

    def parse_article(self, response):
        Paper.articles += 1
        yield {
            "url": response.url,
            "title": "".join(response.css("h1 ::text").getall()).strip(),
            "body": "\n".join("".join(p.css("::text").getall()) for p in response.css("#ozoom p")),
        }

    def closed(self, reason):  # noqa: ARG002  # Scrapy's signature
        seconds, processor = time.perf_counter() - Paper.began, time.process_time() - Paper.processor
        json.dump({"articles": Paper.articles, "seconds": seconds, "processor": processor}, sys.stdout)


process = CrawlerProcess({"LOG_ENABLED": False})
process.crawl(Paper)
process.start()
