"""Collect the texts to translate from the code, keep their translations, and compile them: `make messages`.

Pure Python, by Babel. What is written depends on the code and the translations alone, so that two people who run it
get the same bytes: no dates, no line numbers, no names of machines.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src/pleamar"
PO: Final = SOURCE / "locale/es/LC_MESSAGES/django.po"
MO: Final = PO.with_suffix(".mo")

# Which arguments of Django's functions are texts; "c" marks the context.
_KEYWORDS: Final[dict[str, Any]] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "_": None,
}
_COMMENT: Final = "# Spanish. `make messages` collects the texts from the code; write the translations here."
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")


class Spanish(Catalog):
    """A catalogue whose header holds what never changes, and nothing else."""

    def __init__(self) -> None:
        super().__init__(locale="es", header_comment=_COMMENT, fuzzy=False)

    @property  # type: ignore[misc]  # nobody sets them
    def mime_headers(self) -> list[tuple[str, str]]:
        """Babel would add the dates of this day, its own version and somebody's address."""
        return [
            ("Project-Id-Version", "Pleamar"),
            ("Language", "es"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]


def translated(po: bytes) -> Spanish:
    """What a `.po` file says, message by message."""
    catalogue = Spanish()
    for message in texts(read_po(BytesIO(po), locale="es", abort_invalid=True)):
        _add(catalogue, message, message)
    return catalogue


def collected(known: Catalog) -> Spanish:
    """The texts of the code as it is now, with the translations that are known; none is guessed."""
    catalogue = Spanish()
    templates = "tests.house.catalogues:template_texts"
    methods = [("**.py", "python"), ("templates/**.txt", templates), ("**.html", templates)]
    found = extract_from_dir(
        SOURCE, methods, keywords=_KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
    )
    for file, _, text, comments, context in found:
        whole: Any = text  # the stubs forget that a text with a plural is two
        place = [(f"src/pleamar/{Path(file).as_posix()}", 0)]
        message = Message(whole, locations=place, auto_comments=comments, context=context)
        _add(catalogue, message, known.get(text, context))
    return catalogue


def template_texts(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's way to read a template: Django writes its texts as if they stood in Python."""
    written = BytesIO(templatize(file.read().decode()).encode())
    yield from extract_python(written, keywords, comment_tags, options)


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def _add(catalogue: Catalog, message: Message, known: Message | None) -> None:
    # A text that got a plural, or lost it, is another text.
    kept = known if known is not None and known.id == message.id else None
    catalogue.add(
        message.id,
        kept.string if kept else None,
        locations=message.locations,
        flags=kept.flags if kept else (),
        auto_comments=message.auto_comments,
        user_comments=kept.user_comments if kept else (),
        context=message.context,
    )


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it."""
    written = BytesIO()
    write_po(written, catalogue, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return written.getvalue().rstrip(b"\n") + b"\n"


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as programs read it."""
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def problems(catalogue: Catalog) -> list[str]:
    """One line for each text that is not translated, not surely, or not with the same placeholders."""
    found = [f"{message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    for message in texts(catalogue):
        ids, strings = _forms(message.id), _forms(message.string)
        if message.fuzzy:
            found.append(f"{message.id!r}: the translation is marked as fuzzy")
        if not all(strings) or len(strings) < len(ids):
            found.append(f"{message.id!r}: there is no translation")
        elif placeholders(ids) != placeholders(strings):
            found.append(f"{message.id!r}: the placeholders differ")
    return found


def placeholders(forms: tuple[str, ...]) -> set[str]:
    """What is filled in, in any of the forms: `%(name)s`, `{name}`."""
    return {found for form in forms for found in _PLACEHOLDER.findall(form)}


def _forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def main() -> int:
    """Bring both files in step with the code; 1 when somebody has something to translate or to mend."""
    known = translated(PO.read_bytes())
    catalogue = collected(known)
    PO.write_bytes(as_po(catalogue))
    MO.write_bytes(as_mo(catalogue))
    for message in texts(known):
        if catalogue.get(message.id, message.context) is None:
            print(f"No longer in the code, left out: {message.id!r} = {message.string!r}")
    found = problems(catalogue)
    for problem in found:
        print(f"{PO.relative_to(ROOT)}: {problem}", file=sys.stderr)
    print(f"{len(catalogue)} texts, {len(found)} to mend.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
