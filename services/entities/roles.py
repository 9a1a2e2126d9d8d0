"""Titles and roles of persons: the words, and where one stands before or after a name."""

import re


def gather_words(words: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(words.split())


HONORIFICS = gather_words(
    "mr mrs ms mx miss dr prof professor sir dame lord lady rev reverend fr hon mme madame monsieur "
    "herr frau señor senor sheikh sheik ayatollah imam rabbi"
)
MEN = gather_words("mr sir lord fr monsieur herr señor king prince husband widower father son brother uncle")
WOMEN = gather_words(
    "mrs ms miss dame lady mme madame frau señora queen princess wife widow mother daughter sister aunt"
)
MILITARY = gather_words(
    "gen general lt lieutenant col colonel capt captain maj sgt sergeant cpl corporal pvt adm admiral "
    "cmdr commander brig brigadier"
)
OFFICES = gather_words(
    "president pres premier chancellor minister secretary senator sen congressman congresswoman "
    "representative rep governor gov mayor ambassador king queen princess emperor empress sultan tsar "
    "pope cardinal archbishop patriarch justice sheriff inspector detective constable superintendent "
    "taoiseach speaker prime vice deputy"
)
ALSO_GIVEN_NAMES = gather_words("major marshal prince duke earl baron count bishop dean judge pastor")
TITLES = HONORIFICS | MILITARY | OFFICES
"""Words that, at the head of a person's name, belong to the title."""

ROLES = (TITLES | ALSO_GIVEN_NAMES) - {"prime", "vice", "deputy"} | gather_words(
    "spokesman spokeswoman spokesperson chairman chairwoman chairperson chair chief head director "
    "executive ceo cfo coo cto founder co-founder cofounder owner boss manager editor editor-in-chief "
    "publisher lawmaker leader dictator ruler strongman adviser advisor aide analyst economist "
    "strategist expert researcher scientist historian lecturer scholar author writer novelist poet "
    "journalist reporter correspondent columnist commentator presenter host anchor broadcaster actor "
    "actress singer rapper musician composer artist filmmaker producer designer architect engineer "
    "lawyer attorney prosecutor solicitor barrister advocate activist campaigner dissident organiser "
    "organizer coach trainer captain striker midfielder defender goalkeeper player driver champion "
    "envoy diplomat negotiator commissioner counsel counsellor councillor councilman councilwoman "
    "legislator parliamentarian candidate nominee opponent rival billionaire businessman "
    "businesswoman entrepreneur investor banker financier trader tycoon magnate oligarch treasurer "
    "governor-general attorney-general secretary-general physician doctor surgeon nurse psychologist "
    "epidemiologist virologist biologist physicist chemist officer official agent commander soldier "
    "veteran warlord rebel priest bishop cleric monk teacher headteacher principal student graduate "
    "resident farmer developer partner wife husband widow mother father son daughter brother sister "
    "cousin uncle aunt fiancé fiancée boyfriend girlfriend co-chair co-author whistleblower mp mep "
    "msp"
)
"""Words that can head a title, before a name ("Kremlin spokesman") or after it ("the party's leader")."""

ABBREVIATED = {
    "adm": "admiral", "brig": "brigadier", "capt": "captain", "cmdr": "commander", "col": "colonel",
    "cpl": "corporal", "gen": "general", "gov": "governor", "lt": "lieutenant", "pres": "president",
    "rep": "representative", "sec": "secretary", "sen": "senator", "sgt": "sergeant",
}  # fmt: skip

FORMERLY = gather_words(
    "former deputy vice acting outgoing incoming interim late retired exiled jailed then-president "
    "ex-president longtime veteran"
)
"""Words that stand in small letters even before a title in capitals ("former President")."""

MODIFIERS = FORMERLY | gather_words(
    "prime foreign defense defence chief senior junior press state interior finance executive "
    "national security general assistant associate managing first second home health justice trade "
    "energy economy education agriculture environment transport labor labour treasury culture sports "
    "information technology opposition party government military army navy police intelligence union "
    "central bank federal presidential parliamentary ruling right-wing left-wing far-right "
    "conservative liberal supreme grand crown regional local provincial political human rights media "
    "campaign research independent principal lead head top house majority minority"
)
"""Words that may stand before the head of a title."""

LONGEST_SHORT = 4
"""Letters of an abbreviated rank."""
_NEXT = re.compile(r"([^\W\d_][\w’'-]*)(\.?)\s+")


def measure_title(name: str) -> int:
    """The length of the title at the head of a person's name, with the space after it; 0 without one.

    Titles that are also given names (Dean, Prince) count only before two more words. At least one
    word stays as the name: a bare title is left alone.
    """
    at = 0
    while (match := _NEXT.match(name, at)) and _is_title(match.group(1), name[match.end() :]):
        at = match.end()
    return at


def _is_title(word: str, rest: str) -> bool:
    word = word.casefold()
    if word in ALSO_GIVEN_NAMES:
        return len(rest.split()) > 1
    return bool(rest) and word in TITLES


def is_role(word: str) -> bool:
    """Whether a word can head a title; a full stop after an abbreviation does not matter."""
    word = word.rstrip(".").casefold()
    return word in ROLES or (word.startswith(("ex-", "then-", "vice-")) and word.split("-", 1)[1] in ROLES)


def is_honorific(word: str) -> bool:
    """Whether a word is a form of address, which says nothing of an office."""
    return word.rstrip(".").casefold() in HONORIFICS


def is_abbreviated(word: str) -> bool:
    """Whether a title is printed short, so that a full stop behind it ends no sentence."""
    short = word.rstrip(".").casefold()
    return short in ABBREVIATED or short in HONORIFICS or (short in MILITARY and len(short) <= LONGEST_SHORT)


def find_office(title: str) -> str:
    """The head word of a title, in full: "Gov." and "state governor" are "governor"."""
    head = title.split()[-1].rstrip(".").casefold()
    return ABBREVIATED.get(head, head)


def find_gender(title: str) -> str | None:
    """What a title says of its bearer: "he", "she", or nothing."""
    head = title.split()[-1].rstrip(".").casefold()
    return "he" if head in MEN else "she" if head in WOMEN else None
