"""The table of furniture: every row knows its own example, and leaves sentences of an article alone."""

import time

import pytest

from schemas import RemovalReason
from services.clean.furniture import RULES, find_rule
from services.clean.lines import Line
from services.clean.rule import Rule

FOUND = [
    ("Baca: Harbour to close for a week", RemovalReason.READ_ALSO),
    ("READ MORE: Harbour to close for a week", RemovalReason.READ_ALSO),
    ("Also read | Harbour to close for a week", RemovalReason.READ_ALSO),
    ("Lire aussi : Le port ferme pour une semaine", RemovalReason.READ_ALSO),
    ("À lire aussi : Le port ferme pour une semaine", RemovalReason.READ_ALSO),
    ("Lesen Sie auch: Der Hafen schließt für eine Woche", RemovalReason.READ_ALSO),
    ("Leia também: Porto fecha por uma semana", RemovalReason.READ_ALSO),
    ("Lee también: El puerto cierra una semana", RemovalReason.READ_ALSO),
    ("Leggi anche: Il porto chiude per una settimana", RemovalReason.READ_ALSO),
    ("Czytaj też: Port zamknięty na tydzień", RemovalReason.READ_ALSO),
    ("Читайте также: Порт закрыт на неделю", RemovalReason.READ_ALSO),
    ("Prečítajte si aj: Prístav zatvoria na týždeň", RemovalReason.READ_ALSO),
    ("Related: Harbour to close for a week", RemovalReason.READ_ALSO),
    ("Tugs at anchor. PHOTO/Reuters", RemovalReason.PHOTO_CREDIT),
    ("Photo: Ann Example", RemovalReason.PHOTO_CREDIT),
    ("Tugs at anchor, May 2. (AP Photo/Ann Example, File)", RemovalReason.PHOTO_CREDIT),
    ("Tugs at anchor (Ann Example / Associated Press)", RemovalReason.PHOTO_CREDIT),
    ("Tugs at anchor. Photo: Ann Example/The Paper via Getty Images", RemovalReason.PHOTO_CREDIT),
    ("Getty Images", RemovalReason.PHOTO_CREDIT),
    ("Image caption, Tugs at anchor", RemovalReason.PHOTO_CREDIT),
    ("FILE PHOTO: Tugs at anchor in 2019.", RemovalReason.PHOTO_CREDIT),
    ("Leave a comment", RemovalReason.COMMENT_FORM),
    ("Save my name, email, and website in this browser for next time.", RemovalReason.COMMENT_FORM),
    ("Comments are closed.", RemovalReason.COMMENT_FORM),
    ("Editor's Pick", RemovalReason.RELATED_LIST),
    ("Editors’ Picks", RemovalReason.RELATED_LIST),
    ("You may also like", RemovalReason.RELATED_LIST),
    ("Most Read", RemovalReason.RELATED_LIST),
    ("Facebook | Twitter | WhatsApp", RemovalReason.SHARE_BAR),
    ("Share on Facebook (opens in new window)", RemovalReason.SHARE_BAR),
    ("Share this:", RemovalReason.SHARE_BAR),
    ("© 2024 The Harbour Paper", RemovalReason.COPYRIGHT),
    ("(c) 2024 The Harbour Paper", RemovalReason.COPYRIGHT),
    ("Accept all cookies", RemovalReason.NOTICE),
    ("Enter your email address", RemovalReason.NOTICE),
    ("Subscribe to our newsletter for more stories.", RemovalReason.NOTICE),
    ("By signing up you agree to our terms of use.", RemovalReason.NOTICE),
    ("ADVERTISEMENT", RemovalReason.NOTICE),
    ("Privacy Policy", RemovalReason.NAVIGATION),
    ("News » Harbour » Dredging", RemovalReason.NAVIGATION),
    ("Page 2 of 3", RemovalReason.NAVIGATION),
    ("5 min read", RemovalReason.NAVIGATION),
    ("Published 2 May 2024 at noon", RemovalReason.DATE),
]

KEPT = [
    "Read more slowly, the teacher told the children, and you will see it.",
    "He read more: three novels, two plays and the whole report.",
    "Related costs rose by four per cent, the ministry said.",
    "She took a photo: the tug lay on its side in the mud.",
    "The photo was taken in Kyiv by a man who works for Reuters.",
    "Getty Images sued the company in London last year.",
    "Reuters reported on Monday that the harbour would close.",
    "The harbour will close on Monday, officials said. (Reuters)",
    "The committee asked whether the AP/NORC poll was sound.",
    "The court found that the copyright had lapsed in 2019.",
    "Copyright law must change, the minister said.",
    "Leave a light on, he told them, and went down to the harbour.",
    "Comments by the minister angered the fishermen.",
    "Cookies were handed to the children who waited at the gate.",
    "The newsletter of the harbour board said that the works would begin in May.",
    "He shared the picture on Facebook, and within a day thousands had seen it.",
    "Home is where the harbour is, the mayor likes to say.",
    "Search teams found the tug on Tuesday.",
    "Videos of the fire spread quickly.",
    "Trending downward since May, prices fell again.",
    "“More in sorrow than in anger,” she said.",
    "Published authors earn less than they did ten years ago.",
    "The law was published on Monday.",
    "By Monday the harbour was closed.",
    "Advertisement sales fell by a tenth.",
    "More from habit than from hunger, the gulls came back.",
    "NATO AND THE EU AGREED.",
    "Absolutely.",
    "Why close the harbour?",
    "What happens next",
    "A week without ships",
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_finds_its_own_example(rule: Rule):
    assert rule.matches(Line(0, rule.example))
    found = find_rule(Line(0, rule.example))
    assert found is not None
    assert found.reason is rule.reason


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_takes_a_line_longer_than_its_limit(rule: Rule):
    assert not rule.matches(Line(0, rule.example + " and so on" * rule.most_words))


def test_names_of_rules_are_unique():
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(("text", "reason"), FOUND)
def test_furniture_is_known_by_its_words(text: str, reason: RemovalReason):
    found = find_rule(Line(0, text))
    assert found is not None
    assert found.reason is reason


@pytest.mark.parametrize("text", KEPT)
def test_a_line_that_only_looks_like_furniture_stays(text: str):
    assert find_rule(Line(0, text)) is None


@pytest.mark.parametrize(
    "text", ["FAQs", "Videos", "Related", "Home", "THE MOST BEAUTIFUL HARBOURS OF THE COUNTRY BY FAR"]
)
def test_subheads_of_an_extracted_article_are_no_menu(text: str):
    assert find_rule(Line(0, text)) is not None
    assert find_rule(Line(0, text), extracted=True) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_pattern_is_slow_on_a_hostile_line(rule: Rule):
    hostile = [
        piece * (900 // len(piece)) + "\x01"
        for piece in ("a", "A ", "!", "share on ", "> ", "(a/", "#a ", "1:", "copy link")
    ]
    start = time.perf_counter()
    for text in [*hostile, rule.example + "!" * 500 + "\x01"]:
        rule.pattern.search(text)
    assert time.perf_counter() - start < 1
