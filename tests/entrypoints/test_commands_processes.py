"""The console script as a process of its own, in a home of its own, with a server of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

PLEAMAR = [sys.executable, "-c", "import sys; from pleamar.config.cli import main; sys.exit(main())"]


class Home:
    """Runs the console script with this folder as its home, and no database of anybody else's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *typed: str, **environ: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*PLEAMAR, *typed],
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    def do(self, *typed: str, **environ: str) -> str:
        done = self.run(*typed, **environ)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refused(self, *typed: str, **environ: str) -> str:
        done = self.run(*typed, **environ)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("pleamar: ")
        assert done.stderr.count("\n") == 1
        return done.stderr

    def environ(self, **more: str) -> dict[str, str]:
        ours = ("DATABASE_URL", "PLEAMAR_SECRET_KEY", "PLEAMAR_OWNER_DATABASE_URL", "PYTHONUNBUFFERED")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return {**kept, "PLEAMAR_HOME": str(self.folder), "PLEAMAR_LANGUAGE": "en", **more}


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="plc"))
    folder.chmod(0o711)  # the server's own user must pass
    home = Home(folder)
    try:
        yield home
    finally:
        if (folder / "postgres").exists():
            home.run("db", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def foreign() -> Iterator[str]:
    """The address of an empty database on the tests' server."""
    server = os.environ["PLEAMAR_TESTS_DATABASE_URL"]
    name = f"foreign_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_help_leaves_nothing_behind(home: Home) -> None:
    assert "usage: pleamar" in home.do("--help")
    assert home.do("--version").startswith("pleamar ")
    assert home.run("nonsense").returncode == 2
    assert "no PostgreSQL" in home.do("db", "status")
    assert "embedded, no data" in home.do("check-config")
    assert home.do("db", "stop") == "was not running\n"
    assert list(home.folder.iterdir()) == []


@pytest.mark.slow
def test_the_first_start_from_nothing(home: Home) -> None:
    assert home.do("partner", "list") == "Nothing yet.\n"
    assert home.do("db", "status").startswith("running: PostgreSQL ")
    assert "embedded, running" in home.do("check-config")
    with_url = home.do("partner", "add", "Ñandú", "--currency", "EUR", DATABASE_URL=home.do("db", "url").strip())
    assert " Ñandú: cycle day " in with_url
    assert (home.folder / "secret-key").stat().st_mode & 0o777 == 0o600
    assert home.do("db", "stop") == "stopped\n"
    assert home.do("db", "status").startswith("stopped: PostgreSQL ")
    assert home.do("db", "stop") == "was not running\n"
    assert home.do("db", "start") == "running\n"
    assert "Ñandú" in home.do("partner", "list", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    _output_that_nobody_reads(home)
    said = home.refused("statements", "--partner", "Nadie", PLEAMAR_LANGUAGE="es")
    assert said.startswith("pleamar: No existe el socio «Nadie».")


def _output_that_nobody_reads(home: Home) -> None:
    """Neither a reader that has gone nor a full disk nor no output at all gives a trace."""
    for script, code in (("| head -1", 0), ("| true", 0), ("> /dev/full", 1), (">&-", 0)):
        for command in ("prices list --format csv", "partner list"):
            done = subprocess.run(
                ["bash", "-c", f'set -o pipefail; "$@" {command} {script}', "bash", *PLEAMAR],
                env=home.environ(),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == code
            assert done.stderr in ("", "pleamar: The output cannot be used: No space left on device\n")


@pytest.mark.slow
def test_two_first_starts_at_once_give_one_installation(home: Home) -> None:
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda name: home.run("partner", "add", name, "--currency", "EUR"), ["One", "Two"]))
    assert [one.returncode for one in done] == [0, 0]
    with psycopg.connect(home.do("db", "url").strip()) as connection:
        assert connection.execute("SELECT count(*) FROM installation").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM seller").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM partner").fetchone() == (2,)


@pytest.mark.slow
def test_a_database_of_somebody_elses(home: Home, foreign: str) -> None:
    assert "Run `pleamar migrate`" in home.refused("partner", "list", DATABASE_URL=foreign)
    checked = home.run("check-config", DATABASE_URL=foreign)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "BAD  tables: not up to date: run `pleamar migrate`" in checked.stdout
    told = home.do("migrate", "--mode", "live", DATABASE_URL=foreign, PLEAMAR_SELLER="Meridian Software")
    assert told.startswith("The tables are now up to date; live installation ")
    assert home.do("migrate", DATABASE_URL=foreign).startswith("The tables were up to date; live installation ")
    checked = home.run("check-config", DATABASE_URL=foreign)
    assert (checked.returncode, "BAD  payments: none is set up" in checked.stdout) == (1, True)
    home.do("seller", "--email", "billing@meridian.example", DATABASE_URL=foreign)
    outside = {"PLEAMAR_STRIPE_KEY": "sk_live_of_nobody", "PLEAMAR_SMTP_URL": "smtp://mail.example.com"}
    checked = home.run("check-config", DATABASE_URL=foreign, **outside)
    assert (checked.returncode, checked.stdout.count("BAD")) == (1, 1)  # nobody could sign in safely without it
    reached = {"PLEAMAR_ADDRESS": "https://billing.meridian.example", "PLEAMAR_PROXIES": "1"}
    checked = home.run("check-config", DATABASE_URL=foreign, **outside, **reached)
    assert (checked.returncode, checked.stdout.count("BAD")) == (0, 0), checked.stdout
    assert "ok   seller: Meridian Software, billing@meridian.example\n" in checked.stdout
    assert "never becomes a sandbox" in home.refused("migrate", "--mode", "sandbox", DATABASE_URL=foreign)
    assert "Pleamar does not run" in home.refused("db", "stop", DATABASE_URL=foreign)
    assert home.do("db", "url", DATABASE_URL=foreign) == f"{foreign}\n"
    assert not (home.folder / "postgres").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "DATABASE_URL is not the address of a PostgreSQL"),
        ("mysql://root:secret@localhost/x", "DATABASE_URL is not the address of a PostgreSQL"),
        ("postgresql://[", "DATABASE_URL is not the address of a PostgreSQL"),
        ("postgresql://\udcff/", "DATABASE_URL is not the address of a PostgreSQL"),
        ("host=/nowhere secret=secret", "DATABASE_URL is not the address of a PostgreSQL"),
        ("postgresql://nobody@127.0.0.1:1/x", "The database cannot be used: "),
        ("postgresql:///x?host=/nowhere", "The database cannot be used: "),
    ],
)
def test_an_address_that_is_none(home: Home, address: str, said: str) -> None:
    told = home.refused("partner", "list", DATABASE_URL=address)
    assert said in told
    assert "secret" not in told


def test_a_home_that_cannot_be_one(home: Home) -> None:
    file = home.folder / "file"
    file.touch()
    for place in (str(file), str(file / "below"), "/proc/nowhere"):
        assert f"The folder {place} cannot be used" in home.refused("partner", "list", PLEAMAR_HOME=place)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_home_that_is_made_is_closed_to_others(home: Home, umask: int) -> None:
    place = home.folder / "above" / "home"
    before = os.umask(umask)
    try:
        home.refused("partner", "list", PLEAMAR_HOME=str(place), DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    assert (place / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_data_directory_that_is_not_ours_is_left_alone(home: Home) -> None:
    data = home.folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "letters.txt").write_text("mine")
    assert "is not a PostgreSQL data directory and is left alone" in home.refused("partner", "list")
    assert home.run("check-config").returncode == 1
    assert [path.name for path in data.iterdir()] == ["letters.txt"]
    shutil.rmtree(home.folder / "postgres")
