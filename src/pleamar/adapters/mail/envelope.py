"""A letter as the mail that travels: its headers, its text, the same as HTML, and the pictures in that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import formataddr
from typing import Final

from pleamar.ports.mail import Letter, MailUndelivered

_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
# What would be more than one address, or none; whoever puts letters beyond ASCII into theirs may have them.
_ADDRESS: Final = re.compile(r"""[^\s@,;:<>()\[\]"\\\x00-\x1f\x7f]+@[^\s@,;:<>()\[\]"\\\x00-\x1f\x7f]+""")

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from. Answers go to `reply_to`, where that is another address."""

    name: str
    address: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail with the addresses of its two ends, as a server is told them. `international`: they need SMTPUTF8."""

    sender: str
    to: str
    content: bytes
    international: bool


def enveloped(letter: Letter, sender: Sender) -> Envelope:
    """The mail of a letter; its Message-ID is the letter's id at the sender's domain, however often it is made.

    Raises MailUndelivered, for good, for what would not be this one mail to this one reader; a sender that is no
    address may be mended.
    """
    if not _ID.fullmatch(letter.id):
        raise MailUndelivered(f"“{letter.id}” is not an id", for_good=True)
    try:
        ours = [_address(one) for one in (sender.address, sender.reply_to or sender.address)]
    except (ValueError, UnicodeError) as wrong:
        raise MailUndelivered(f"it cannot be sent from there: {wrong}") from wrong
    try:
        ends = ours[0], _address(letter.to)
        international = not all(end.addr_spec.isascii() for end in ends)
        # Old servers on the way cut the eighth bit off.
        policy = (SMTPUTF8 if international else SMTP).clone(cte_type="7bit", refold_source="none")
        mail = EmailMessage(policy=policy)
        _head(mail, letter, sender, ends, ours[1])
        _fill(mail, letter)
        return Envelope(ends[0].addr_spec, ends[1].addr_spec, mail.as_bytes(), international)
    except (ValueError, UnicodeError) as impossible:  # a line break in a subject, an address that is none
        raise MailUndelivered(f"it cannot be written as a mail: {impossible}", for_good=True) from impossible


def _address(text: str) -> Address:
    if not _ADDRESS.fullmatch(text):
        message = f"“{text}” is not an address"
        raise ValueError(message)
    name, _, domain = text.partition("@")
    return Address(username=name, domain=domain if domain.isascii() else domain.encode("idna").decode("ascii"))


def _head(mail: EmailMessage, letter: Letter, sender: Sender, ends: tuple[Address, Address], reply_to: Address) -> None:
    mail.set_raw("From", _from(sender.name, ends[0].addr_spec))
    mail["To"] = ends[1]
    if reply_to != ends[0]:
        mail["Reply-To"] = reply_to
    mail.set_raw("Subject", _words("Subject", letter.subject))
    mail["Date"] = letter.dated
    mail["Message-ID"] = f"<{letter.id}@{ends[0].domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # no answering machine answers it (RFC 3834)


def _from(name: str, address: str) -> str:
    words = _words("From", name)
    return formataddr((name, address)) if words == name else f"{words} <{address}>"


def _words(header: str, text: str) -> str:
    """Text as a header holds it (RFC 2047). By the older of Python's two ways: the newer one loses spaces of long ones.

    Raises ValueError for a line break, after which another header could stand.
    """
    if _CONTROL.search(text):
        message = f"there is a line break in “{text}”"
        raise ValueError(message)
    return Header(text, "us-ascii" if text.isascii() else "utf-8", header_name=header).encode(linesep="\r\n")


def _fill(mail: EmailMessage, letter: Letter) -> None:
    mail.set_content(letter.text)
    if letter.html:
        _show(mail, letter)
    for file in letter.attachments:
        mail.add_attachment(file.content, "application", "pdf", filename=file.name)


def _show(mail: EmailMessage, letter: Letter) -> None:
    mail.add_alternative(letter.html, subtype="html")
    page: MIMEPart = mail.get_payload()[-1]  # type: ignore[assignment,index]  # the stubs know of texts alone
    for picture in letter.pictures:
        name = f"{picture.name.partition('@')[0]}.{picture.kind}"
        page.add_related(
            picture.content, "image", picture.kind, cid=f"<{picture.name}>", disposition="inline", filename=name
        )
