"""Documents that leave the house: an invoice on paper, already in words, and what turns it into a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeAlias

Weight: TypeAlias = Literal["plain", "billed", "due"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value under its label: "Issue date", "1 Apr 2026"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys: what they are here ("Billed to"), their name, then address, tax id and more, a line each."""

    role: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; one of figures is set to the right."""

    heading: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns. `total`, if any, closes the table."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """A row under the lines: net, tax, total… `billed` is the figure the whole paper is about, `due` what to pay."""

    label: str
    value: str
    weight: Weight = "plain"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a heading of its own and a sentence that says what it shows."""

    heading: str
    note: str
    table: Table


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """All that is drawn, in the reader's language; a renderer adds no word and formats no figure.

    `document_title` and `author` are the file's own, not drawn. `dated` is the file's date, so that the same paper
    always gives the same file. `footer`, of a line or two, stands at the foot of every page with `page_label`, in which
    `{page}` and `{pages}` stand for the numbers.
    """

    language: str
    document_title: str
    author: str
    dated: date
    heading: str
    number: str
    headline: Labelled
    seller: Party
    buyer: Party
    facts: tuple[Labelled, ...]
    peak: str
    lines: Table
    sums: tuple[Sum, ...]
    payment: Labelled
    shares: Section | None
    footer: str
    page_label: str


class InvoiceRenderer(Protocol):
    """Turns a paper into the bytes of a PDF/A-3b file; the same paper into the same bytes."""

    def render(self, paper: InvoicePaper) -> bytes:
        """The file. Characters that its fonts do not have are drawn as □."""
        ...
