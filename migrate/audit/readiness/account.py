"""The person: is there an account, can it sign in, and does the tenant pay for PIM?"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.ca_scope import applies, blocks, is_conditional, listed, part
from migrate.audit.posture import Posture
from migrate.audit.readiness.obstacle import Obstacle, cannot, unknown
from migrate.kinds import conditional_access_policy, subscribed_sku
from migrate.kinds.kind import Row
from migrate.kinds.user import is_guest


def account(posture: Posture, person: str) -> Iterator[Obstacle]:
    view = posture.view
    row = view.row("user", person)
    if row is None:
        if view.kind_of(person) == "servicePrincipal":
            yield cannot("account", "an application cannot activate anything", "give it to a person")
        elif posture.is_absent("user", person):
            yield cannot("account", "the account is gone", "make the account, or take the right away")
        else:
            yield unknown("account", "the account was not read", "snapshot the target again")
    elif row.get("deletedDateTime"):
        yield cannot("account", "the account is deleted", "restore the account")
    elif row.get("accountEnabled") is False:
        yield cannot("account", "the account is disabled", "enable the account")
    elif row.get("accountEnabled") is None:
        yield unknown("account", "whether the account is enabled was not read")
    elif is_guest(row) and str(row.get("externalUserState") or "").lower() == "pendingacceptance":
        yield cannot("account", "the guest has not accepted the invitation", "let them accept it")


def signing_in(posture: Posture, person: str) -> Iterator[Obstacle]:
    """Conditional access that blocks the person everywhere and without a condition."""
    for _, row in sorted(posture.view.of_kind(conditional_access_policy.KIND.name).items()):
        if not (conditional_access_policy.is_enforced(row) and blocks(row) and _everywhere(row)):
            continue
        name = str(row.get("displayName") or row.get("id") or "")
        about = applies(posture.view, row, person, frozenset())
        if about:
            yield cannot("sign-in", f"conditional access blocks them: {name}", "exclude the person from it")
        elif about is None:
            yield unknown("sign-in", f"whether {name} blocks them depends on a group that was not read")


def _everywhere(row: Row) -> bool:
    applications = part(row, "conditions", "applications")
    whole = "all" in listed(applications, "includeApplications")
    return whole and not listed(applications, "excludeApplications") and not is_conditional(row)


def licence(posture: Posture) -> Iterator[Obstacle]:
    kind = subscribed_sku.KIND
    if not posture.view.saw(kind.collection):
        yield unknown("licence", f"{kind.collection} was not read", "let the snapshot read them")
    elif not any(_brings_pim(row) for row in posture.view.of_kind(kind.name).values()):
        why = "the tenant has no enabled subscription with Entra ID P2 or Governance"
        yield cannot("licence", why, "buy or enable one")


def _brings_pim(row: Row) -> bool:
    plans = {str(plan.get("servicePlanId")).lower() for plan in row.get("servicePlans") or ()}
    enabled = str(row.get("capabilityStatus")).lower() == "enabled"
    return enabled and bool(plans & subscribed_sku.PIM_PLANS)
