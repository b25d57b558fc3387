"""The outbox: written once, sent at least once, given up some day, and with no transaction open meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from pleamar.actions.send_messages import send_messages
from pleamar.actions.write_message import write_message
from pleamar.models import OutboxMessage, Partner
from pleamar.ports.mail import Letter, MailUndelivered, Message

NOW = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)


class Post:
    """Keeps the letters it was handed, or refuses them."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.letters: list[Letter] = []
        self.refusal = refusal

    def send(self, letter: Letter) -> None:
        assert OutboxMessage.unscoped.get(uid__isnull=False, sent_at=None).attempts > 0
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


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_mail_is_sent(committed: object) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_messages(Post(), plainly, now=NOW)
    assert not connection.in_atomic_block
