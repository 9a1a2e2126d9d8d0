"""The values of a JSON body are counted before it is parsed, wherever its pieces end."""

import io
import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.json_records import find_in_document, is_json
from services.ingest.weighing import MOST_VALUES, Weight

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)


def weigh(body: bytes, size: int) -> int:
    weight = Weight()
    for begin in range(0, len(body), size):
        weight.add(body[begin : begin + size])
    return weight.values


def count(value: object) -> int:
    """The lists and objects, the colons of the objects, and the commas of both."""
    if isinstance(value, dict):
        return 1 + len(value) + max(0, len(value) - 1) + sum(map(count, value.values()))
    if isinstance(value, list):
        return 1 + max(0, len(value) - 1) + sum(map(count, value))
    return 0


@given(VALUES, st.integers(1, 9), st.booleans())
def test_what_stands_in_strings_does_not_count(value, size, ascii_only):
    assert weigh(json.dumps(value, ensure_ascii=ascii_only).encode(), size) == count(value)


@given(VALUES, st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le"]))
def test_in_other_encodings_no_value_is_missed(value, encoding):
    assert weigh(json.dumps(value, ensure_ascii=False).encode(encoding), 8) >= count(value)


def test_a_long_text_with_many_commas_is_one_value():
    body = json.dumps({"text": 'He said: "no, [never]", {twice}.\\' * 500_000}).encode()
    began = time.process_time()
    assert weigh(body, 65_536) == 2
    assert time.process_time() - began < 5.0


def test_a_document_of_too_many_values_is_refused_before_it_is_parsed():
    """Also where nobody says that it is JSON."""
    data = b'[{"text": [' + b"[]," * MOST_VALUES + b"[]]}]"
    tracemalloc.start()
    found = list(find_in_document("many", io.BytesIO(data), len(data)))
    looks_like_json = is_json(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "1,000,000 values" in (found[0].error or "")
    assert not looks_like_json
    assert peak < 6 * len(data)


@pytest.mark.parametrize("piece", ["[],", "{},", '{"":1},', "[[]],", "1000,", '"a",'])
def test_as_many_values_as_are_let_in_take_little_memory(piece):
    """A tenth of them, which is weighed sooner."""
    number = MOST_VALUES // weigh(piece.encode(), 100) // 10
    body = f"[{(piece * number)[:-1]}]".encode()
    tracemalloc.start()
    json.loads(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - len(body) < 12_000_000
