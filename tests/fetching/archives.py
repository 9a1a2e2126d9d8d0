"""WARC archives, written by hand."""

import gzip


def record(kind: str, url: str, block: bytes, content_type: str, date: str = "2026-03-02T08:30:00Z") -> bytes:
    """One record, packed by itself as crawlers do."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"WARC-Record-ID: <urn:uuid:{abs(hash((kind, url, date))):032x}>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def capture(url: str, answer: bytes, date: str = "2026-03-02T08:30:00Z") -> bytes:
    """What a crawler keeps of a page: the request and the response."""
    request = record("request", url, b"GET / HTTP/1.1\r\n\r\n", "application/http;msgtype=request", date)
    return request + record("response", url, answer, "application/http;msgtype=response", date)
