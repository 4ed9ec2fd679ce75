"""A small e-paper web site for tests and the demo; no part of the service."""

from tests.site.server import Publication, Site

__all__ = ["Publication", "Site"]
