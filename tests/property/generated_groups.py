"""Pairs of tenants with groups that are easily mistaken: few names, few people, shared nicknames."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from tenant_pairs import ELIGIBILITY, SOURCE, TARGET, built_in, group, ident, right, user, view

from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
NAMES = ("IT Desk", "HR Staff", "Fleet Ops")
LINKS = ("sid", "mail", "nickname", "people", "people", "name", "none")


def generated_groups(seed: int, groups: int = 6) -> tuple[TenantView, TenantView]:
    """Source and target; so few people meet in groups that some are alike by chance."""
    dice = random.Random(seed)
    here = [user(f"p{n}@contoso.com", displayName=f"Person P{n}", employeeId=f"C{n}") for n in range(8)]
    there = [user(f"q{n}@fabrikam.com", displayName=f"Person P{n}", employeeId=f"C{n}") for n in range(8)]
    ours: list[Row] = []
    theirs: list[Row] = []
    members: dict[str, dict[str, tuple[Row, ...]]] = {SOURCE: {}, TARGET: {}}

    def fill(tenant: str, row: Row, people: list[Row]) -> None:
        if dice.random() < 0.9:
            members[tenant][row["id"]] = tuple(
                {"id": one["id"], "@odata.type": "#microsoft.graph.user"} for one in people
            )

    for number in range(groups):
        name = dice.choice(NAMES)
        local = name.split()[0].lower()
        row = group(f"s{seed}-{number}", displayName=name, mailNickname=dice.choice((local, f"o{number}")))
        other = group(f"t{seed}-{number}", displayName=dice.choice((name, f"{name} Fabrikam", "Else")))
        other["mailNickname"] = dice.choice((local, f"n{number}"))
        people = dice.sample(range(8), dice.choice((3, 4, 5)))
        ours.append(row)
        fill(SOURCE, row, [here[one] for one in people])
        link = dice.choice(LINKS)
        if link == "sid":
            row["onPremisesSecurityIdentifier"] = other["onPremisesSecurityIdentifier"] = f"S-{number}"
        elif link == "mail":
            row["mail"], other["mail"] = f"{local}@contoso.com", f"{local}@fabrikam.com"
        if link == "people":
            fill(TARGET, other, [there[one] for one in people])
        else:
            fill(TARGET, other, [there[one] for one in dice.sample(range(8), 4)])
        theirs.append(other)
    rights = [right(f"right {one['id']}", one["id"]) for one in ours if dice.random() < 0.6]
    views = []
    for tenant, groups_there, people_there, held in (
        (SOURCE, ours, here, rights),
        (TARGET, theirs, there, []),
    ):
        dice.shuffle(groups_there)
        settings = {
            "roleDefinition": [built_in()],
            "organization": [{"id": ident(tenant), "verifiedDomains": []}],
        }
        found = view(tenant, {"group": groups_there, "user": people_there, ELIGIBILITY: held, **settings})
        views.append(replace(found, lists={"groupMember": members[tenant]}))
    return views[0], views[1]
