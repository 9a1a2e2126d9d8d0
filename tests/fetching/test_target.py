"""An address that two readers could understand in two ways is not fetched."""

import pytest

from schemas import Unprocessable
from services.fetching.target import read_target


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://Herald.example", "herald.example", 443, "/"),
        ("http://herald.example:8080/a b?q=ü#part", "herald.example", 8080, "/a%20b?q=%C3%BC"),
        ("https://köln.example/%C3%A4/", "xn--kln-sna.example", 443, "/%C3%A4/"),
        ("http://93.184.216.34/", "93.184.216.34", 80, "/"),
        ("http://[2606:2800:220::1]:80/", "2606:2800:220::1", 80, "/"),
    ],
)
def test_an_address_is_taken_apart(url, host, port, path):
    target = read_target(url)
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.0.01", "1.2.3.4.5", "0"]
)
def test_a_host_in_odd_numbers_is_refused(host):
    """The system would understand them as IPv4 addresses: 127.0.0.1, all but the last two."""
    with pytest.raises(Unprocessable, match="in numbers"):
        read_target(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("gopher://herald.example/", "only http and https"),
        ("herald.example/a", "only http and https"),
        ("https://me:secret@herald.example/", "login"),
        ("https://herald.example@127.0.0.1/", "login"),
        ("http://herald.example:99999/", "not an address"),
        ("http://[::1", "not an address"),
        ("http://her\tald.example/", "control characters"),
        ("http://a.example/\r\nHost: b", "control characters"),
        ("http:///path", "no host name"),
        ("http://exa mple.example/", "cannot be one"),
        ("http://a..example/", "cannot be one"),
        ("https://herald.example/" + "a" * 5000, "too long"),
    ],
)
def test_what_is_no_plain_address_is_refused(url, why):
    with pytest.raises(Unprocessable, match=why):
        read_target(url)


def test_a_redirect_is_read_from_where_it_stands():
    assert read_target("../b?c", base="https://herald.example/a/a").url == "https://herald.example/b?c"
    assert read_target("//other.example/", base="https://herald.example/").url == "https://other.example/"
