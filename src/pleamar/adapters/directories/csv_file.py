"""People from a CSV file: our own layout, and what Microsoft 365 and Google write when asked for their users.

The layouts differ in their headers only, so there is one reader: it finds the columns it knows by name and ignores the
rest (passwords, telephones, licences).
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final
from unicodedata import normalize

from pleamar.adapters.files.delimited import BadRow, BadRows, DelimitedFile, has_control, opened, shown
from pleamar.ports.people import PeopleFile, Person, SkippedRow
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email

MOST_BYTES: Final = 200_000_000
EXPECTED_HEADER: Final = "email | correo electrónico | User principal name | Email Address [Required]"

# Microsoft's own limit for a display name; nobody's is longer.
_LONGEST_NAME = 256
_LONGEST_ID = 256
_DELIMITERS = (",", ";", "\t")

# What a column is, by its name without spaces, underscores, hyphens, case and Google's trailing [Required].
# Google's "Employee ID" is not here: people type it, so it is no key of a person. Nor is any second address.
_COLUMNS: Final = {
    "email": "email",
    "emailaddress": "email",
    "mail": "email",
    "correo": "email",
    "correoelectrónico": "email",
    "correoelectronico": "email",
    "direccióndecorreoelectrónico": "email",
    "userprincipalname": "upn",
    "proxyaddresses": "proxies",
    "firstname": "first_name",
    "nombre": "first_name",
    "givenname": "first_name",
    "lastname": "last_name",
    "apellido": "last_name",
    "apellidos": "last_name",
    "surname": "last_name",
    "displayname": "display_name",
    "nombreparamostrar": "display_name",
    "externalid": "external_id",
    "objectid": "external_id",
    "blockcredential": "blocked",
    "accountenabled": "may_sign_in",
    "status": "status",
    "softdeletiontimestamp": "deleted",
    # Of the list of users that the portal gives out.
    "active": "active",
    "customer": "customer",
}

_ADDRESSES: Final = frozenset({"email", "upn"})

# Excel in Spanish rewrites TRUE and FALSE when it saves such a file.
_TRUTH: Final = {"true": True, "verdadero": True, "false": False, "falso": False}
_INACTIVE: Final = frozenset({"no", "false", "falso"})
_GOOGLE_SHUT_OUT: Final = frozenset({"suspended", "archived"})

# Addresses are joined by "+", which an address may hold too; so one ends where the next kind ("smtp:") begins. The
# primary one, and only it, has its kind in capitals.
_PRIMARY_ADDRESS: Final = re.compile(r"(?:^|[+,;\s])SMTP:([^+,;]*(?:[+,;](?!\s*[A-Za-z0-9]+:)[^+,;]*)*)")


def read_people(path: Path) -> PeopleFile:
    """Everybody in the file. All or nothing: rows that cannot be read refuse the whole file.

    At most 200 MB; UTF-8, or UTF-16 with its mark; comma, semicolon or tab, as the header has it. Of several rows with
    one address the last counts. People whom the directory has blocked or suspended are read like the others, with
    `enabled` False (rule M19); who is inactive in a list that the portal gave out is left out. Refuses what
    `delimited.opened` refuses, `file_header_wrong` (found, expected), `file_column_twice` (column),
    `file_of_many_customers` (first, other) and `file_rows_bad` (count, lines, first).
    """
    with opened(path, most_bytes=MOST_BYTES, utf16=True) as file:
        header = file.header()
        delimiter, cells = _cut(header)
        return _PeopleReader(_columns(cells), len(cells)).read(file, delimiter)


def _cut(header: str) -> tuple[str, list[str]]:
    """The delimiter that cuts the header so that an address is among the columns, and most of them; and those."""
    cuts = []
    for delimiter in _DELIMITERS:
        try:
            cuts.append((delimiter, next(csv.reader([header], delimiter=delimiter, strict=True))))
        except csv.Error:
            continue
    if not cuts:
        raise Refused("file_header_wrong", found=shown(header, 200), expected=EXPECTED_HEADER)
    return max(cuts, key=lambda cut: (any(_column(cell) in _ADDRESSES for cell in cut[1]), len(cut[1])))


def _column(cell: str) -> str | None:
    return _COLUMNS.get(normalize("NFC", re.sub(r"[\s_-]|\[[^]]*]\s*$", "", cell)).casefold())


def _columns(cells: list[str]) -> dict[str, int]:
    """Where each known column stands. Refuses a header without an address, and one that says a thing twice."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        column = _column(cell)
        if column is None:
            continue
        if column in columns:
            raise Refused("file_column_twice", column=shown(cell.strip()))
        columns[column] = index
    if not _ADDRESSES & columns.keys():
        raise Refused("file_header_wrong", found=shown(", ".join(cells), 200), expected=EXPECTED_HEADER)
    return columns


class _Skipped(BadRow):
    """A row that is in order and is nobody."""


class _PeopleReader:
    """Reads the rows of one file whose columns are known."""

    def __init__(self, columns: dict[str, int], width: int) -> None:
        # Columns that the file lacks stand, empty, behind its last.
        self._columns = dict.fromkeys(_COLUMNS.values(), width) | columns
        self._has_sign_in_names = "upn" in columns
        self._width = width
        self._bad = BadRows()
        self._skipped: list[SkippedRow] = []
        self._found: dict[str, tuple[int, Person]] = {}
        self._customer = ""

    def read(self, file: DelimitedFile, delimiter: str) -> PeopleFile:
        for line, row in file.given_out(delimiter):
            try:
                self._add(line, row)
            except _Skipped as skipped:
                self._skipped.append(SkippedRow(line, skipped.reason, shown(skipped.value)))
            except BadRow as bad:
                self._bad.add(line, bad)
        self._refuse_shared_ids()
        self._bad.refuse("file_rows_bad")
        if not self._found and not self._skipped:
            raise Refused("file_empty", name=file.name)
        return PeopleFile([person for _, person in self._found.values()], sorted(self._skipped, key=lambda s: s.line))

    def _add(self, line: int, row: list[str]) -> None:
        if not any(cell.strip() for cell in row):
            return  # spreadsheets write rows of mere delimiters below the last
        if len(row) != self._width:
            raise BadRow("columns_wrong", f"{len(row)}/{self._width}")
        row.append("")
        self._refuse_another_customer(self._cell(row, "customer"))
        person = self._person(row)
        earlier = self._found.pop(person.email, None)
        if earlier:
            self._skipped.append(SkippedRow(earlier[0], "duplicate", shown(person.email)))
        self._found[person.email] = (line, person)

    def _person(self, row: list[str]) -> Person:
        address = self._address(row)
        if self._cell(row, "deleted"):
            raise _Skipped("deleted", address)
        if self._cell(row, "active").casefold() in _INACTIVE:
            raise _Skipped("inactive", address)
        if not address:
            raise BadRow("email_missing", self._display_name(row))
        try:
            email = checked_email(address)
        except Refused:
            raise BadRow("email_invalid", address) from None
        external_id = self._cell(row, "external_id")
        if len(external_id) > _LONGEST_ID or has_control(external_id):
            raise BadRow("external_id_invalid", external_id)
        return Person(email, self._display_name(row), external_id or None, self._enabled(row))

    def _cell(self, row: list[str], column: str) -> str:
        return row[self._columns[column]].strip()

    def _address(self, row: list[str]) -> str:
        """The address under which a sync would know the same person, so that both find one member.

        With Microsoft a sign-in name may differ from the address; it stands in only where mail goes nowhere else than
        to the tenant's technical domain. A guest's sign-in name is never an address.
        """
        mail = self._cell(row, "email")
        if not self._has_sign_in_names:
            return mail
        upn = self._cell(row, "upn")
        if not mail and (primary := _PRIMARY_ADDRESS.search(self._cell(row, "proxies"))):
            mail = primary[1].strip()
        if "#ext#" in upn.casefold():
            if not mail:
                raise _Skipped("guest_without_email", upn)
            return mail
        return upn if upn and (not mail or mail.casefold().endswith(".onmicrosoft.com")) else mail

    def _display_name(self, row: list[str]) -> str:
        name = self._cell(row, "display_name") or f"{self._cell(row, 'first_name')} {self._cell(row, 'last_name')}"
        name = " ".join(name.split())
        if len(name) > _LONGEST_NAME or has_control(name):
            raise BadRow("name_invalid", name)
        return name

    def _enabled(self, row: list[str]) -> bool:
        blocked = self._truth(self._cell(row, "blocked"), empty=False)
        may_sign_in = self._truth(self._cell(row, "may_sign_in"), empty=True)
        return may_sign_in and not blocked and self._cell(row, "status").casefold() not in _GOOGLE_SHUT_OUT

    @staticmethod
    def _truth(text: str, *, empty: bool) -> bool:
        """Guessing here would bill or drop somebody, so an unknown word is a bad row."""
        if not text:
            return empty
        try:
            return _TRUTH[text.casefold()]
        except KeyError:
            raise BadRow("blocked_unknown", text) from None

    def _refuse_another_customer(self, customer: str) -> None:
        """The portal's list of all users would make those of every customer users of one."""
        if self._customer and customer and customer != self._customer:
            raise Refused("file_of_many_customers", first=shown(self._customer), other=shown(customer))
        self._customer = self._customer or customer

    def _refuse_shared_ids(self) -> None:
        """One key of the directory under two addresses: nobody can tell which of the two is the person."""
        seen: set[str] = set()
        for line, person in self._found.values():
            if person.external_id is None:
                continue
            if person.external_id in seen:
                self._bad.add(line, BadRow("external_id_twice", person.external_id))
            seen.add(person.external_id)
