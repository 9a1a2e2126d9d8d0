"""What is attributed and yet no claim: that somebody said "it", or did not want to be named."""

import pytest
from hand_made import Detect

from schemas import Claim, ClaimKind


def told(claims: list[Claim]) -> list[str]:
    return [claim.text for claim in claims if claim.kind is ClaimKind.ATTRIBUTED]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "Two experts who asked not to be named said the painting was a fake.",
            ["the painting was a fake"],
        ),
        (
            "A source in the police, who asked to remain anonymous, said the boxes had been opened.",
            ["the boxes had been opened"],
        ),
        ("Nobody told the council that the crane was late.", []),
        (
            "The council told the dockers that the crane was late.",
            ["the crane was late"],
        ),
        (
            "“The toll is too high. I think that the council knows it,” the minister said.",
            ["The toll is too high. I think that the council knows it"],
        ),
        ("The council refused to comment on the minister’s remarks.", []),
        ("A statement from the council came on Friday. The minister welcomed the statement.", []),
        ("The minister denied the claims.", ["the claims"]),
    ],
)
def test_only_what_tells_something_is_a_claim(claims_in: Detect, text: str, claims: list[str]) -> None:
    assert told(claims_in(text)) == claims


def test_what_an_interviewer_says_is_not_asserted_by_the_outlet(claims_in: Detect) -> None:
    text = (
        "The mayor met the Courier on the bridge.\n\n"
        "Courier: Will it open?\n\nLindqvist: In May.\n\n"
        "Courier: The toll rose by 30 percent to 12 million crowns in 2021.\n\n"
        "Lindqvist: It did not.\n\nCourier: Are you sure?\n\nLindqvist: Quite."
    )
    assert [claim.text for claim in claims_in(text)] == ["In May.", "It did not.", "Quite."]
