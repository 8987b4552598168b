"""The trouble planted in Contoso and Fabrikam, each in one named constant that tests and documents refer to.

A `Trouble` names the objects by reference ("user/left-behind-1"): `source` in Contoso, `target` in Fabrikam.
`migrate.lab.seed.draft.Draft.id_of`, or `ids` below, turns a reference into an object id.
"""

from __future__ import annotations

from dataclasses import dataclass

from migrate.lab.seed.tenants import Tenant, object_id


@dataclass(frozen=True)
class Trouble:
    """Something that a migration must notice. `code` is the conflict or drift it stands for, if any."""

    what: str
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    code: str | None = None


NO_COUNTERPART = Trouble(
    "people who hold eligibility and have no account in the target",
    source=("user/left-behind-1", "user/left-behind-2", "user/left-behind-3"),
    code="C01",
)
NAMESAKE = Trouble(
    "no account in the target, but somebody else there has exactly the same name",
    source=("user/namesake",),
    target=("user/person-400",),
)
NAME_ONLY = Trouble(
    "the right account is there, but nothing except the name says so: a person has to decide",
    source=("user/person-018", "user/person-058"),
    target=("user/person-018", "user/person-058"),
)
TWO_CANDIDATES = Trouble(
    "two accounts in the target carry this person's employeeId",
    source=("user/twin-numbers",),
    target=("user/twin-numbers-a", "user/twin-numbers-b"),
    code="C02",
)
NUMBER_AGAINST_MAIL = Trouble(
    "the employeeId points to one account in the target, UPN and mail to another",
    source=("user/split",),
    target=("user/split-by-number", "user/split-by-mail"),
    code="C02",
)
TWO_CLAIM_ONE = Trouble(
    "a person's daily and admin account share an employeeId, and the target has one account for both",
    source=("user/claim-daily", "user/claim-admin"),
    target=("user/claim-target",),
    code="C03",
)
DELETED_PRINCIPALS = Trouble(
    "principals that were deleted while their eligibility lingers in the lists",
    source=("deleted/user/gone-1", "deleted/user/gone-2", "deleted/group/ROLE-Dissolved"),
    code="C06",
)
DELETED_IN_TARGET = Trouble(
    "an account that is gone from the target; a decision that names it stands for nobody",
    source=("user/left-behind-3",),
    target=("deleted/user/rehired-elsewhere",),
    code="C05",
)
MISSING_GROUP = Trouble(
    "a role-assignable group that holds eligibility and does not exist in the target",
    source=("group/ROLE-Mainframe-Security",),
    code="C01",
)
NOT_ONBOARDED_GROUP = Trouble(
    "a PIM group whose counterpart in the target has not been onboarded; onboarding cannot be undone",
    source=("group/PIM-Network-Change",),
    target=("group/PIM-Network-Change",),
)
SKIPPED_GROUP = Trouble(
    "a group that a person decided to leave behind",
    source=("group/PIM-Legacy-Fileserver",),
    target=("group/PIM-Legacy-Fileserver",),
)
UNDECIDED_GROUP = Trouble(
    "a group whose namesake in the target nobody has confirmed yet",
    source=("group/ROLE-Teams-Operations",),
    target=("group/ROLE-Teams-Operations",),
)
UNIT_BY_ITS_PEOPLE = Trouble(
    "an administrative unit that nobody decided on: its namesake in the target has the same people",
    source=("administrativeUnit/Manufacturing",),
    target=("administrativeUnit/Manufacturing",),
)
MISSING_UNIT = Trouble(
    "an administrative unit that eligibility is scoped to and that the target lacks",
    source=("administrativeUnit/Retail Branches",),
    code="D01",
)
KEPT_ROLE = Trouble(
    "a custom role that kept its templateId, so both tenants list it under one id",
    source=("roleDefinition/Application Support Operator",),
)
ALIASED_ROLE = Trouble(
    "a custom role equal but for its id, and with a second id in each tenant that only PIM uses",
    source=("roleDefinition/Application Credential Operator",),
    target=("roleDefinition/Application Credential Operator",),
)
REBLOCKED_ROLE = Trouble(
    "a custom role equal as a set of actions: two blocks and a repetition here, one block there",
    source=("roleDefinition/Service Principal Auditor",),
    target=("roleDefinition/Service Principal Auditor",),
)
OTHER_PERMISSIONS = Trouble(
    "a custom role whose namesake in the target grants more",
    source=("roleDefinition/Device BitLocker Reader",),
    target=("roleDefinition/Device BitLocker Reader",),
    code="D05",
)
MISSING_ROLE = Trouble(
    "a custom role that holds eligibility and does not exist in the target",
    source=("roleDefinition/Group Lifecycle Operator",),
    code="C01",
)
ALREADY_THERE = Trouble(
    "eligibility that the target already has, just like this: User Administrator, Reports Reader, a group",
    source=("user/person-040", "user/person-041", "user/person-042"),
    target=("user/person-040", "user/person-041", "user/person-042"),
)
OTHER_END = Trouble(
    "an eligibility (Security Operator) that the target already has, with another end",
    source=("user/person-043",),
    target=("user/person-043",),
    code="D10",
)
EXPIRED = Trouble(
    "an eligibility (Fabric Administrator) that ended ten days ago", source=("user/person-044",), code="D08"
)
FUTURE_START = Trouble(
    "an eligibility (Intune Administrator) that starts in two weeks", source=("user/person-045",)
)
SHADOWS = Trouble(
    "members of a group that is eligible, listed once more with memberType Group: never to be replayed",
    source=("user/person-060", "user/person-061", "user/person-062"),
)
ACTIVATED_SESSION = Trouble(
    "somebody has a role activated right now: a session, not configuration", source=("user/person-046",)
)
HOSTILE_NAMES: dict[str, str] = {
    "hostile-formula": "=cmd|' /C calc'!A0",
    "hostile-plus": "+SUM(1)",
    "hostile-at": "@x",
    "hostile-minus": "-2+3",
    "hostile-rtl": "Nina \u202egpj.exe \u2066Ltd\u2069",
    "hostile-control": "Bell\x07 Tab\t Line\nEscape\x1b[31m red",
    "hostile-markup": "</script><script>alert('x')</script>; DROP TABLE mapping;--",
    # Graph itself stops at 256; a client must survive what another endpoint answers.
    "hostile-long": "Longinus " + "x" * 9_991,
}
"""Display names, by the key of their person, that want to be something else. All of them hold eligibility."""

BREAK_GLASS = ("user/breakglass1", "user/breakglass2")
"""Emergency accounts of every tenant: standing Global Administrators that no plan may touch."""

ALL: tuple[Trouble, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Trouble))


def ids(tenant: Tenant, references: tuple[str, ...]) -> tuple[str, ...]:
    """The object ids of references in a tenant (not for built-in roles and roles that kept a templateId)."""
    parts = (reference.removeprefix("deleted/").partition("/") for reference in references)
    return tuple(object_id(tenant, kind, key) for kind, _, key in parts)
