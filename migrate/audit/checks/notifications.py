"""Who hears of it when a privileged role is given or activated."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.activatable import policies_of_roles, policies_of_roles_read
from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row


def _recipients(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    groups = parameters.flag("groups_too")
    yield from policies_of_roles_read(posture, groups=groups)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    if parameters.flag("given_only"):
        roles &= {one.role_id for one in posture.holdings}
    for subject, _, policy in policies_of_roles(posture, roles, groups=groups):
        if policy is None:
            yield Unknown("its policy was not read", subject)
            continue
        shown = role_management_policy.rules(policy)
        for name in parameters.texts("rules"):
            if name not in shown:
                yield Unknown(f"its policy shows no rule {name}", subject)
            elif not _somebody(shown[name], parameters.flag("default_recipients_count")):
                yield Finding(subject, f"nobody is named in {name}", mark=name)


def _somebody(rule: Row, default_counts: bool) -> bool:
    named = any(str(one).strip() for one in rule.get("notificationRecipients") or ())
    return named or (default_counts and rule.get("isDefaultRecipientsEnabled") is True)


CHECKS = (
    Check(
        "notification-recipients",
        "Somebody is told when a privileged role is given or activated",
        "name recipients in the policy's notification rules: a mailbox that somebody reads",
        _recipients,
        {
            **ROLES,
            "rules": ("Notification_Admin_EndUser_Assignment",),
            "groups_too": True,
            "default_recipients_count": False,
            "given_only": False,
        },
    ),
)
