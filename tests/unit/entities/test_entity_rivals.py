"""Names that are easily taken for one another: what is one and what stays two, by construction."""

import pytest
from marked_text import entity, mentions_of, merge_marked, names

from schemas import EntityKind


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("J.K. Berg", "Jonas Karl Berg", "Jonas Karl Berg"),
        ("JK Berg", "J. K. Berg", "JK Berg"),
        ("J.K. Berg", "Jonas K. Berg", "Jonas K. Berg"),
        ("Kang Min-seo", "Kang Min Seo", "Kang Min Seo"),
        ("Omar el-Tarik", "Tarik", "Omar el-Tarik"),
        ("Omar el-Tarik", "el-Tarik", "Omar el-Tarik"),
        ("Eva Holm-Berg", "Holm-Berg", "Eva Holm-Berg"),
        ("Eva Holm-Berg", "Berg", "Eva Holm-Berg"),
        ("Jean-Luc Berg", "Jean-Luc", "Jean-Luc Berg"),
    ],
)
def test_initials_that_run_together_and_hyphens_hide_nobody(one, other, name):
    assert names(merge_marked(f"We met [PERSON {one}] and later [PERSON {other}] again.")) == [name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jonas Berg Jr.", "Jonas Berg Sr."),
        ("Jonas Berg II", "Jonas Berg III"),
        ("J.K. Berg", "Jonas Lars Berg"),
        ("George K. Berg", "George L.K. Berg"),
        ("Al Berg", "Anna Lena Berg"),
        ("AL BERG", "Anna Lena Berg"),
        ("Bergs", "Jonas Berg"),
    ],
)
def test_another_generation_another_initial_or_a_family_is_another_person(one, other):
    assert names(merge_marked(f"We met [PERSON {one}] and later [PERSON {other}] again.")) == [one, other]


def test_a_hyphen_counts_only_where_nobody_bears_the_plain_name():
    """Berg is the man of that name, not the woman who has it for the second part of hers."""
    extraction = merge_marked("[PERSON Jonas Berg] met [PERSON Eva Holm-Berg]. [PERSON Berg] left.")
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]


@pytest.mark.parametrize(
    "introduced",
    [
        "Mrs. [PERSON Eva Berg] and Mr. [PERSON Jonas Berg] met.",
        "[PERSON Eva Berg] and her husband [PERSON Jonas Berg] met.",
        "[PERSON Jonas Berg] and his sister [PERSON Eva Berg] met.",
    ],
)
def test_a_form_of_address_settles_which_of_a_family_is_meant(introduced):
    extraction = merge_marked(f"{introduced} Mr. [PERSON Berg] left. Ms. [PERSON Berg] stayed.")
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Berg"]
    assert mentions_of(extraction, "Eva Berg") == ["Eva Berg", "Berg"]


def test_a_form_of_address_says_nothing_where_both_could_bear_it():
    """Then the one named in full last is meant, as without it."""
    extraction = merge_marked("[PERSON Jonas Berg] met [PERSON Karl Berg]. Mr. [PERSON Berg] left.")
    assert mentions_of(extraction, "Karl Berg") == ["Karl Berg", "Berg"]


def test_first_names_of_a_family_go_to_their_own():
    extraction = merge_marked(
        "[PERSON Jonas Berg] met [PERSON Eva Berg]. [PERSON Jonas] left. [PERSON Eva] sat."
    )
    assert mentions_of(extraction, "Jonas Berg") == ["Jonas Berg", "Jonas"]
    assert mentions_of(extraction, "Eva Berg") == ["Eva Berg", "Eva"]


@pytest.mark.parametrize(
    "possessive",
    ["[PERSON Berg]'s", "[PERSON Berg’s]", "[PERSON Berg's]", "[PERSON BERG]'S", "[PERSON BERG'S]"],
)
def test_a_possessive_is_the_person(possessive):
    extraction = merge_marked(f"[PERSON Jonas Berg] sat. Then {possessive} aide rose.")
    assert names(extraction) == ["Jonas Berg"]
    assert mentions_of(extraction, "Jonas Berg")[1].casefold() == "berg"


def test_a_title_and_a_surname_are_the_person_with_that_title_and_surname():
    extraction = merge_marked("Governor [PERSON Eva Berg] met [PERSON Jonas Berg]. [PERSON Gov. Berg] left.")
    assert mentions_of(extraction, "Eva Berg") == ["Eva Berg", "Berg"]


@pytest.mark.parametrize(
    ("city", "government"),
    [
        ("[GPE Moscow]", "[GPE Russia]"),
        ("[GPE Moscow]", "the [ORG Kremlin]"),
        ("[GPE Washington]", "the [GPE United States]"),
        ("[GPE Washington]", "the [ORG White House]"),
        ("[GPE Brussels]", "the [ORG European Union]"),
        ("[GPE London]", "[ORG Downing Street]"),
        ("[GPE Beijing]", "[GPE China]"),
    ],
)
def test_a_city_that_stands_for_a_government_stays_the_city(city, government):
    """ "Moscow said": who is meant is a reading; what is printed is kept."""
    extraction = merge_marked(f"Then {city} said what {government} denied.")
    assert len(extraction.entities) == 2
    assert extraction.entities[0].kind is EntityKind.PLACE


def test_clubs_and_papers_of_a_city_are_not_the_city_nor_each_other():
    marked = "[GPE Bergen] saw [ORG Bergen United] beat [ORG Bergen City], the [ORG Bergen Times] wrote."
    assert names(merge_marked(marked)) == ["Bergen", "Bergen United", "Bergen City", "Bergen Times"]


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("Office of Harbour Affairs", "OHA"),
        ("Office of Harbour Affairs", "O.H.A."),
        ("Office of Harbour Affairs", "OoHA"),
        ("Bank of Norway", "BoN"),
        ("Department of Ports", "DOP"),
        ("Department for Ports", "DfP"),
    ],
)
def test_an_acronym_may_count_the_small_words(long, short):
    extraction = merge_marked(f"The [ORG {long}] met. Its head left the [ORG {short}] early.")
    assert names(extraction) == [long]
    assert entity(extraction, long).aliases == (short,)


def test_an_acronym_may_stand_before_its_long_form():
    extraction = merge_marked("[ORG OHA] ([ORG Office of Harbour Affairs]) met. [ORG OHA] agreed.")
    assert names(extraction) == ["Office of Harbour Affairs"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Department of Ports", "Ports Department"),
        ("Ministry of Defence", "Defence Ministry"),
        ("Ministry of the Interior", "Interior Ministry"),
        ("Department for Education", "Education Department"),
    ],
)
def test_a_department_is_the_same_from_either_end(one, other):
    assert len(merge_marked(f"The [ORG {one}] met. The [ORG {other}] agreed.").entities) == 1


def test_a_university_is_not_the_same_from_either_end():
    """The University of Miami is in Florida, Miami University in Ohio."""
    assert len(merge_marked("[ORG University of Bergen] beat [ORG Bergen University].").entities) == 2
