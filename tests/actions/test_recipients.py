"""Who gets a partner's mails, in which language, and who looks after it."""

from __future__ import annotations

from typing import Any

import pytest

from pleamar.actions.add_recipient import MOST_RECIPIENTS, add_recipient
from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.remove_recipient import remove_recipient
from pleamar.models import AuditEvent, BillingRecipient, Partner
from pleamar.queries.recipients import recipients
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

ANA = "ana@northwind.example"


def acts(act: str) -> int:
    return AuditEvent.unscoped.filter(act=act).count()


def test_a_recipient_is_added_once_and_audited(partner: Partner, clock: SteppedClock) -> None:
    for _ in range(2):
        added = add_recipient(partner.pk, " Ana@Northwind.example ", name="Ana Ruiz", cause=TESTER, now=clock())
    assert (added.email, acts("add recipient")) == (ANA, 1)
    (row,) = recipients(EVERYTHING, partner.pk)
    assert (row.partner, row.email, row.name, row.language) == ("Northwind IT", ANA, "Ana Ruiz", "en")
    assert recipients(Scope(partner.pk)) == [row]
    assert recipients(Scope(0)) == []


def test_another_name_or_language_for_an_address_takes_its_place(partner: Partner, clock: SteppedClock) -> None:
    add_recipient(partner.pk, ANA, cause=TESTER, now=clock())
    add_recipient(partner.pk, ANA, name="Ana", language="ES", cause=TESTER, now=clock())
    (row,) = BillingRecipient.unscoped.all()
    assert (row.name, row.language, acts("add recipient")) == ("Ana", "es", 2)
    with pytest.raises(Refused, match="recipient_there"):
        add_recipient(partner.pk, "ANA@northwind.example", new_only=True, cause=TESTER, now=clock())


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"email": "ana"}, "email_invalid"),
        ({"email": ANA, "name": "A\nB"}, "name_invalid"),
        ({"email": ANA, "language": "fr"}, "language_unknown"),
    ],
)
def test_what_is_no_recipient_is_refused(
    partner: Partner, clock: SteppedClock, wanted: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_recipient(partner.pk, **wanted, cause=TESTER, now=clock())
    assert refused.value.code == code
    assert acts("add recipient") == 0


def test_there_is_an_end_to_them(partner: Partner, clock: SteppedClock) -> None:
    for number in range(MOST_RECIPIENTS):
        add_recipient(partner.pk, f"user{number}@northwind.example", cause=TESTER, now=clock())
    with pytest.raises(Refused) as refused:
        add_recipient(partner.pk, ANA, cause=TESTER, now=clock())
    assert refused.value.code == "too_many_recipients"
    add_recipient(partner.pk, "user0@northwind.example", name="Still there", cause=TESTER, now=clock())


def test_a_recipient_is_removed_and_audited(partner: Partner, clock: SteppedClock) -> None:
    add_recipient(partner.pk, ANA, cause=TESTER, now=clock())
    remove_recipient(partner.pk, ANA.upper(), cause=TESTER, now=clock())
    assert (recipients(EVERYTHING), acts("remove recipient")) == ([], 1)
    with pytest.raises(Refused) as refused:
        remove_recipient(partner.pk, ANA, cause=TESTER, now=clock())
    assert refused.value.code == "recipient_unknown"


def test_m24_a_partner_is_described_by_what_is_given(partner: Partner, clock: SteppedClock) -> None:
    describe_partner(partner.pk, email=ANA, language="es", manager_name="Sofía Marín", cause=TESTER, now=clock())
    described = describe_partner(partner.pk, manager_contact="+34 600 000 000", cause=TESTER, now=clock())
    assert (described.email, described.language) == (ANA, "es")
    assert (described.manager_name, described.manager_contact) == ("Sofía Marín", "+34 600 000 000")
    describe_partner(partner.pk, manager_name="Sofía Marín", cause=TESTER, now=clock())
    assert acts("describe partner") == 2
    assert describe_partner(partner.pk, manager_name="", email="", cause=TESTER, now=clock()).email == ""
    before, after = (
        AuditEvent.unscoped.filter(act="describe partner").latest("pk").facts[at] for at in ("before", "after")
    )
    assert (before["manager_name"], after["manager_name"]) == ("Sofía Marín", "")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"email": "nobody"}, "email_invalid"),
        ({"language": ""}, "language_unknown"),
        ({"language": "español"}, "language_unknown"),
        ({"manager_name": "S\r\nBcc: x@y.example"}, "name_invalid"),
        ({"manager_contact": "x" * 201}, "name_invalid"),
    ],
)
def test_m24_what_describes_nobody_is_refused(
    partner: Partner, clock: SteppedClock, wanted: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        describe_partner(partner.pk, **wanted, cause=TESTER, now=clock())
    assert (refused.value.code, acts("describe partner")) == (code, 0)
