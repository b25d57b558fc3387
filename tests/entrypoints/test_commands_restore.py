"""`pleamar collect --resume-after-restore`: what it found, what is still unclear, and what a person has looked at."""

from __future__ import annotations

from uuid import UUID

import pytest

from pleamar.models import AuditEvent, Installation
from pleamar.wiring.payments import sandbox_gateway
from tests.entrypoints.console import Console
from tests.fakes.restored import paid_by_a_stranger


def test_a_resume_says_the_new_fingerprint(console: Console) -> None:
    told = console.do("collect", "--resume-after-restore")
    kept = Installation.objects.get().fingerprint
    assert told.splitlines()[:2] == [
        (
            "0 payments of known charges settled, 0 forgotten ones booked, 0 forgotten ones cancelled, "
            "0 of other installations left alone."
        ),
        f"The fingerprint is now {kept}: give it to every other machine.",
    ]
    assert UUID((console.folder / "home" / "fingerprint").read_text().strip()) == kept


def test_an_unclear_payment_is_named_until_it_is_left_aside(console: Console) -> None:
    payment = paid_by_a_stranger(sandbox_gateway(), "a stranger").id
    said = console.run("collect", "--resume-after-restore")
    assert said.code == 1
    assert said.err.startswith(f"pleamar: {payment} is unclear: it took money from a customer that nobody here is;")
    assert "--leave-aside" in said.err
    assert "has begun to resume" in console.refused("collect")
    assert console.run("collect", "--resume-after-restore", "--leave-aside", "pi_another").code == 1
    told = console.do("collect", "--resume-after-restore", "--leave-aside", "pi_another", "--leave-aside", payment)
    assert told.splitlines()[1] == f"Left aside: {payment}."
    act = AuditEvent.unscoped.get(act="resume collection")
    assert act.actor.endswith("at the console")
    assert act.facts["left_aside"] == [payment]
    console.do("collect")


def test_nothing_is_left_aside_without_a_resume(console: Console) -> None:
    assert "--resume-after-restore" in console.refused("collect", "--leave-aside", "pi_1")


def test_what_is_no_fingerprint_is_one_line(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_FINGERPRINT", "mine")
    assert "PLEAMAR_FINGERPRINT" in console.refused("collect")
