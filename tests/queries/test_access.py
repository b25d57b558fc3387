"""The product's question, asked of the tables (rules E1, E2, M14, M19, M20, M22, M26)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.close_account import close_account
from pleamar.actions.delete_members import delete_members
from pleamar.models import Account, DenyEntry, Standing
from pleamar.queries.access import member_access
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.access import Access
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, emails
from tests.queries.plans import indexes_read, plan_among_many
from tests.queries.small_world import NOW, SmallWorld

FEATURES = ("Training", "Phishing")
(ANA,) = emails(1, 100)  # active in Contoso
(GONE,) = emails(1, 0)  # once was


def asked(account: Account, email: str = ANA, *, now: datetime = NOW, scope: Scope = EVERYTHING) -> Access:
    return member_access(scope, account.public_id, email, features=FEATURES, now=now)


def changed(account: Account, **columns: object) -> Account:
    Account.unscoped.filter(pk=account.pk).update(**columns)
    return account


def deny(account: Account, pattern: str, like: str | None = None) -> None:
    DenyEntry.unscoped.create(
        partner_id=account.partner_id, account=account, pattern=pattern, like=like, added_at=NOW, added_by="tester"
    )


def test_e01_an_active_member_has_every_feature(world: SmallWorld) -> None:
    everything = Access(sign_in=True, material=True, features=FEATURES, reasons=())
    assert asked(world.contoso) == everything
    assert asked(world.contoso, f"  {ANA.upper()} ") == everything
    assert asked(world.contoso, scope=Scope(world.northwind.pk)) == everything


def test_e02_an_inactive_member_is_sent_nothing(world: SmallWorld) -> None:
    answer = asked(world.contoso, GONE)
    assert (answer.sign_in, answer.material, answer.features, answer.reasons) == (
        False,
        False,
        (),
        ("member_inactive",),
    )


def test_e01_m26_whoever_was_deleted_is_nobody(world: SmallWorld) -> None:
    delete_members(world.northwind.pk, world.contoso.pk, [ANA], cause=TESTER, clock=world.clock)
    assert asked(world.contoso).reasons == ("member_unknown",)
    assert asked(world.contoso, "never@seen.example").reasons == ("member_unknown",)


@pytest.mark.parametrize(
    ("pattern", "like"), [(ANA, None), ("*@example.com", "%@example.com"), ("user*", "user%"), ("*00@*", "%00@%")]
)
def test_e01_m19_the_deny_list_stands_against_whoever_it_fits(
    world: SmallWorld, pattern: str, like: str | None
) -> None:
    deny(world.contoso, pattern, like)
    assert asked(world.contoso).reasons == ("on_deny_list",)


def test_e01_m19_the_deny_list_is_told_of_people_unknown_and_inactive_too(world: SmallWorld) -> None:
    deny(world.contoso, "new@x.example")
    deny(world.contoso, "*@example.com", "%@example.com")
    assert asked(world.contoso, "NEW@x.example").reasons == ("member_unknown", "on_deny_list")
    assert asked(world.contoso, GONE).reasons == ("member_inactive", "on_deny_list")
    assert asked(world.contoso, "other@x.example").reasons == ("member_unknown",)


def test_e01_m19_a_pattern_that_is_one_address_is_no_pattern_and_another_account_s_list_means_nothing(
    world: SmallWorld,
) -> None:
    deny(world.contoso, "user_0100@example.com")
    deny(world.staff, ANA)
    assert asked(world.contoso).reasons == ()


def test_e01_m20_a_trial_is_over_at_its_end_though_nobody_has_told_it(world: SmallWorld) -> None:
    elsewhere = changed(Account.unscoped.get(partner=world.quiet), state="trial", trial_ends_at=NOW)
    world.activate(elsewhere, [ANA])
    assert elsewhere.trial_expired_at is None
    assert asked(elsewhere, now=NOW - timedelta(microseconds=1)).sign_in
    assert asked(elsewhere).reasons == ("trial_expired",)


def test_e01_m22_a_suspended_account_lets_nobody_in_and_is_billed(world: SmallWorld) -> None:
    changed(world.contoso, suspended_at=NOW, suspended_because="a theft")
    assert asked(world.contoso).reasons == ("account_suspended",)
    world.contoso.refresh_from_db()
    assert world.contoso.seats == 15


def test_e01_m14_a_suspended_partner_s_monthly_accounts_let_nobody_in_and_its_annual_ones_do_not_mind(
    world: SmallWorld,
) -> None:
    standing, _ = Standing.unscoped.update_or_create(
        partner=world.northwind, defaults={"state": "suspended", "suspended_at": NOW, "changed_at": NOW}
    )
    assert asked(world.contoso).reasons == ("partner_suspended",)
    changed(world.staff, model="annual")
    assert asked(world.staff, emails(1)[0]).reasons == ("contract_ended",)
    standing.state, standing.suspended_at = "past_due", None
    standing.save()
    assert asked(world.contoso).reasons == ()


def test_e01_m26_a_closed_account_lets_nobody_in(world: SmallWorld) -> None:
    close_account(world.northwind.pk, world.contoso.pk, cause=TESTER, clock=world.clock)
    assert asked(world.contoso).reasons == ("account_closed",)


def test_e01_every_reason_is_told(world: SmallWorld) -> None:
    deny(world.contoso, "*@example.com", "%@example.com")
    changed(world.contoso, suspended_at=NOW, state="trial", seats=0, trial_ends_at=NOW)
    Standing.unscoped.update_or_create(
        partner=world.northwind, defaults={"state": "suspended", "suspended_at": NOW, "changed_at": NOW}
    )
    assert asked(world.contoso, GONE).reasons == (
        *("member_inactive", "on_deny_list", "trial_expired", "account_suspended", "partner_suspended"),
    )


@pytest.mark.parametrize("account", ["", "acc_", "Contoso", "par_00000000000000000000000000", "acc_" + "0" * 26])
def test_e01_an_account_that_is_not_there_is_refused(world: SmallWorld, account: str) -> None:
    with pytest.raises(Refused, match="account_unknown"):
        member_access(EVERYTHING, account, ANA, features=FEATURES, now=NOW)


def test_e01_another_scope_sees_no_account(world: SmallWorld) -> None:
    with pytest.raises(Refused, match="account_unknown"):
        asked(world.contoso, scope=Scope(world.quiet.pk))


def test_e01_what_is_no_address_and_no_feature_is_refused(world: SmallWorld) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        asked(world.contoso, "ana")
    with pytest.raises(Refused, match="feature_unknown"):
        member_access(EVERYTHING, world.contoso.public_id, ANA, features=FEATURES, now=NOW, feature="Breaches")


def test_e01_it_is_one_query_that_reads_no_table_from_end_to_end(world: SmallWorld) -> None:
    deny(world.contoso, "*@elsewhere.example", "%@elsewhere.example")
    with CaptureQueriesContext(connection) as asked_for:
        asked(world.contoso)
    (query,) = asked_for.captured_queries
    plan = plan_among_many(query["sql"])
    assert "Seq Scan" not in plan
    assert indexes_read(plan) >= {"standing_pkey", "member_email_once", "deny_entry_once"}
