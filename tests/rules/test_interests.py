"""Names and addresses compared: what is the same body, and which address says nothing of one."""

from __future__ import annotations

import pytest

from marketplace.rules.interests import PUBLIC_MAIL, domain_of, names_of, plain_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brackenlea Coatings Ltd", "brackenlea  coatings limited"),
        ("Brackenlea Coatings Ltd.", "BRACKENLEA COATINGS"),
        ("Smith & Sons plc", "Smith and Sons"),
        ("Société Générale SA", "Societe Generale S.A."),
        ("O’Neill’s Surveys", "O'Neill's Surveys C.I.C."),
        ("The Housing Lab", "Housing Lab LLP"),
        ("Müller GmbH", "Mu\u0308ller"),
    ],
)
def test_a_name_is_the_same_without_case_accents_punctuation_and_legal_form(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Brackenlea Coatings", "Brackenlea Paints"), ("Company Ltd", "Limited"), ("Ltd", ""), ("A1 Data", "A2 Data")],
)  # fmt: skip
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert plain_name(one) != plain_name(other)


def test_a_name_of_another_script_is_compared_as_it_is() -> None:
    assert plain_name("株式会社 日立") == plain_name("株式会社　日立")
    assert plain_name("株式会社 日立") != plain_name("日本電気")


def test_names_are_given_one_a_line() -> None:
    assert names_of("Brackenlea Ltd\n\n  Quay & Co  \n") == {"brackenlea", "quay and"}


def test_an_address_that_everybody_can_have_says_nothing() -> None:
    assert domain_of("Robin@Brackenlea.example") == "brackenlea.example"
    assert {domain_of(f"robin@{domain}") for domain in PUBLIC_MAIL} == {""}
    assert domain_of("robin@NHS.net") == ""
