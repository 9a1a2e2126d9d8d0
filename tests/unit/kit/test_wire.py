"""What a stream entry may hold, and what is said of one that holds something else."""

import asyncio
import json
import struct
from base64 import b64encode
from uuid import UUID

import pytest
from faststream.redis.parser import BinaryMessageFormatV1
from hypothesis import given
from hypothesis import strategies as st

from schemas import TOPOLOGY, ArticleSubmitted, Message, Unprocessable
from services.kit.wire import FIELD, MAGIC, decode, encode, entry_moment, take_body

LIMIT = 10_000
SUBMISSION = ArticleSubmitted(text="The bridge opened on Friday.", title="Brücke", source="Harbour Post")
KINDS = [row.consumes for row in TOPOLOGY]


def wrap(body: bytes) -> bytes:
    """The body as FastStream's `broker.publish` sends it."""
    return asyncio.run(
        BinaryMessageFormatV1.encode(message=body, reply_to=None, headers={"x": "y"}, correlation_id="c")
    )


def test_a_message_is_read_as_it_was_written():
    body = take_body({FIELD: encode(SUBMISSION)}, LIMIT)
    assert decode(body, ArticleSubmitted) == SUBMISSION


def test_what_is_written_is_plain_json_without_empty_fields():
    assert json.loads(encode(SUBMISSION)) == {
        "version": 1,
        "text": "The bridge opened on Friday.",
        "title": "Brücke",
        "source": "Harbour Post",
        "authors": [],
    }


def test_bytes_survive_the_way():
    submission = ArticleSubmitted(raw=b64encode(b"\x00\xff\x80 not UTF-8"))
    assert decode(encode(submission), ArticleSubmitted).raw == b"\x00\xff\x80 not UTF-8"


def test_faststreams_envelope_is_opened():
    assert take_body({FIELD: wrap(b'{"text": "x"}')}, LIMIT) == b'{"text": "x"}'


@pytest.mark.parametrize("length", range(len(MAGIC), len(MAGIC) + 8))
def test_an_envelope_that_is_cut_off_says_so(length):
    with pytest.raises(Unprocessable, match="the message's binary envelope is cut off"):
        take_body({FIELD: wrap(b"{}")[:length]}, LIMIT)


def test_an_envelope_that_points_behind_its_end_holds_nothing():
    body = take_body({FIELD: MAGIC + struct.pack(">II", 18, 4_000_000_000) + b"{}"}, LIMIT)
    with pytest.raises(Unprocessable, match="not JSON: EOF"):
        decode(body, ArticleSubmitted)


def test_other_fields_beside_ours_do_not_matter():
    assert take_body({b"note": b"hello", FIELD: b"{}"}, LIMIT) == b"{}"


def test_an_entry_without_our_field_names_the_first_it_has():
    fields = {f"field{number}".encode(): b"" for number in range(9)}
    with pytest.raises(Unprocessable) as refused:
        take_body(fields, LIMIT)
    expected = "the entry has no field '__data__'; it has: field0, field1, field2, field3, field4"
    assert refused.value.reason == expected


def test_a_message_of_just_the_limit_is_taken():
    assert len(take_body({FIELD: b"x" * LIMIT}, LIMIT)) == LIMIT


def test_a_message_over_the_limit_names_both_sizes_and_the_setting():
    with pytest.raises(Unprocessable) as refused:
        take_body({FIELD: b"x" * 20_500_000}, 16_000_000)
    assert refused.value.reason == (
        "the message has 20.5 MB; the limit is 16.0 MB (COPYDESK_MAX_MESSAGE_BYTES)"
    )


def test_an_invalid_message_names_the_fields_and_what_is_wrong():
    body = b'{"text": "x", "published_at": "2026-11-23T10:00:00", "language": "English", "version": 2}'
    with pytest.raises(Unprocessable) as refused:
        decode(body, ArticleSubmitted)
    assert refused.value.reason.startswith("not a valid ArticleSubmitted: version: Input should be 1; ")
    assert "published_at: a time needs a zone" in refused.value.reason
    assert "language: String should match pattern" in refused.value.reason


def test_what_concerns_no_single_field_is_said_of_the_message():
    with pytest.raises(Unprocessable, match="message: give exactly one of text, html, raw"):
        decode(b'{"text": "x", "html": "y"}', ArticleSubmitted)


def test_a_field_within_a_list_is_named_with_its_place():
    with pytest.raises(Unprocessable, match=r"authors\.1: Input should be a valid string"):
        decode(b'{"text": "x", "authors": ["Ann Lee", 3]}', ArticleSubmitted)


def test_only_the_first_three_problems_are_spelled_out():
    with pytest.raises(Unprocessable) as refused:
        decode(b"{}", TOPOLOGY[1].consumes)
    assert refused.value.reason.count("Field required") == 3
    assert refused.value.reason.endswith("(and 4 more)")


def test_the_refused_value_is_not_quoted():
    """Article text must not reach a log by way of a reason."""
    with pytest.raises(Unprocessable) as refused:
        decode(b'{"text": ["secret words"], "url": {"secret": "words"}}', ArticleSubmitted)
    assert "secret" not in refused.value.reason


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00"])
def test_a_time_beyond_the_calendar_is_refused(moment):
    with pytest.raises(Unprocessable, match="published_at: a time must lie in the years"):
        decode(json.dumps({"text": "x", "published_at": moment}).encode(), ArticleSubmitted)


def test_fields_of_a_later_version_are_let_through():
    message = decode(b'{"text": "x", "paywalled": true}', ArticleSubmitted)
    assert message == ArticleSubmitted(text="x")


def test_an_entrys_id_carries_its_time():
    assert entry_moment("1764000000250-3") == 1764000000.25


@given(st.dictionaries(st.binary(max_size=12) | st.just(FIELD), st.binary(max_size=60)))
def test_an_entry_of_any_bytes_is_taken_or_refused(fields):
    try:
        body = take_body(fields, limit=40)
    except Unprocessable:
        return
    assert fields[FIELD].endswith(body)


@given(st.binary(max_size=40), st.sampled_from(KINDS))
def test_an_envelope_of_any_bytes_is_read_or_refused(rest: bytes, kind: type[Message]):
    try:
        message = decode(take_body({FIELD: MAGIC + rest}, LIMIT), kind)
    except Unprocessable:
        return
    assert isinstance(message, kind)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.datetimes().map(lambda moment: f"{moment.isoformat()}+14:00")
    | st.datetimes().map(lambda moment: f"{moment.isoformat()}-12:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.data(), st.sampled_from(KINDS))
def test_any_json_under_our_names_is_read_or_refused(data: st.DataObject, kind: type[Message]):
    named = st.dictionaries(st.sampled_from(sorted(kind.model_fields)), ANY)
    body = json.dumps(data.draw(named | ANY)).encode()
    try:
        message = decode(body, kind)
    except Unprocessable:
        return
    assert isinstance(message, kind)


@given(st.text(min_size=1), st.text(), st.none() | st.uuids())
def test_any_submission_comes_back_whole(text: str, title: str, message_id: UUID | None):
    submission = ArticleSubmitted(text=text, title=title, message_id=message_id)
    assert decode(take_body({FIELD: encode(submission)}, 1_000_000), ArticleSubmitted) == submission


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b'"\\ud800"', b"1" * 5_000, b"NaN"])
def test_awkward_bytes_are_refused_and_nothing_breaks(body):
    with pytest.raises(Unprocessable):
        decode(body, ArticleSubmitted)
