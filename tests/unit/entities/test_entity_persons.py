"""Which names are one person."""

import pytest
from marked_text import entity, exacts, mentions_of, merge_marked, names, starts_of

from schemas import EntityKind


def test_full_name_surname_title_and_possessive_are_one_person():
    extraction = merge_marked(
        "President [PERSON Anna Holm] spoke. [PERSON Holm] left in [PERSON Holm's] car, [PERSON Dr. Holm]."
    )
    assert mentions_of(extraction, "Anna Holm") == ["Anna Holm", "Holm", "Holm", "Holm"]
    assert entity(extraction, "Anna Holm").aliases == ("Holm",)
    assert len(extraction.entities) == 1


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("J. Berg", "Jonas Berg", "Jonas Berg"),
        ("Jonas K. Berg", "Jonas Berg", "Jonas K. Berg"),
        ("Jonas Karl Berg", "Jonas Berg", "Jonas Karl Berg"),
        ("Jonas Berg Jr.", "Jonas Berg", "Jonas Berg Jr."),
        ("Eva von der Aue", "von der Aue", "Eva von der Aue"),
        ("Eva von der Aue", "Aue", "Eva von der Aue"),
        ("Kang Min Seo", "Kang", "Kang Min Seo"),
        ("Renée Dağ", "Renee Dag", "Renée Dağ"),
        ("JONAS BERG", "Jonas Berg", "Jonas Berg"),
    ],
)
def test_a_shorter_form_belongs_to_the_fuller_name(one, other, name):
    extraction = merge_marked(f"We met [PERSON {one}] and later [PERSON {other}] again.")
    assert names(extraction) == [name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jonas Berg", "Eva Berg"),
        ("Jonas Berg", "Jonas Holm"),
        ("Jonas K. Berg", "Jonas L. Berg"),
        ("Li", "Lin"),
    ],
)
def test_different_people_stay_apart(one, other):
    extraction = merge_marked(f"We met [PERSON {one}] and later [PERSON {other}] again.")
    assert names(extraction) == [one, other]


def test_an_ambiguous_surname_goes_to_the_one_named_in_full_last():
    extraction = merge_marked(
        "[PERSON Jonas Berg] sat. [PERSON Berg] rose. [PERSON Eva Berg] came. [PERSON Berg] sang."
    )
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]
    assert mentions_of(extraction, "Eva Berg") == ["Eva Berg", "Berg"]


def test_an_ambiguous_surname_before_any_full_name_goes_to_the_next():
    extraction = merge_marked("[PERSON Berg] won. [PERSON Jonas Berg] beat [PERSON Eva Berg].")
    assert starts_of(extraction, "Jonas Berg")[0] == 0


def test_a_title_settles_an_ambiguous_surname():
    extraction = merge_marked(
        "President [PERSON Jonas Berg] met his sister [PERSON Eva Berg]. Later President [PERSON Berg] sang."
    )
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]


def test_a_surname_the_model_missed_is_a_mention():
    extraction = merge_marked("[PERSON Jonas Berg] sat. Then Berg, they say, rose, and Berg’s chair fell.")
    assert exacts(extraction) == ["Jonas Berg", "Berg", "Berg"]
    assert {mention.label for mention in extraction.mentions} == {"PERSON"}


def test_a_full_name_the_model_missed_is_a_mention():
    extraction = merge_marked("[PERSON Jonas Berg] sat. “It fell on Jonas Berg,” they said.")
    assert exacts(extraction) == ["Jonas Berg", "Jonas Berg"]


@pytest.mark.parametrize(
    "words",
    ["the Berg Tower", "a Berg-era law", "our Eva Berg sang", "an iceberg", "the berg", "BERG"],
)
def test_a_surname_inside_something_else_is_no_mention(words):
    assert exacts(merge_marked(f"[PERSON Jonas Berg] sat near {words}.")) == ["Jonas Berg"]


def test_a_surname_that_is_a_month_is_not_looked_for():
    assert exacts(merge_marked("[PERSON Eva May] sat. It rained in May, they say.")) == ["Eva May"]


def test_a_surname_with_another_label_is_the_person():
    extraction = merge_marked("[PERSON Jonas Berg] sat. Then [ORG Berg] rose.")
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]
    assert [mention.label for mention in extraction.mentions] == ["PERSON", "ORG"]


@pytest.mark.parametrize("label", ["ORG", "GPE"])
def test_a_name_behind_a_title_is_a_person_and_so_is_its_surname(label):
    extraction = merge_marked(f"Chancellor [{label} Jonas Berg] sat. Then [{label} Berg] rose.")
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]
    assert entity(extraction, "Jonas Berg").kind is EntityKind.PERSON


def test_a_place_that_is_also_a_surname_stays_a_place():
    extraction = merge_marked("[PERSON Jonas Bergen] lives in [GPE Bergen]. We saw Bergen.")
    assert entity(extraction, "Bergen").kind is EntityKind.PLACE
    assert mentions_of(extraction, "Jonas Bergen") == ["Jonas Bergen"]


@pytest.mark.parametrize(
    ("marked", "titles"),
    [
        ("Yesterday President [PERSON Jonas Berg] spoke.", ("President",)),
        ("[NORP Danish] President [PERSON Jonas Berg] spoke.", ("Danish President",)),
        ("[ORG Senate] spokesman [PERSON Jonas Berg] spoke.", ("Senate spokesman",)),
        ("They met former president [PERSON Jonas Berg] there.", ("former president",)),
        ("We met Foreign Minister [PERSON Jonas Berg] there.", ("Foreign Minister",)),
        ("We met Sen. [PERSON Jonas Berg] there.", ("Sen.",)),
        ("We met Mr [PERSON Berg] there.", ("Mr",)),
        ("Then King [PERSON Jonas] spoke.", ("King",)),
        ("President of [GPE Norway] [PERSON Jonas Berg] spoke.", ("President of Norway",)),
        ("[PERSON Jonas Berg], the bank's chief economist, spoke.", ("bank's chief economist",)),
        ("[PERSON Jonas Berg], leader of the Greens, spoke.", ("leader of the Greens",)),
        ("In [GPE Oslo] Mr [PERSON Berg] spoke.", ("Mr",)),
        ("On Friday President [PERSON Jonas Berg] spoke.", ("President",)),
        ("[GPE Norway]'s president [PERSON Jonas Berg] spoke.", ("president",)),
        ("The president.\n\n[PERSON Jonas Berg] spoke.", ()),
        ("She saw the president, [PERSON Jonas Berg] said.", ()),
        ("[PERSON Jonas Berg], after a long night, spoke.", ()),
        ("They told [PERSON Jonas Berg] that.", ()),
        ("We met Foreign Secretary Dr [PERSON Jonas Berg] there.", ("Foreign Secretary Dr",)),
        ("Old Oslo [PERSON Jonas Berg] spoke.", ()),
        ("Then [GPE Norway]'s President [PERSON Jonas Berg] spoke.", ("President",)),
        ("In [GPE Oslo] Dr [PERSON Jonas Berg] spoke.", ("Dr",)),
        ("They say acting President [PERSON Jonas Berg] spoke.", ("acting President",)),
        ("They say Prime Minister [PERSON Jonas Berg] spoke.", ("Prime Minister",)),
        ("The mother of two told [PERSON Jonas Berg] that.", ()),
        ("A guest of [GPE Norway], [PERSON Jonas Berg] spoke.", ()),
        (
            "It came before the word, as is usual in this house, of minister [PERSON Jonas Berg].",
            ("minister",),
        ),
        ("He said it and she heard it all, once more, from chairman of state [PERSON Jonas Berg].", ()),
        ("The chief of Staff and Navy [PERSON Jonas Berg] spoke.", ("chief of Staff and Navy",)),
    ],
)
def test_titles_stand_apart_from_the_name(marked, titles):
    person = next(e for e in merge_marked(marked).entities if e.kind is EntityKind.PERSON)
    assert person.titles == titles
    assert person.name in {"Jonas Berg", "Berg", "Jonas"}


def test_a_title_within_the_bounds_of_the_mention_is_a_title():
    extraction = merge_marked("We met [PERSON President Jonas Berg] and [PERSON Prime Minister Holm].")
    assert names(extraction) == ["Jonas Berg", "Holm"]
    assert [e.titles for e in extraction.entities] == [("President",), ("Prime Minister",)]


def test_a_title_reaches_back_no_further_than_its_line_of_words():
    words = "and so on " * 12
    extraction = merge_marked(f"The minister {words}[PERSON Jonas Berg] spoke.")
    assert entity(extraction, "Jonas Berg").titles == ()


def test_each_title_is_told_once():
    extraction = merge_marked(
        "President [PERSON Jonas Berg] and president [PERSON Berg] is Mr [PERSON Berg]."
    )
    assert entity(extraction, "Jonas Berg").titles == ("President", "Mr")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "[PERSON Donald Preis] met his sister [PERSON Ylva Preis] in May. Mr. [PERSON Preis] left.",
            "Donald Preis",
        ),
        (
            "[PERSON Mary Preis] met her uncle [PERSON Ole Preis] in May. Mrs. [PERSON Preis] left.",
            "Mary Preis",
        ),
    ],
)
def test_a_form_of_address_goes_to_who_bears_such_a_first_name(text, name):
    """Though somebody else of that surname was named last, of whom nothing is known."""
    assert mentions_of(merge_marked(text), name) == [name, "Preis"]


def test_a_title_does_not_reach_over_the_end_of_a_sentence():
    extraction = merge_marked("We met [PERSON Eva Berg], the candidate. Mrs. [PERSON Berg] left.")
    assert entity(extraction, "Eva Berg").titles == ("candidate", "Mrs.")


@pytest.mark.parametrize(
    "text",
    [
        "The security firm, [PERSON Guardia Rosa], denied it.",
        "The city's largest bakery chain [PERSON Guardia Rosa] denied it.",
        "We asked for more. Opposition newspaper [PERSON Guardia Rosa] denied it.",
    ],
)
def test_what_is_called_a_body_is_no_person(text):
    assert entity(merge_marked(text), "Guardia Rosa").kind is EntityKind.ORGANIZATION


@pytest.mark.parametrize("role", ["The head of the bank", "The new chief of the city's bank", "The chairman"])
def test_who_leads_a_body_stays_a_person(role):
    extraction = merge_marked(f"{role}, [PERSON Rosa Berg], denied it.")
    assert entity(extraction, "Rosa Berg").kind is EntityKind.PERSON


def test_a_town_that_was_once_taken_for_a_person_is_a_place():
    extraction = merge_marked(
        "Nurses in [LOC Marrowby] struck. The minister saw [PERSON Marrowby] last week."
    )
    assert entity(extraction, "Marrowby").kind is EntityKind.PLACE


@pytest.mark.parametrize("before", ["has confidence in", "believes in", "met", "Mr."])
def test_who_is_trusted_is_no_town(before):
    assert entity(merge_marked(f"She {before} [PERSON Marrowby]."), "Marrowby").kind is EntityKind.PERSON


@pytest.mark.parametrize(
    "text",
    [
        "The mayor of [PERSON Marrowby] resigned.",
        "[PERSON Marrowby] closed its high street, the Marrowby Observer found.",
    ],
)
def test_what_has_a_mayor_or_gives_its_name_to_a_newspaper_is_a_town(text):
    assert entity(merge_marked(text), "Marrowby").kind is EntityKind.PLACE


def test_a_company_is_known_by_its_trade():
    extraction = merge_marked(
        "The developer, [PERSON Selwick Marine], denied it. [PERSON Rosa Marini] did not."
    )
    assert entity(extraction, "Selwick Marine").kind is EntityKind.ORGANIZATION
    assert entity(extraction, "Rosa Marini").kind is EntityKind.PERSON


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The [LOC Port Selwick] Art Museum bought it.", "Port Selwick Art Museum"),
        ("The [LOC Selwick] University closed.", "Selwick University"),
        ("He went to [LOC Selwick] and its Museum.", "Selwick"),
        ("In [LOC Selwick] Museum Director Berg spoke.", "Selwick"),
    ],
)
def test_a_body_called_after_a_place_has_its_whole_name(text, name):
    expected = EntityKind.PLACE if name == "Selwick" else EntityKind.ORGANIZATION
    assert entity(merge_marked(text), name).kind is expected
