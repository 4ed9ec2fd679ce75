"""Take passwords out of text before it is shown, logged or stored. Knows URLs and name=value pairs alone."""

import re

#: The password of a URL's user, as in ``redis://user:password@host``.
_USER = re.compile(r"(://[^\s/:@\"']*:)[^\s/@\"']+(?=@)")

#: A value by a name that says what it is, in a URL's query or a PostgreSQL connection string.
_NAMED = re.compile(r"\b((?:ssl)?password|passwd|secret|access_token|api_?key)(\s?=\s?)([^\s&\"'\\]+)", re.IGNORECASE)


def without_secrets(line: str) -> str:
    """The text with ``***`` in place of each password."""
    return _NAMED.sub(r"\1\2***", _USER.sub(r"\1***", line))
