"""The words by which statements are compared: deniers, words with an opposite, words that say little."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> Mapping[str, str]:
    return MappingProxyType(dict(pair.split(":") for pair in text.split()))


NEGATORS = _words(
    """
    not never no nobody none nothing neither nor without cannot n't failed fails fail refused
    refuses refusing denied denies deny hardly barely
    """
)
SEEMING = _words("no not")
"""What only seems to deny before one of the next."""
AFTER_SEEMING = _words("only just doubt fewer less later")
DENYING = _pairs(
    """
    unlawful:lawful illegal:lawful illegally:lawful unlawfully:lawful unsafe:safe dangerous:safe
    unarmed:weapon untrue:true false:true impossible:possible unable:able unfair:fair unknown:known
    unpaid:paid unanswered:answered ignored:answered ignore:answered insufficient:sufficient
    incomplete:complete inaccurate:accurate
    """
)
"""Words that deny another, and that other."""
SAME = _pairs(
    """
    legal:lawful legally:lawful lawfully:lawful armed:weapon built:build bought:buy sold:sell
    lost:lose won:win paid:pay made:make took:take taken:take gave:give given:give went:go gone:go
    came:come knew:know known:know left:leave met:meet held:hold kept:keep ran:run spent:spend
    sent:send led:lead told:tell found:find got:get brought:bring thought:think died:die dead:die
    children:child people:person men:man women:woman lives:life wrote:write written:write
    chose:choose chosen:choose broke:break broken:break drove:drive driven:drive ate:eat saw:see
    seen:see flats:apartment flat:apartment promised:pledge promises:pledge firm:company
    firms:company jail:prison jobless:unemployment joblessness:unemployment cars:vehicle car:vehicle
    plant:factory plants:factory
    """
)
"""Forms that have not the letters of their word, and words that news use for one another."""

_OPPOSITES = (
    """
    rise rises rose risen rising grow grows grew grown growing increase increases increased increasing up
    climb climbs climbed gain gains gained jump jumped soar soared raise raises raised raising higher highest
    more most larger largest longer longest surge surged exceed exceeded above expand expanded
    | fall falls fell fallen falling drop drops dropped dropping decline declines declined decrease decreases
    decreased down shrink shrinks shrank shrunk sink sank sunk plunge plunged plummeted lower lowers lowered
    lowering lowest cut cuts cutting reduce reduces reduced reducing fewer fewest less smaller smallest
    shorter shortest slumped slump below
    """,
    "win wins won winning beat beats | lose loses lost losing",
    "buy buys bought buying acquire acquired acquires | sell sells sold selling",
    "hire hires hired hiring recruit recruits | dismiss dismisses dismissed fire fired sack sacked laid",
    "open opens opened opening reopen reopened | close closes closed closing shut shuts shutting",
    "convict convicted convicts guilty conviction | acquit acquitted acquits innocent cleared acquittal",
    "positive | negative",
    "approve approved approves accept accepted pass passed | reject rejected rejects",
    "support supports supported back backs backed | oppose opposes opposed",
    "allow allows allowed permit permits legalise | ban bans banned forbid forbids prohibit prohibited",
    "for | against",
    "before | after",
    "north northern | south southern",
    "east eastern | west western",
    "strengthen strengthened stronger | weaken weakened weaker",
    "safe | poisonous toxic",
    "start starts started begin begins began | stop stops stopped end ends ended",
    "early earlier | late later",
    "best better improve improves improved | worst worse worsen worsened",
)


def _read_axes() -> Iterator[tuple[str, tuple[int, int]]]:
    for axis, pair in enumerate(_OPPOSITES):
        for sign, side in zip((1, -1), pair.split("|"), strict=True):
            yield from ((word, (axis, sign)) for word in side.split())


AXES: Mapping[str, tuple[int, int]] = MappingProxyType(dict(_read_axes()))
"""For each word that has an opposite, which pair it belongs to, and which side it is."""
BOUNDING = _words("more less fewer most least over under")
"""Before "than" and a figure, or after "at", these bound a figure and are no trend."""
SCOPES: Mapping[str, str] = MappingProxyType(
    {
        word: scope
        for scope, words in {
            "all": "all every each whole entire everyone everybody always entirely",
            "some": "some several few sometimes partly",
            "one": "single",
            "most": "most mostly",
            "may": "may might perhaps possibly considering considers consider reportedly",
        }.items()
        for word in words.split()
    }
)
"""Words that say how much is spoken of, and whether only as possible."""

FIRST_PERSON = _words("i me my mine we us our ours myself ourselves")
PRONOUNS = FIRST_PERSON | _words("he him his she her hers it its they them their theirs")
POINTING = _words("he she it they this that these those his her its their")
"""Words with which a sentence begins that hangs on the one before it."""
STOP = (
    PRONOUNS
    | NEGATORS
    | _words(
        """
        a an the of to in on at by for with and or but that this these those there here is are was
        were be been being am has have had having will would shall should can could may might must
        do does did than then as from into onto you your who which what when where why how if so
        such very also just only even still now yet already said says say according told tells about
        over under up out off between among per each other another any some all one two more most
        least less because while since until during after before within against through percent cent
        percentage point points million billion thousand hundred mr mrs ms dr
        """
    )
)
"""Words that two statements may share without having anything in common."""
TITLES = _words(
    """
    mayor minister president prime chancellor senator judge coach doctor professor king queen sir
    lord chief secretary general governor captain the
    """
)
PREPOSITIONS = _words(
    """
    in at of from to for with against by after since on under near over into between before among
    about
    """
)
PASSIVE = _words("was were is are been being be got by")
ABSTRACT = ("s", "ness", "ment", "tion", "sion", "ity", "ing", "ance", "ence", "ism", "ed", "ly")
"""Endings of words that a sentence may begin with and that are no names."""
