"""Common nouns that stand for whoever speaks: persons by what they do, bodies by what they are."""

from spacy.tokens import Token

from services.claims.lexicon import words

PERSONS = words(
    "actor activist adviser advisor agent aide ally ambassador analyst artist athlete attorney author aunt "
    "banker billionaire biologist bishop boss boy boxer brother builder businessman businesswoman candidate "
    "captain cardinal celebrity ceo chair chairman chairperson chairwoman champion chancellor chef chemist "
    "chief citizen cleric coach colonel comedian commander commentator commissioner congressman "
    "congresswoman conservative contender coroner councillor councilman councilwoman counsel critic dad "
    "daughter defendant delegate democrat deputy detective developer dictator diplomat director doctor "
    "doorman driver economist editor elder engineer envoy executive expert fan farmer father fighter "
    "financier firefighter fisherman forecaster forward founder friend frontrunner general girl goalkeeper "
    "governor grandfather grandmother guard head historian host husband incumbent inspector insider "
    "investigator investor journalist judge juror keeper king lady lawmaker lawyer leader lecturer "
    "lieutenant magistrate magnate major man manager marshal mayor medic member midfielder minister mogul "
    "mother musician nephew neighbor neighbour newcomer niece nominee novelist nurse observer officer "
    "official operative opponent organiser organizer owner painter parent partner pastor patient pensioner "
    "performer physician physicist pilot player poet policeman politician pollster pope premier president "
    "priest prince princess principal professor prosecutor protester psychologist queen "
    "rapper rebel rector referee refugee rep representative reporter republican researcher resident rival "
    "runner sailor scholar scientist secretary senator sergeant sheriff singer sister soldier son speaker "
    "spokesman spokesperson spokeswoman star strategist striker student superintendent supporter surgeon "
    "survivor suspect teacher technician teenager trader trainer treasurer trustee tycoon uncle "
    "undersecretary veteran victim volunteer voter widow widower wife winner witness woman worker writer"
)
"""Nouns for one person."""
BODIES = words(
    "administration agency alliance army association authority bank board body brand broadcaster bureau "
    "business cabinet campaign carmaker carrier charity church club commission committee "
    "company conglomerate congress consortium corporation council court department developer embassy "
    "employer federation firm force foundation fund giant government group hospital institute institution "
    "label league lender magazine maker manufacturer ministry museum navy network newspaper "
    "office operator organisation organization outlet panel paper parliament party police publisher "
    "regulator retailer school senate startup supermarket supplier team tribunal "
    "troupe union university utility watchdog website"
)
"""Nouns for an organization."""
COUNTRIES = words("country nation state kingdom republic island city town county village district region")
"""Nouns for a place that speaks through its government."""
MALE = words(
    "mr mr. sir lord king prince chairman congressman spokesman councilman businessman policeman fisherman "
    "father son brother husband uncle nephew grandfather man boy dad widower doorman"
)
FEMALE = words(
    "mrs mrs. ms ms. miss lady queen princess chairwoman congresswoman spokeswoman councilwoman "
    "businesswoman mother daughter sister wife aunt niece grandmother woman girl widow"
)

DEFINITE = frozenset({"the", "this", "that", "his", "her", "its", "their"})
OFFICES = frozenset(word for word in MALE if word.endswith("man") and word != "man")
"""Words for offices that women hold as well: "chairman Ruth Halloran"."""
OTHER_OFFICE = words("deputy vice former ex assistant acting interim shadow under junior outgoing elect late")
"""Words that make another office of a title."""

SPOKEN = words("word statement remark comment testimony admission account")
"""Nouns for what somebody has said: "according to Kern's words"."""


def office_of(noun: Token) -> str:
    """What a person is called by a noun: "assistant coach" is not "coach"."""
    lemma = noun.lemma_.lower()
    marks = sorted(kid.lower_ for kid in noun.children if kid.lower_ in OTHER_OFFICE)
    return " ".join((*marks, lemma))


def is_attached(name: Token) -> bool:
    """Whether a name only says which one or whose: "the former Harlow coach", "an Orbis spokeswoman"."""
    return name.dep_ == "compound" and name.head.pos_ == "NOUN"


def is_person(noun: Token) -> bool:
    """Whether the noun is one for a person, or for several."""
    return noun.pos_ == "NOUN" and noun.lemma_.lower() in PERSONS


def is_body(noun: Token) -> bool:
    """Whether the noun is one for an organization."""
    return noun.pos_ == "NOUN" and noun.lemma_.lower() in BODIES


def can_speak(noun: Token) -> bool:
    """Whether the word may name a speaker; common nouns for things and events can't."""
    return noun.pos_ != "NOUN" or is_person(noun) or is_body(noun)
