"""One page, one address, however it is written."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas import Unprocessable
from services.ingest import canonical_url

ADDRESS_PIECES = st.text(alphabet="aB9-._~%2FfE0/?&=;:+ ü#é", max_size=30)


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("HTTPS://News.Example.COM/Story", "https://news.example.com/Story"),
        ("https://news.example.com:443/story", "https://news.example.com/story"),
        ("http://news.example.com:80/story", "http://news.example.com/story"),
        ("http://news.example.com:443/story", "http://news.example.com:443/story"),
        ("https://news.example.com/story#comments", "https://news.example.com/story"),
        ("https://news.example.com/story/", "https://news.example.com/story"),
        ("https://news.example.com", "https://news.example.com/"),
        ("https://news.example.com//world//story", "https://news.example.com/world/story"),
        ("https://news.example.com/a/./b/../story", "https://news.example.com/a/story"),
        ("https://news.example.com/../story", "https://news.example.com/story"),
        ("https://news.example.com./story", "https://news.example.com/story"),
        ("https://me:secret@news.example.com/story", "https://news.example.com/story"),
        ("  https://news.example.com/story\n", "https://news.example.com/story"),
        ("https://news.example.com/%7ejane/%c3%bcber", "https://news.example.com/~jane/%C3%BCber"),
        ("https://news.example.com/über uns", "https://news.example.com/%C3%BCber%20uns"),
        ("https://news.example.com/100%", "https://news.example.com/100%25"),
        ("https://zeitung.münchen.example/x", "https://zeitung.xn--mnchen-3ya.example/x"),
        ("http://[::1]:8080/story", "http://[::1]:8080/story"),
        ("https://news.example.com/story;jsessionid=7F?page=2", "https://news.example.com/story?page=2"),
        ("https://news.example.com/?b=2&a=1", "https://news.example.com/?a=1&b=2"),
        ("https://news.example.com/?id=9&id=3", "https://news.example.com/?id=9&id=3"),
        (
            "https://news.example.com/s?utm_source=x&fbclid=1&UTM_Medium=y&id=7",
            "https://news.example.com/s?id=7",
        ),
        ("https://news.example.com/s?", "https://news.example.com/s"),
    ],
)
def test_an_address_has_one_spelling(given_url: str, canonical: str) -> None:
    assert canonical_url(given_url) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://n.example/?20991", "https://n.example/?20992"),
        ("https://n.example/view?cid=1", "https://n.example/view?cid=2"),
        ("https://n.example/view?gallery=1", "https://n.example/view?gallery=2"),
        ("https://n.example/a%2Fb", "https://n.example/a/b"),
        ("https://n.example/Story", "https://n.example/story"),
        ("https://n.example/?page=", "https://n.example/"),
    ],
)
def test_what_may_tell_two_pages_apart_stays(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("news.example.com/story", "http:// or https://"),
        ("/story.html", "http:// or https://"),
        ("ftp://news.example.com/story", "http:// or https://"),
        ("javascript:alert(1)", "http:// or https://"),
        ("https:///story", "host name"),
        ("https://news..example.com/", "host name"),
        ("https://news example.com/", "host name"),
        ("https://news.example.com:99999/", "Port"),
        ("https://news.example.com:http/", "Port"),
        ("http://[::1/", "IPv6"),
        ("https://news.example.com/" + "a" * 5000, "5,025 characters"),
    ],
)
def test_what_is_no_address_is_refused_by_the_name_of_its_field(url: str, why: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        canonical_url(url)
    assert refusal.value.reason.startswith("url: ")
    assert why in refusal.value.reason
    assert len(refusal.value.reason) < 250


@given(rest=ADDRESS_PIECES)
def test_a_canonical_address_is_its_own_canonical_address(rest: str) -> None:
    canonical = canonical_url(f"https://news.example.com/{rest}")
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()


@given(url=st.text(max_size=60))
def test_any_words_are_an_address_or_refused(url: str) -> None:
    for start in ("", "http://", "https://n.example/"):
        try:
            canonical = canonical_url(start + url)
        except Unprocessable:
            continue
        assert canonical_url(canonical) == canonical


@given(
    pairs=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), unique_by=lambda pair: pair[0]),
    data=st.data(),
)
def test_the_order_of_the_query_does_not_count(pairs: list[tuple[str, int]], data: st.DataObject) -> None:
    assume(pairs)
    shuffled = data.draw(st.permutations(pairs))

    def write(chosen: list[tuple[str, int]]) -> str:
        return "https://n.example/?" + "&".join(f"{name}={value}" for name, value in chosen)

    assert canonical_url(write(pairs)) == canonical_url(write(shuffled))
