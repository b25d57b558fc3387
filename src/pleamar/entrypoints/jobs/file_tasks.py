"""What workers do with files that partners bring."""

from __future__ import annotations

from pleamar.actions.forget_files import forget_files
from pleamar.actions.import_members_file import import_members_file as bring_in
from pleamar.entrypoints.jobs.task import log, sweep, task
from pleamar.queries.members_files import waiting_members_files
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.brought_files import people_in
from pleamar.wiring.clock import clock
from pleamar.wiring.jobs import QUEUE


@task
def import_members_file(file_id: int) -> None:
    """Bring in the people of one file."""
    file = bring_in(file_id, people_in, clock=clock())
    if file is not None:
        log.info("file of users brought in", extra={"facts": {"file": file.public_id, "state": file.state}})


@sweep("* * * * *")
def import_waiting_files() -> None:
    """Wake a task for each file that waits, and drop those that nobody said yes to."""
    QUEUE.wake_each("import_members_file", [{"file_id": number} for number in waiting_members_files(EVERYTHING)])
    forget_files(now=clock()())
