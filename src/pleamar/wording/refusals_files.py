"""Why a file is not taken, and what is wrong with its rows."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from pleamar.wording.refusals_facts import Facts, Sentence, shown

# What is wrong with a row: said after a colon, so in lower case and without a full stop.
ROWS: Final[dict[str, str]] = {
    "deny_pattern_invalid": gettext_noop(
        "“%(value)s” is neither an e-mail address nor a pattern such as *@example.com"
    ),
    "deny_pattern_too_wide": gettext_noop("“%(value)s” would keep everybody out"),
    "reason_invalid": gettext_noop("the reason “%(value)s” is too long or has control characters in it"),
    "account_invalid": gettext_noop("the customer's name “%(value)s” has control characters in it"),
    "account_missing": gettext_noop("the customer's name is missing"),
    "account_too_long": gettext_noop("the customer's name “%(value)s” is longer than 200 characters"),
    "at_after_until": gettext_noop("the time “%(value)s” is after the end of the history"),
    "at_before_created": gettext_noop("the time “%(value)s” is before the partner was created"),
    "at_invalid": gettext_noop("“%(value)s” is not a time such as 2026-01-27T09:30:00Z"),
    "at_too_precise": gettext_noop("the time “%(value)s” has more than six digits after its seconds"),
    "at_without_offset": gettext_noop("the time “%(value)s” does not say its offset from UTC, such as Z or +01:00"),
    "blocked_unknown": gettext_noop("“%(value)s” stands where only true or false can"),
    "change_not_for_member": gettext_noop("“%(value)s” can be said of a customer, not of one of its users"),
    "change_unknown": gettext_noop("“%(value)s” is not a change: use active, inactive, trial, live or closed"),
    "columns": gettext_noop("“%(value)s” is not three values: from, to and unit_price"),
    "columns_wrong": gettext_noop("its number of columns is %(found)s and the header's is %(expected)s"),
    "currency": gettext_noop("“%(value)s” is not the code of a currency such as EUR"),
    "customer_twice": gettext_noop("the customer “%(value)s” stands there twice"),
    "customer_unknown": gettext_noop("you have no customer “%(value)s”"),
    "email_invalid": gettext_noop("“%(value)s” is not an e-mail address"),
    "email_missing": gettext_noop("the e-mail address is missing"),
    "external_id_invalid": gettext_noop("the identifier “%(value)s” is too long or has control characters in it"),
    "external_id_twice": gettext_noop("the identifier “%(value)s” is also that of another address"),
    "name_invalid": gettext_noop("the name “%(value)s” is too long or has control characters in it"),
    "reference": gettext_noop("the reference “%(value)s” is too long or has control characters in it"),
    "seats": gettext_noop("“%(value)s” is not a whole number of users"),
    "unit_price": gettext_noop("“%(value)s” is not a price such as 2.40"),
}
_OTHER_ROW: Final = gettext_noop("“%(value)s” cannot stand there")


def bad_row(reason: str, value: str) -> str:
    """What is wrong with a row, in lower case and without a full stop; of `columns_wrong` the value is `3/4`."""
    found, _, expected = value.partition("/")
    told = {"value": shown(value), "found": shown(found), "expected": shown(expected)}
    return gettext(ROWS.get(reason, _OTHER_ROW)) % told


def _rows_bad(facts: Facts) -> str:
    """Which rows, and what is wrong with the first; `first` comes as the reader found it: `email_invalid: jane@`."""
    reason, _, value = str(facts.given.get("first", "")).partition(": ")
    problem = bad_row(reason, value)
    number = facts.number("count")
    lines = facts["lines"] if number <= len(facts["lines"].split(", ")) else f"{facts['lines']}, …"
    sentence = ngettext(
        "Nothing was imported, because of line %(lines)s of the file: %(problem)s. Correct it and import again.",
        "Nothing was imported, because of %(count)s rows of the file (lines %(lines)s). The first: %(problem)s."
        " Correct them and import again.",
        number,
    )
    return sentence % {"count": facts["count"], "lines": lines, "problem": problem}


def _header_wrong(facts: Facts) -> str:
    """Some files need all of the columns expected, some (`a | b`) only one of them."""
    any_of = facts["expected"].split(" | ")
    if len(any_of) > 1:
        sentence = gettext(
            "The first line of the file is “%(found)s”, and no column in it has e-mail addresses."
            " Give one of these names to the column that has them: %(expected)s."
        )
    else:
        sentence = gettext("The first line of the file is “%(found)s”. It must be: %(expected)s.")
    return sentence % {"found": facts["found"], "expected": ", ".join(any_of)}


def _unreadable(facts: Facts) -> str:
    if facts["why"].strip(" …"):
        sentence = gettext(
            "The file “%(name)s” cannot be read (%(why)s). Check that you may open it, or copy it to another folder."
        )
    else:
        sentence = gettext(
            "The file “%(name)s” cannot be read. Check that you may open it, or copy it to another folder."
        )
    return sentence % facts


def _not_writable(facts: Facts) -> str:
    if facts["why"].strip(" …"):
        sentence = gettext(
            "The file “%(file)s” cannot be written (%(why)s). Choose a folder that exists and that you may write to."
        )
    else:
        sentence = gettext(
            "The file “%(file)s” cannot be written. Choose a folder that exists and that you may write to."
        )
    return sentence % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "accounts_file_unknown": gettext_noop("There is no such file of customers. Bring the file again."),
    "file_columns_differ": gettext_noop(
        "The number of columns on this line is %(found)s and the header's is %(expected)s."
        " Put quotation marks around text that has commas in it."
    ),
    "file_name_twice": gettext_noop(
        "The name “%(name)s” stands on line %(line)s already. Leave one of the two out, or choose another name."
    ),
    "file_number_wrong": gettext_noop(
        "“%(value)s” is not a whole number. Write it in digits alone, or leave it empty."
    ),
    "file_rows_too_many": gettext_noop(
        "The file has more than %(most)s rows, the most that can be imported at once. Divide it into several files."
    ),
    "file_without_rows": gettext_noop("The file “%(name)s” has a header and no rows. Write a row for each customer."),
    "file_column_twice": gettext_noop(
        "The column “%(column)s” of the file says the same as another of its columns. Leave one of the two out."
    ),
    "file_of_many_customers": gettext_noop(
        "The file has users of several customers, such as “%(first)s” and “%(other)s”, and all of them would become"
        " users of this one. Bring a file with the users of one customer."
    ),
    "file_empty": gettext_noop("The file “%(name)s” is empty. Choose one with a header and rows."),
    "file_has_nul": gettext_noop(
        "Line %(line)s of the file has null characters in it, so this is not plain text. Save it as CSV in UTF-8."
    ),
    "file_header_wrong": _header_wrong,
    "file_is_directory": gettext_noop("“%(name)s” is a folder. Name a file in it."),
    "file_line_too_long": gettext_noop(
        "Line %(line)s of the file is longer than %(most)s characters."
        " Check that it is a CSV file with one row on each line."
    ),
    "file_missing": gettext_noop("There is no file “%(name)s”. Check its name and its folder."),
    "file_not_regular": gettext_noop("“%(name)s” is not an ordinary file. Save its contents to a file first."),
    "file_not_utf8": gettext_noop(
        "Line %(line)s of the file is not UTF-8 text. Save the file as CSV in UTF-8; Excel calls that type of file"
        " “CSV UTF-8 (Comma delimited)”."
    ),
    "file_not_writable": _not_writable,
    "file_quotes_wrong": gettext_noop(
        "The quotation marks from line %(line)s of the file on do not match."
        " Close each one, and double those inside a text."
    ),
    "file_rows_bad": _rows_bad,
    "file_too_large": gettext_noop(
        "The file “%(name)s” is larger than %(most_mb)s MB, the most that can be imported. Use a smaller one."
    ),
    "file_unreadable": _unreadable,
    "history_rows_bad": _rows_bad,
    "price_rows_bad": _rows_bad,
}
