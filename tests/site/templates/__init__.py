"""How each template family prints an edition: ``documents(edition)`` gives every document by path."""

from tests.site.templates import founder_classic, founder_new, huaguang
from tests.site.templates.smaller import SMALLER

TEMPLATES = {template.FAMILY: template for template in (huaguang, founder_classic, founder_new, *SMALLER)}
