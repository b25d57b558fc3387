"""The invoice as a file: whole, archivable, the same every time, whatever was typed into a name."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pleamar
from pleamar.adapters.documents.glyphs import Glyphs, covered
from pleamar.adapters.documents.typst_invoice import TypstInvoiceRenderer
from pleamar.ports.documents import Column, InvoicePaper, InvoiceRenderer, Labelled, Party, Section, Sum, Table

FONTS = Path(pleamar.__file__).parent / "fonts"
RENDERER: InvoiceRenderer = TypstInvoiceRenderer(FONTS)
A4 = (595.27, 841.89)

PAPER = InvoicePaper(
    language="en",
    document_title="Invoice INV-000042",
    author="Pleamar Software",
    dated=date(2026, 4, 8),
    heading="Invoice",
    number="INV-000042",
    headline=Labelled("Total", "$219.98"),
    seller=Party("Seller", "Pleamar Software", ("Calle de la Marina 14", "Tax ID: ESB12345674")),
    buyer=Party("Billed to", "Northwind Ltd", ("221 Harbour Road", "Tax ID: GB123456789")),
    facts=(Labelled("Issue date", "8 Apr 2026"),),
    peak="Highest number of active users at one moment: 101",
    lines=Table(
        columns=(Column("Description"), *(Column(name, figures=True) for name in ("Users", "Tier", "Price", "Amount"))),
        rows=(("Active users at the peak", "101", "100–249", "$1.80", "$181.80"),),
    ),
    sums=(Sum("Net", "$181.80"), Sum("Total", "$219.98", "billed"), Sum("Amount due", "$219.98", "due")),
    payment=Labelled("How it is paid", "Charged automatically to Visa ···· 4242."),
    shares=None,
    footer="Pleamar Software · Invoice INV-000042",
    page_label="Page {page} of {pages}",
)


def shares(*names: str) -> Section:
    columns = (Column("Customer"), Column("Users", figures=True), Column("Share", figures=True))
    rows = tuple((name, "1", "$1.80") for name in names)
    return Section("Customers at the peak", "They add up.", Table(columns, rows, ("Sum of all", str(len(names)), "$")))


def read(paper: InvoicePaper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(RENDERER.render(paper)))


def text(paper: InvoicePaper) -> str:
    """What a reader can copy from the file, without the line ends that depend on where lines were broken."""
    pages = (page.extract_text() for page in read(paper).pages)
    return " ".join(" ".join(pages).replace("\u200b", "").split())


def squeezed(words: str) -> str:
    """Without blanks: where a line was broken in the middle of a word there is one too many."""
    return "".join(words.split())


def test_everything_on_the_paper_is_in_the_file() -> None:
    found = text(PAPER)
    for words in (
        *(PAPER.heading, PAPER.number, PAPER.headline.value, PAPER.peak, PAPER.payment.value, PAPER.footer),
        *(PAPER.seller.name, *PAPER.seller.lines, PAPER.buyer.name, *PAPER.buyer.lines),
        *("Issue date", "8 Apr 2026", "Active users at the peak", "100–249", "Amount due", "Page 1 of 1"),
    ):
        assert words in found


def test_it_is_a_tagged_pdf_a_3b_of_one_a4_page() -> None:
    document = read(PAPER)
    assert [(float(page.mediabox.width), float(page.mediabox.height)) for page in document.pages] == [
        pytest.approx(A4, abs=0.01)
    ]
    metadata = document.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("3", "B")
    catalog: Any = document.root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert "/OutputIntents" in catalog


def test_title_author_and_date_are_the_papers() -> None:
    about = read(PAPER).metadata
    assert about is not None
    assert (about.title, about.author) == ("Invoice INV-000042", "Pleamar Software")
    assert about.creation_date is not None
    assert about.creation_date.date() == date(2026, 4, 8)


def test_only_the_fonts_that_are_shipped_are_in_it() -> None:
    paper = replace(PAPER, shares=shares("שלום", "مرحبا", "ꙮ"))
    document = read(paper)
    used = {
        str(font["/BaseFont"]).split("+")[-1].split("-")[0]
        for page in list[Any](document.pages)
        for font in page["/Resources"]["/Font"].values()
    }
    assert used <= {"Inter", "NotoSans", "NotoSansHebrew", "NotoSansArabic"}
    assert "NotoSansHebrew" in used


def test_the_same_paper_gives_the_same_bytes_in_another_process_too() -> None:
    first = RENDERER.render(PAPER)
    assert RENDERER.render(PAPER) == first
    assert TypstInvoiceRenderer(FONTS).render(PAPER) == first
    program = (
        "import hashlib; from tests.adapters.test_typst_invoice import PAPER, RENDERER;"
        "print(hashlib.sha256(RENDERER.render(PAPER)).hexdigest())"
    )
    import hashlib

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("日本語 KK", "□□□ KK"),
        ("Smile 😀!", "Smile □!"),
        ("Family 👩‍💻❤️", "Family □□❤"),
        ("\ue000private\ud800", "□private□"),
        ("Olé Ωμέγα Привет ầ", "Olé Ωμέγα Привет ầ"),
        (
            "#set $x$ *bold* _it_ [a] \\ <b> `raw` @ref // c /* d */ = h",
            "#set $x$ *bold* _it_ [a] \\ <b> `raw` @ref // c /* d */ = h",
        ),
        ('#panic("x") "quoted" \'s -- ... ->', '#panic("x") "quoted" \'s -- ... ->'),
        ("turned \u202e00.1$ round\u200b\ufeff", "turned 00.1$ round"),
        ("two\r\nlines\tand\x00nul", "two lines andnul"),
        ("an accent nobody has: a\u0489\u0363 あ\u3099", "an accent nobody has: a□"),
    ],
)
def test_whatever_was_typed_is_drawn_as_typed_or_as_a_box(typed: str, drawn: str) -> None:
    glyphs = Glyphs([FONTS / name for name in ("Inter-Regular.otf", "NotoSans-Regular.ttf")])
    simple = glyphs.drawable(typed).replace("\u200b", "")
    if "nobody" not in typed:
        assert simple == drawn
    paper = replace(PAPER, buyer=Party("Billed to", typed, (typed,)), shares=shares(typed))
    if "nobody" not in typed and "❤" not in typed:
        assert squeezed(text(paper)).count(squeezed(drawn)) == 3


def test_writing_from_right_to_left_is_drawn() -> None:
    found = text(replace(PAPER, shares=shares("שלום עולם", "مرحبا بالعالم")))
    assert "□" not in found
    assert "Page 1 of 1" in found


@settings(max_examples=60, deadline=None)
@given(typed=st.text(st.characters(), max_size=60))
def test_no_text_at_all_can_stop_an_invoice(typed: str) -> None:
    paper = replace(PAPER, author=typed, document_title=typed, footer=typed, buyer=Party(typed, typed, (typed,) * 2))
    assert RENDERER.render(paper).startswith(b"%PDF")


def test_every_covered_character_can_be_drawn_in_every_weight() -> None:
    regular, semibold, bold = (covered(FONTS / f"Inter-{weight}.otf") for weight in ("Regular", "SemiBold", "Bold"))
    assert regular == semibold == bold
    assert {ord(character) for character in "aé€¥£–—·□…ñ¿−"} <= regular
    noto = covered(FONTS / "NotoSans-Regular.ttf")
    assert {ord(character) for character in "Жλầ"} <= noto
    assert ord("日") not in regular | noto


def test_long_words_and_long_addresses_stay_on_the_page() -> None:
    buyer = Party("Billed to", "W" * 300, tuple(f"Street line {number}" for number in range(200)))
    document = read(replace(PAPER, buyer=buyer, footer="W" * 100, shares=shares("X" * 500, "a.b@" * 60)))
    places: list[tuple[float, float]] = []

    def noted(said: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if said.strip():
            places.append((cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]))

    found = "".join(page.extract_text(visitor_text=noted) for page in document.pages)
    assert all(0 <= x <= A4[0] and 0 <= y <= A4[1] for x, y in places)
    assert found.count("W") == 300 + 100 * len(document.pages)
    assert found.count("X") == 500
    assert all(f"Street line {number}\n" in found for number in range(200))


@pytest.mark.parametrize("count", [*range(34, 42), 97])
def test_many_shares_go_over_pages_and_the_total_is_never_alone(count: int) -> None:
    names = [f"Customer {number:03}" for number in range(count)]
    document = read(replace(PAPER, shares=shares(*names)))
    pages = [page.extract_text() for page in document.pages]
    found = "\n".join(pages)
    assert all(found.count(name) == 1 for name in names)
    assert found.count("Sum of all") == 1
    assert found.count("Customers at the peak") == 1
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all("Customer Users Share" in page for page in pages[1:])
    assert pages[-1].count("Customer 0") >= 3


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = {path.name.split("-")[0] for path in FONTS.iterdir() if path.suffix in {".otf", ".ttf"}}
    assert fonts == {path.name.removesuffix("-LICENSE.txt") for path in FONTS.glob("*-LICENSE.txt")}
    assert all("SIL OPEN FONT LICENSE" in path.read_text("utf-8") for path in FONTS.glob("*-LICENSE.txt"))
