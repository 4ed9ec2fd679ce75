"""Hash and check the account's password with scrypt (RFC 7914). Knows no session and no request."""

import base64
import binascii
import hashlib
import hmac
import secrets

#: About 100 ms and 32 MB a check: dear for who guesses, unnoticed by who signs in.
_COST, _BLOCK, _PARALLEL = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
_PREFIX = "scrypt"


def hash_password(password: str) -> str:
    """A hash to be put into ``BROADSHEET_BOARD_PASSWORD``: ``scrypt:N:r:p:salt:hash``."""
    salt = secrets.token_bytes(16)
    derived = _derive(password, salt, _COST, _BLOCK, _PARALLEL)
    return ":".join((_PREFIX, str(_COST), str(_BLOCK), str(_PARALLEL), _text(salt), _text(derived)))


def verify(password: str, stored: str) -> bool:
    """Whether a password is the stored one, which is a hash or the password itself; the time tells nothing of it."""
    parsed = _parse(stored)
    if parsed is None:
        # Digests have one length, so that the comparison does not tell the password's.
        return hmac.compare_digest(_digest(password), _digest(stored))
    salt, cost, block, parallel, wanted = parsed
    return hmac.compare_digest(_derive(password, salt, cost, block, parallel), wanted)


def _parse(stored: str) -> tuple[bytes, int, int, int, bytes] | None:
    parts = stored.split(":")
    if len(parts) != 6 or parts[0] != _PREFIX:  # noqa: PLR2004  # the form's own parts
        return None
    try:
        cost, block, parallel = (int(part) for part in parts[1:4])
        return (
            base64.b64decode(parts[4], validate=True),
            cost,
            block,
            parallel,
            base64.b64decode(parts[5], validate=True),
        )
    except (ValueError, binascii.Error):
        return None


def _derive(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
