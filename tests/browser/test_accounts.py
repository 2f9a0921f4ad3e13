"""An organisation's people at their browsers: invited, joined, changed, moved to another address, gone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Someone
from tests.browser.people import Person

pytestmark = pytest.mark.browser

LINK = "The link in the message"


def registers_a_firm(head: Person) -> None:
    head.registers()
    head.goes("/desk/organisations")
    head.sees("You work for no organisation yet.")
    head.follows("Register an organisation")
    head.picks("kind", "supplier")
    head.fills("Name", "Brackenlea Coatings")
    head.fills("Address", "1 Quay Street, Northmere")
    head.presses("Register it")
    head.sees("Who works here", head.name)


def invites(head: Person, email: str) -> str:
    """The link in the message, as it is shown in development."""
    head.follows("Invite somebody")
    head.fills("E-mail address", email)
    head.presses("Send the invitation")
    head.sees(email, "Waits")
    return str(head.page.get_by_role("link", name=LINK, exact=True).get_attribute("href"))


def test_a_colleague_is_invited_joins_without_an_account_and_takes_over(somebody: Someone) -> None:
    head, tom = somebody("Hannah Pickering"), somebody("Tom Wetherby", scripts=False)
    registers_a_firm(head)
    head.follows("Leave Brackenlea Coatings")
    head.sees("You are the only administrator, so you cannot leave yet.")
    head.follows("the page of the organisation")
    link = invites(head, tom.email)
    head.goes(link)
    head.sees("It was sent to another address")
    tom.goes(link)
    tom.sees("Join Brackenlea Coatings", "Hannah Pickering invites you", tom.email)
    tom.fills("Your name", tom.name)
    tom.fills("Password", "short")
    tom.presses("Register and join", status=422)
    tom.fills("Password", tom.password)
    tom.presses("Register and join")
    tom.sees("You work for it now.", "Member")
    tom.goes(link, status=422)
    tom.sees("This invitation does not work")
    head.goes("/desk/organisations/brackenlea-coatings")
    head.follows("Tom Wetherby")
    head.presses("Make Tom Wetherby an administrator")
    head.sees("Tom Wetherby is an administrator now, and is told.")
    head.follows("Leave Brackenlea Coatings")
    head.sees("Only an administrator can invite you again.")
    head.presses("Leave Brackenlea Coatings")
    head.sees("You no longer work for Brackenlea Coatings.", "You work for no organisation yet.")


def test_an_invitation_is_sent_again_declined_and_somebody_removed(somebody: Someone) -> None:
    head, tom = somebody("Hannah Pickering"), somebody("Tom Wetherby")
    registers_a_firm(head)
    tom.registers()
    invites(head, "nobody@people.example")
    head.presses("Send again nobody@people.example")
    address = head.page.get_by_role("link", name=LINK, exact=True).get_attribute("href") or ""
    nobody = somebody("Nobody")
    nobody.goes(address)
    nobody.presses("Decline the invitation")
    nobody.sees("You declined")
    head.goes("/desk/organisations/brackenlea-coatings")
    head.sees("Declined")
    link = invites(head, tom.email)
    tom.goes(link)
    tom.presses("Join")
    head.goes("/desk/organisations/brackenlea-coatings")
    head.follows("Tom Wetherby")
    head.follows("Remove Tom Wetherby")
    head.presses("Remove Tom Wetherby")
    head.sees("Tom Wetherby no longer works for Brackenlea Coatings, and is told.")


def test_one_keeps_ones_account_and_leaves_it(somebody: Someone) -> None:
    robin = somebody("Robin Vale")
    robin.registers()
    robin.goes("/account")
    robin.sees("Where you are signed in", "This visit")
    robin.follows("Change Name")
    robin.fills("Your name", "Robin Vale-Hart")
    robin.presses("Save the name")
    robin.follows("Change Password")
    robin.fills("Your password so far", "not this one")
    robin.fills("New password", "another long password")
    robin.presses("Change the password", status=422)
    robin.sees("This is not your password.")
    robin.fills("Your password so far", robin.password)
    robin.fills("New password", "another long password")
    robin.presses("Change the password")
    robin.follows("Change E-mail address")
    robin.fills("New e-mail address", "robin@elsewhere.example")
    robin.fills("Your password", "another long password")
    robin.presses("Write to both addresses")
    robin.sees("Another address waits")
    for side, button in (("old", "Agree"), ("new", "Confirm this address")):
        robin.goes("/account")
        address = (
            robin.page.get_by_role("link", name=f"The link to the {side} address").get_attribute("href") or ""
        )
        robin.goes(address)
        robin.presses(button)
    robin.sees("The address of your account is robin@elsewhere.example now.")
    robin.follows("See what goes and what stays")
    robin.sees("What goes", "What stays")
    robin.fills("Your password", "another long password")
    robin.presses("Close my account")
    robin.sees("Your account is closed.")
