"""Texts of our own with their attributions: sentences by construction, short articles by kind of copy.

A text begins with `## ` and its construction. In it `{1s:…}` is the source of the first attribution,
`{1q:…}` its cue, `{1c:…}` a piece of its content; they may stand within one another, and `{1s2s:…}` is the
source of two. Below it stand a line for each attribution and one for each kind of other names:

    1 | direct, indirect or mixed | claimant | found by | denied or questioned | in 2
    @ organization | Harbour Board; Coast Agency

A claimant is a name as resolved, `unnamed`, or `nobody` where there is no source. What is left out: found by
a name, affirmed and stated, not within another. Claimants without a kind are persons.
"""

from tests.gold.marking import Gold, GoldAttribution, GoldError, parse, read_articles, read_sentences

__all__ = ["Gold", "GoldAttribution", "GoldError", "parse", "read_articles", "read_sentences"]
