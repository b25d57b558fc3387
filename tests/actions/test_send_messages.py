"""The outbox: written once, sent at least once, given up some day, and with no transaction open meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.change_setting import change_setting
from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.send_messages import Unsent, send_messages
from pleamar.actions.write_message import write_message
from pleamar.models import OutboxMessage, Partner
from pleamar.ports.mail import Letter, LetterWriter, MailUndelivered, Message, Picture
from tests.fakes.people import TESTER

NOW = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)


class Post:
    """Keeps the letters it was handed, or refuses them."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.letters: list[Letter] = []
        self.refusal = refusal

    def send(self, letter: Letter) -> None:
        assert OutboxMessage.unscoped.filter(sent_at=None, attempts__gt=0).exists()
        if self.refusal is not None:
            raise self.refusal
        self.letters.append(letter)


class Waking:
    """Notes who is woken."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    def wake(self, task: str, **arguments: int) -> None:
        self.woken.append(task)
        assert not arguments

    def wake_each(self, task: str, each: Iterable[Mapping[str, int]]) -> None:
        for arguments in each:
            self.wake(task, **arguments)


def plainly(message: Message) -> Letter:
    return Letter(message.id, message.to, message.written_at, message.topic, str(message.facts))


def noting(told: list[Message]) -> LetterWriter:
    def write(message: Message) -> Letter:
        told.append(message)
        return plainly(message)

    return write


@pytest.fixture
def message(partner: Partner) -> OutboxMessage:
    Partner.unscoped.update(email="ana@northwind.example")
    write_message(partner.pk, "charge_succeeded", "charge_succeeded:1", {"amount": 1}, now=NOW)
    return OutboxMessage.unscoped.get()


def test_a_message_is_written_once_and_its_sender_is_woken(partner: Partner) -> None:
    jobs = Waking()
    for amount in (1, 2):
        write_message(partner.pk, "charge_succeeded", "one", {"amount": amount}, now=NOW, jobs=jobs)
    assert (OutboxMessage.unscoped.get().facts, jobs.woken) == ({"amount": 1}, ["send_messages"] * 2)


def test_a_message_that_is_rolled_back_is_not_sent(partner: Partner) -> None:
    with transaction.atomic():
        write_message(partner.pk, "charge_succeeded", "one", {}, now=NOW)
        transaction.set_rollback(True)
    assert send_messages(Post(), plainly, now=NOW) == 0


def test_it_is_sent_once(message: OutboxMessage) -> None:
    post = Post()
    assert send_messages(post, plainly, now=NOW - timedelta(seconds=1)) == 0
    assert send_messages(post, plainly, now=NOW) == 1
    assert send_messages(post, plainly, now=NOW + timedelta(days=9)) == 0
    (letter,) = post.letters
    assert (letter.id, letter.to, letter.dated) == (message.public_id, "ana@northwind.example", NOW)
    message.refresh_from_db()
    assert (message.sent_at, message.due_at, message.problem) == (NOW, None, "")


def test_a_sender_that_dies_sends_again_under_the_same_id(message: OutboxMessage) -> None:
    with pytest.raises(KeyboardInterrupt):
        send_messages(Post(KeyboardInterrupt()), plainly, now=NOW)  # type: ignore[arg-type]
    post = Post()
    assert send_messages(post, plainly, now=NOW + timedelta(minutes=4)) == 0
    assert send_messages(post, plainly, now=NOW + timedelta(minutes=5)) == 1
    assert post.letters[0].id == message.public_id


def test_what_is_not_taken_is_tried_ever_later_and_then_given_up(message: OutboxMessage) -> None:
    at, tried = NOW, list[datetime]()
    while (due := OutboxMessage.unscoped.get().due_at) is not None:
        at = due
        assert send_messages(Post(MailUndelivered("greylisted")), plainly, now=at) == 0
        tried.append(at)
    assert [str(at - NOW) for at in tried] == [
        *("0:00:00", "0:05:00", "0:35:00", "2:35:00", "8:35:00", "20:35:00", "1 day, 20:35:00", "3 days, 20:35:00")
    ]
    message.refresh_from_db()
    assert (message.sent_at, message.problem, message.attempts) == (None, "greylisted", 8)


def test_what_can_never_be_taken_is_given_up_at_once(message: OutboxMessage) -> None:
    send_messages(Post(MailUndelivered("no such address", for_good=True)), plainly, now=NOW)
    message.refresh_from_db()
    assert (message.due_at, message.problem, message.attempts) == (None, "no such address", 1)


def test_a_partner_without_an_address_is_not_tried_for_ever(message: OutboxMessage) -> None:
    Partner.unscoped.update(email="")
    assert send_messages(Post(), plainly, now=NOW) == 0
    message.refresh_from_db()
    assert (message.due_at, message.problem) == (None, "the partner has no e-mail address")


def test_each_recipient_gets_it_in_their_own_language_at_their_own_address(partner: Partner) -> None:
    Partner.unscoped.update(email="ana@northwind.example", language="es")
    for email, language in (("bo@northwind.example", "en"), ("carla@northwind.example", "")):
        add_recipient(partner.pk, email, language=language, cause=TESTER, now=NOW)
    for _ in range(2):
        write_message(partner.pk, "charge_succeeded", "charge_succeeded:1", {"amount": 1}, now=NOW)
    told: list[Message] = []
    assert send_messages(Post(), noting(told), now=NOW) == 2
    assert sorted((message.to, message.language) for message in told) == [
        ("bo@northwind.example", "en"),
        ("carla@northwind.example", "es"),
    ]
    assert len({message.id for message in told}) == 2


def test_one_bad_address_does_not_hold_up_the_other(partner: Partner) -> None:
    for email in ("bo@northwind.example", "carla@northwind.example"):
        add_recipient(partner.pk, email, cause=TESTER, now=NOW)
    write_message(partner.pk, "charge_succeeded", "charge_succeeded:1", {"amount": 1}, now=NOW)

    class Picky(Post):
        def send(self, letter: Letter) -> None:
            if letter.to.startswith("bo@"):
                raise MailUndelivered("550 nobody", for_good=True)
            super().send(letter)

    assert send_messages(Picky(), plainly, now=NOW) == 1
    assert set(OutboxMessage.unscoped.values_list("recipient", "problem")) == {
        ("bo@northwind.example", "550 nobody"),
        ("carla@northwind.example", ""),
    }


def test_m14_what_is_for_staff_goes_to_the_seller_and_never_to_the_partner(partner: Partner) -> None:
    add_recipient(partner.pk, "bo@northwind.example", cause=TESTER, now=NOW)
    for number in (1, 2):
        write_message(partner.pk, "suspension_proposed", f"suspension_proposed:{number}", {}, now=NOW)
    told: list[Message] = []
    assert send_messages(Post(), noting(told), now=NOW) == 0
    assert set(OutboxMessage.unscoped.values_list("problem", flat=True)) == {"the seller has no e-mail address"}
    describe_seller(email="billing@meridian.example", cause=TESTER, now=NOW)
    write_message(partner.pk, "suspension_proposed", "suspension_proposed:3", {}, now=NOW)
    assert send_messages(Post(), noting(told), now=NOW) == 1
    assert [message.to for message in told] == ["billing@meridian.example"]


def test_what_is_for_staff_is_in_their_language_and_zone_not_in_the_partners(partner: Partner) -> None:
    Partner.unscoped.update(language="es", timezone="America/Lima")
    describe_seller(email="billing@meridian.example", timezone="Europe/Lisbon", cause=TESTER, now=NOW)
    told: list[Message] = []
    for number, language in enumerate(("en", "es")):
        change_setting("staff_language", language, cause=TESTER, now=NOW)
        write_message(partner.pk, "suspension_proposed", f"suspension_proposed:{number}", {}, now=NOW)
        send_messages(Post(), noting(told), now=NOW)
    assert [(one.language, one.timezone) for one in told] == [("en", "Europe/Lisbon"), ("es", "Europe/Lisbon")]


def test_what_a_reader_is_told_comes_in_the_order_in_which_it_was_written(partner: Partner) -> None:
    """The server was down when the first was tried; the second is written before it is tried again."""
    Partner.unscoped.update(email="ana@northwind.example")
    write_message(partner.pk, "access_suspended", "access_suspended:1", {}, now=NOW)
    send_messages(Post(MailUndelivered("greylisted")), plainly, now=NOW)
    later = NOW + timedelta(minutes=1)
    for topic in ("access_restored", "action_required"):
        write_message(partner.pk, topic, f"{topic}:1", {}, now=later)
    write_message(partner.pk, "suspension_proposed", "another reader", {}, now=later)
    OutboxMessage.unscoped.filter(key="another reader").update(recipient="staff@meridian.example")
    post = Post()
    describe_seller(email="staff@meridian.example", cause=TESTER, now=NOW)
    assert send_messages(post, plainly, now=later) == 2
    assert send_messages(post, plainly, now=NOW + timedelta(minutes=5)) == 2
    assert [letter.subject for letter in post.letters] == [
        *("action_required", "suspension_proposed"),  # the one runs out, the other has another reader
        *("access_suspended", "access_restored"),
    ]


def test_one_that_was_given_up_keeps_nobody_waiting(message: OutboxMessage) -> None:
    send_messages(Post(MailUndelivered("no such words", for_good=True)), plainly, now=NOW)
    assert message.partner is not None
    write_message(message.partner.pk, "access_restored", "access_restored:1", {}, now=NOW)
    assert send_messages(Post(), plainly, now=NOW) == 1


def test_every_failure_is_told_without_an_address(message: OutboxMessage) -> None:
    told: list[Unsent] = []
    for refusal in (MailUndelivered("451 <ana@northwind.example>: later"), MailUndelivered("550 no", for_good=True)):
        now = OutboxMessage.unscoped.get().due_at
        assert now is not None
        send_messages(Post(refusal), plainly, now=now, tell=told.append)
    assert told == [
        Unsent(message.public_id, "charge_succeeded", "451 … later", given_up=False),
        Unsent(message.public_id, "charge_succeeded", "550 no", given_up=True),
    ]
    send_messages(Post(), plainly, now=NOW + timedelta(days=9), tell=told.append)
    assert len(told) == 2


def test_m24_the_brand_and_the_account_manager_go_with_it(message: OutboxMessage) -> None:
    assert message.partner is not None
    describe_partner(message.partner.pk, manager_name="Sofía", manager_contact="+34", cause=TESTER, now=NOW)
    picture = base64.b64encode(b"\xff\xd8\xff and so on").decode()
    for name, value in (("brand_name", "Tidal"), ("brand_accent", "#112233"), ("brand_logo", picture)):
        change_setting(name, value, cause=TESTER, now=NOW)
    told: list[Message] = []
    send_messages(Post(), noting(told), now=NOW)
    assert (told[0].manager, told[0].manager_contact) == ("Sofía", "+34")
    assert (told[0].brand.name, told[0].brand.accent) == ("Tidal", "#112233")
    assert told[0].brand.logo == Picture("logo@pleamar", "jpeg", b"\xff\xd8\xff and so on")


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_mail_is_sent(committed: object) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_messages(Post(), plainly, now=NOW)
    assert not connection.in_atomic_block
