"""The truth about deny lists and stopped billing: quiet while it holds, and it speaks when it is hurt (M19, M22)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.stop_billing import stop_billing
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths.members_and_gates import differences
from pleamar.rules.deny_list import Denied
from tests.fakes.people import TESTER
from tests.queries.small_world import SmallWorld

DENY = 'INSERT INTO deny_entry (partner_id, account_id, pattern, "like", added_at, added_by) SELECT partner_id, id, '


def test_the_gates_are_kept(world: SmallWorld) -> None:
    entries = [Denied("user00001@example.com"), Denied("user0000*@*"), Denied("user%@*")]
    change_deny_list(world.northwind.pk, world.staff.pk, "add", entries, cause=TESTER, clock=world.clock)
    stop_billing(world.northwind.pk, world.contoso.pk, cause=TESTER, clock=world.clock)
    assert list(differences(EVERYTHING)) == []


@pytest.mark.parametrize(
    ("table", "statement", "fact"),
    [
        ("deny_entry", f"{DENY} 'user00001@example.com', NULL, now(), 'x' FROM account", "active despite deny list"),
        ("deny_entry", f"{DENY} 'x*@*', 'user00001\\@e%', now(), 'x' FROM account", "active despite deny list"),
        ("account", "UPDATE account SET billing_stopped_at = now()", "active despite stopped billing"),
    ],
)
def test_a_gate_that_somebody_got_past_speaks(
    world: SmallWorld, corrupt: Callable[..., int], table: str, statement: str, fact: str
) -> None:
    corrupt(table, f"{statement} WHERE name = 'Own staff'")
    found = list(differences(EVERYTHING))
    assert len(found) == (1 if table == "deny_entry" else 3)
    assert {(one.partner, one.fact, one.stored, one.expected) for one in found} == {
        ("Northwind IT", fact, "true", "false")
    }
    assert list(differences(Scope(world.northwind.pk))) == found
    assert list(differences(Scope(world.quiet.pk))) == []
