"""People from our own layout and from Microsoft's and Google's exports; a file out of order is refused whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.adapters.directories.csv_file import read_people
from pleamar.ports.people import PeopleFile, Person, SkippedRow
from pleamar.rules.refusals import Refused


def _cells(header: str) -> list[str]:
    return header.split(",")


OWN = "email,first_name,last_name,display_name,external_id\n"
MICROSOFT = _cells(
    "Display name,DirSyncEnabled,User principal name,Object Id,First name,Last name,When created,"
    "Soft deletion time stamp,Title,Department,Preferred data location,City,CountryOrRegion,Office,StateOrProvince,"
    "Usage location,Last dirsync time,Block credential,Licenses,Password never expires,"
    "Last password change time stamp,Mobile Phone,Phone number,Postal code,Preferred language,Street address,Fax,"
    "Alternate email address,Proxy addresses"
)

GOOGLE = _cells(
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],New Primary Email [UPLOAD ONLY],"
    "Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,Home Secondary Email,Work Secondary Email,"
    "Recovery Phone [MUST BE IN THE E.164 FORMAT],Work Phone,Home Phone,Mobile Phone,Work Address,Home Address,"
    "Employee ID,Employee Type,Employee Title,Manager Email,Department,Cost Center,2sv Enrolled [READ ONLY],"
    "2sv Enforced [READ ONLY],Building ID,Floor Name,Floor Section,Email Usage [READ ONLY],Drive Usage [READ ONLY],"
    "Total Storage [READ ONLY],Change Password at Next Sign-In,New Status [UPLOAD ONLY]"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def read(path: Path, content: str | bytes) -> PeopleFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_people(path)


def refusal(path: Path, content: str | bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(path, content)
    return refused.value


def export(header: list[str], *people: dict[str, str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(people)
    return text.getvalue()


def microsoft(upn: str, **cells: str) -> dict[str, str]:
    return {"User principal name": upn, **{name.replace("_", " "): cell for name, cell in cells.items()}}


def test_our_own_layout(path: Path) -> None:
    people = read(
        path, OWN + "Jane@X.example,Jane,Doe,,\n bo@x.example ,Bo,,B.  Sørensen ,17\nc@x.example,,,,\n\n , ,,,\n"
    )
    assert people == PeopleFile(
        [
            Person("jane@x.example", "Jane Doe", None),
            Person("bo@x.example", "B. Sørensen", "17"),
            Person("c@x.example", "", None),
        ],
        [],
    )


@pytest.mark.parametrize(
    "content",
    [
        "email\na@x.example\n",
        "E-Mail\r\na@x.example\r\n",
        "E-mail Address\ra@x.example\r",
        " EMAIL \na@x.example",
        "\ufeffemail\na@x.example\n",
        "\ufeffCorreo electrónico;Nombre;Apellidos\r\na@x.example;;\r\n",
        "Correo electro\u0301nico\na@x.example\n",
        "\n\nemail\n\na@x.example\n   \n",
        "note;Mail\nx, y;a@x.example\n",
        "Display, short;Email;\n;a@x.example;\n",
        "email\tphone\na@x.example\t555\n",
        '"email","phone"\n"a@x.example","5\n5"\n',
        "mobile,Work Secondary Email,email\n5,b@x.example,a@x.example\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_header_decides_the_columns_and_the_delimiter(path: Path, content: str, encoding: str) -> None:
    content = content.removeprefix("\ufeff") if encoding == "utf-16" else content
    assert read(path, content.encode(encoding)) == PeopleFile([Person("a@x.example", "", None)], [])


def test_big_endian_utf16(path: Path) -> None:
    assert (
        read(path, b"\xfe\xff" + "email\tname\nñ@x.example\tñ\n".encode("utf-16-be")).people[0].email == "ñ@x.example"
    )


def test_microsoft_365_export(path: Path) -> None:
    people = read(
        path,
        export(
            MICROSOFT,
            microsoft(
                "AdeleV@contoso.com",
                Display_name="Adele Vance",
                Object_Id="96ca293c-29dd-4668-a763-ee407bd935d7",
                Block_credential="False",
                Licenses="Microsoft 365 E5+Power BI Pro",
                Alternate_email_address="adele@home.example",
                Proxy_addresses="SMTP:AdeleV@contoso.com+smtp:av@contoso.onmicrosoft.com",
            ),
            microsoft("alex@contoso.com", First_name="Alex", Last_name="Wilber", Block_credential="TRUE"),
        ),
    )
    assert people == PeopleFile(
        [
            Person("adelev@contoso.com", "Adele Vance", "96ca293c-29dd-4668-a763-ee407bd935d7"),
            Person("alex@contoso.com", "Alex Wilber", None, enabled=False),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("upn", "proxies", "email"),
    [
        ("a@x.example", "", "a@x.example"),
        ("a@x.example", "smtp:other@x.example", "a@x.example"),
        ("a@x.example", "SMTP:Ann@x.example", "ann@x.example"),
        ("a@x.example", "smtp:a2@x.example+SMTP:ann+sales@x.example+X500:/o=Org/cn=1", "ann+sales@x.example"),
        ("a@x.example", "SIP:ann@x.example,smtp:b@x.example, SMTP:ann@x.example", "ann@x.example"),
        ("a@x.example", "SMTP:a@contoso.onmicrosoft.com", "a@x.example"),
        ("a@contoso.onmicrosoft.com", "SMTP:b@contoso.onmicrosoft.com", "a@contoso.onmicrosoft.com"),
        ("jo_home.example#EXT#@contoso.onmicrosoft.com", "SMTP:jo@home.example", "jo@home.example"),
        ("jo_home.example#ext#@contoso.onmicrosoft.com", "SMTP:jo@t.onmicrosoft.com", "jo@t.onmicrosoft.com"),
        ("", "SMTP:jo@home.example", "jo@home.example"),
    ],
)
def test_the_address_of_a_microsoft_user(path: Path, upn: str, proxies: str, email: str) -> None:
    (person,) = read(path, export(MICROSOFT, microsoft(upn, Proxy_addresses=proxies, Title="x"))).people
    assert person.email == email


def test_a_mail_column_beside_the_sign_in_name_wins(path: Path) -> None:
    content = (
        "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,accountEnabled\n"
        "ann@x.example,,Lee,Ann.Lee@x.example,Ann,7,Member,False\n"
        "bob@x.example,Bob,,,,8,Member,True\n"
        "jo_h.example#EXT#@x.onmicrosoft.com,Jo,,jo@h.example,,9,Guest,\n"
    )
    assert read(path, content).people == [
        Person("ann.lee@x.example", "Ann Lee", "7", enabled=False),
        Person("bob@x.example", "Bob", "8"),
        Person("jo@h.example", "Jo", "9"),
    ]


def test_guests_without_mail_and_deleted_users_are_skipped(path: Path) -> None:
    guest = "jo_home.example#EXT#@contoso.onmicrosoft.com"
    gone = microsoft("gone@contoso.com", Soft_deletion_time_stamp="2025-03-18 19:49:35Z")
    assert read(path, export(MICROSOFT, microsoft(guest), gone)) == PeopleFile(
        [], [SkippedRow(2, "guest_without_email", guest), SkippedRow(3, "deleted", "gone@contoso.com")]
    )


def test_google_export(path: Path) -> None:
    adele = {"First Name [Required]": "Adele", "Last Name [Required]": "Vance", "Status [READ ONLY]": "Active"}
    adele |= {"Email Address [Required]": "Adele@Contoso.example", "Recovery Email": "adele@home.example"}
    adele |= {"Password [Required]": "****", "Employee ID": "42", "Last Sign In [READ ONLY]": "2025/03/01 10:00:00"}
    alex = adele | {"Email Address [Required]": "alex@contoso.example", "Status [READ ONLY]": "Suspended"}
    assert read(path, export(GOOGLE, adele, alex)) == PeopleFile(
        [
            Person("adele@contoso.example", "Adele Vance", None),
            Person("alex@contoso.example", "Adele Vance", None, enabled=False),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("status", "enabled"), [("Active", True), ("", True), ("suspended", False), ("Archived", False)]
)
def test_status_of_google(path: Path, status: str, enabled: bool) -> None:
    content = f"First Name,Last Name,Email Address,Status\nA,B,a@x.example,{status}\n"
    assert read(path, content).people == [Person("a@x.example", "A B", None, enabled=enabled)]


def test_the_last_row_of_an_address_wins(path: Path) -> None:
    people = read(
        path, "email,display_name,external_id\nA@x.example,1,e\nb@x.example,2,\na@X.example,3,e\na@x.example,4,e"
    )
    assert people == PeopleFile(
        [Person("b@x.example", "2", None), Person("a@x.example", "4", "e")],
        [SkippedRow(2, "duplicate", "a@x.example"), SkippedRow(4, "duplicate", "a@x.example")],
    )


def test_the_same_name_in_two_spellings_is_one_person(path: Path) -> None:
    assert [p.email for p in read(path, "email\nSTRASSE@X.example\nstraße@x.EXAMPLE\n").people] == ["strasse@x.example"]


@pytest.mark.parametrize(
    ("row", "first"),
    [
        (",Jane,Doe,,", "email_missing: Jane Doe"),
        ("jane,,,,", "email_invalid: jane"),
        ("a@b@x.example,,,,", "email_invalid: a@b@x.example"),
        ("a b@x.example,,,,", "email_invalid: a b@x.example"),
        ('"a@x.example\n",,,,', None),
        ('"a@x.ex\nample",,,,', "email_invalid: a@x.ex\ufffdample"),
        (f"{'a' * 250}@x.example,,,,", f"email_invalid: {'a' * 79}…"),
        ("a@x.example", "columns_wrong: 1/5"),
        ("a@x.example,,,", "columns_wrong: 4/5"),
        ("a@x.example,,,,,", "columns_wrong: 6/5"),
        ("a@x.example,,,\x07,", "name_invalid: \ufffd"),
        (f"a@x.example,,,{'n' * 257},", f"name_invalid: {'n' * 79}…"),
        ("a@x.example,,,,\x1b[1m", "external_id_invalid: \ufffd[1m"),
        (f"a@x.example,,,,{'1' * 257}", f"external_id_invalid: {'1' * 79}…"),
    ],
)
def test_a_bad_row_refuses_the_whole_file(path: Path, row: str, first: str | None) -> None:
    content = f"{OWN}ok@x.example,,,,\n{row}\nlast@x.example,,,,\n"
    if first is None:
        assert len(read(path, content).people) == 3
    else:
        refused = refusal(path, content)
        assert (refused.code, refused.facts) == ("file_rows_bad", {"count": 1, "lines": "3", "first": first})


def test_a_word_that_may_mean_blocked_is_not_guessed(path: Path) -> None:
    header = "User principal name,Block credential\n"
    people = read(path, header + "a@x.example,Verdadero\nb@x.example,FALSO\nc@x.example,\n").people
    assert [person.enabled for person in people] == [False, True, True]
    assert refusal(path, header + "a@x.example,perhaps\n").facts["first"] == "blocked_unknown: perhaps"


def test_one_key_under_two_addresses_is_refused(path: Path) -> None:
    refused = refusal(path, OWN + "a@x.example,,,,1\nb@x.example,,,,2\nc@x.example,,,,1\n")
    assert refused.facts == {"count": 1, "lines": "4", "first": "external_id_twice: 1"}
    assert len(read(path, OWN + "a@x.example,,,,1\na@x.example,,,,2\nc@x.example,,,,1\n").people) == 2


def test_the_first_ten_bad_lines_are_named_and_all_are_counted(path: Path) -> None:
    refused = refusal(path, 'email,note\nok@x.example,"two\nlines"\n' + "nobody,\n\n" * 15)
    lines = ", ".join(str(line) for line in range(4, 24, 2))
    assert refused.facts == {"count": 15, "lines": lines, "first": "email_invalid: nobody"}


def test_two_hundred_thousand_people(path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "display_name", "external_id"])
        writer.writerows((f"User.{n}@X.example", f"User {n}", f"id-{n}") for n in range(200_000))
    read_file = read_people(path)
    assert not read_file.skipped
    assert len(read_file.people) == 200_000
    assert read_file.people[199_999] == Person("user.199999@x.example", "User 199999", "id-199999")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
emails = st.builds("{}@{}".format, *[st.text("aBzÑßİ.-+_09'", min_size=1, max_size=20)] * 2)


@given(
    st.lists(st.tuples(emails, texts, texts), min_size=1, max_size=20, unique_by=(lambda row: row[0].casefold(),)),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    line_end: str,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["display_name", "Email", "note"])
    writer.writerows((name, f" {email}", note) for email, name, note in rows)
    path = tmp_path_factory.getbasetemp() / "round.csv"
    assert read(path, text.getvalue().encode(encoding)).people == [
        Person(email.casefold(), " ".join(name.split()), None) for email, name, _ in rows
    ]
