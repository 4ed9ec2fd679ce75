"""Measures of fetching: a quick web server of invented pages, Scrapy's same job, a worker's memory. No tests."""
