"""Rules: patterns are parted so that what only a beginning can match is asked once a line."""

import re

import pytest

from services.clean.furniture import RULES
from services.clean.rule import Rule, part_alternatives


def test_alternatives_part_outside_brackets_only():
    assert part_alternatives(r"^a(?:b|c)|[|)]d|e\|f") == ["^a(?:b|c)", "[|)]d", r"e\|f"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_parts_of_a_rule_are_its_pattern(rule: Rule):
    parts = part_alternatives(rule.pattern.pattern)
    assert "|".join(parts) == rule.pattern.pattern
    for part in parts:
        re.compile(part, rule.pattern.flags)
