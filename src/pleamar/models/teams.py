"""Who may sign in for a partner, or for one of its accounts, and who is invited to."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner
from pleamar.rules.roles import ROLES

_INVITED_AS = [*ROLES, "administrator"]


class TeamMember(TenantRow):
    """Somebody of a partner's own staff. A user is in one team at most; whoever left it has no row any more."""

    public_prefix = "tea"

    partner = owner("pleamar.Partner")
    user = models.OneToOneField("pleamar.User", on_delete=models.PROTECT, related_name="team_member")
    role = models.TextField(choices=[(role, role) for role in ROLES])
    sees_prices = models.BooleanField(default=False)
    joined_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "team_member"
        constraints = [
            models.CheckConstraint(name="team_member_role", condition=models.Q(role__in=ROLES)),
            models.CheckConstraint(
                name="team_member_owner_sees_prices", condition=~models.Q(role="owner") | models.Q(sees_prices=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class AccountAdministrator(TenantRow):
    """Somebody of a customer who looks after its own account, and sees no prices."""

    public_prefix = "adm"

    partner = owner("pleamar.Partner")
    account = owner("pleamar.Account")
    user = models.OneToOneField("pleamar.User", on_delete=models.PROTECT, related_name="administrator")
    joined_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "account_administrator"

    def __str__(self) -> str:
        return str(self.user_id)


class Invitation(TenantRow):
    """An invitation to a partner's team, or as `administrator` of one of its accounts. The link to it is signed.

    It is open until it is accepted or withdrawn, or `expires_at` has passed. `invited_by` is what people read of who
    invites, `inviter` the user (none: the vendor), with whose right to do so it ends.
    """

    public_prefix = "ivt"

    partner = owner("pleamar.Partner")
    account = owner("pleamar.Account", null=True, blank=True)
    email = models.TextField()
    role = models.TextField(choices=[(role, role) for role in _INVITED_AS])
    sees_prices = models.BooleanField(default=False)
    invited_by = models.TextField()
    inviter = models.ForeignKey("pleamar.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    invited_at = moment()
    expires_at = moment()
    accepted_at = moment(null=True, blank=True)
    withdrawn_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "invitation"
        constraints = [
            models.UniqueConstraint(
                name="invitation_one_open",
                fields=["email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(name="invitation_role", condition=models.Q(role__in=_INVITED_AS)),
            models.CheckConstraint(
                name="invitation_of_an_account",
                condition=models.Q(role="administrator", account__isnull=False)
                | (~models.Q(role="administrator") & models.Q(account__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.email}"
