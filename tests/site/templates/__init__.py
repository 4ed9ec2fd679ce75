"""How each template family prints an edition: ``documents(edition)`` gives every document by path."""

from tests.site.templates import founder_classic, founder_new, huaguang

TEMPLATES = {module.FAMILY: module for module in (huaguang, founder_classic, founder_new)}
