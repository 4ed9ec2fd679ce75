"""Undo the content encoding of a body within a limit. Knows no HTTP client."""

import zlib

from worker.errors import FetchFailed, FetchRefused


def decompress(raw: bytes, encoding: str, url: str, limit: int) -> bytes:
    """Undo a content encoding without ever holding more than ``limit`` bytes.

    Raises:
        FetchFailed: the compressed data ends too early.
        FetchRefused: unknown encoding, broken data, or larger than the limit.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"} or not raw:
        return raw
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchRefused(f"{url}: content encoding {encoding!r} was not asked for")
    parts: list[bytes] = []
    left, room = raw, limit
    # gzip data may consist of several members, one after the other.
    while not parts or left.startswith(b"\x1f\x8b"):
        # 32 recognises gzip and zlib; some servers send "deflate" without zlib's wrapping.
        wrapped = encoding != "deflate" or left[0] & 0x0F == zlib.DEFLATED
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 32 if wrapped else -zlib.MAX_WBITS)
        try:
            # One byte more than may come, so that what is too large shows itself.
            parts.append(inflater.decompress(left, room + 1))
        except zlib.error as error:
            raise FetchRefused(f"{url}: broken {encoding} data ({error})") from error
        room -= len(parts[-1])
        if room < 0:
            raise FetchRefused(f"{url}: larger than {limit} bytes after decompression")
        if not inflater.eof:
            raise FetchFailed(f"{url}: compressed data ends too early")
        left = inflater.unused_data
    return b"".join(parts)
