"""What a plan of 20,000 writes costs: seconds by step and the peak of memory, in a process of its own, and
the same for a quarter of it, to see whether the time grows as the plan does. Figures are printed, never
asserted: run it with `make bench`.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

from migrate.kinds.policy_defaults import OF_GROUPS, OF_ROLES, as_answered
from migrate.plan.along.companions import Companions
from migrate.plan.along.moving import Moving
from migrate.plan.assemble import assemble
from migrate.plan.broader_role import block_broader_roles
from migrate.plan.build import Planner
from migrate.plan.document import to_text
from migrate.plan.estimate import estimate
from migrate.plan.guard import Guard
from migrate.plan.policy_change import Mode
from migrate.plan.right_facts import FactsOf
from migrate.plan.tier_gate import TierGate
from migrate.plan.waves import Wave, place
from migrate.resolve.evidence import Ladder
from migrate.resolve.resolution import resolve
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import TierTable

SIZES = (5_000, 20_000)
SOURCE, TARGET = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
ROLES, IN_A_GROUP = 60, 20
LADDER = Ladder({"employee_id": 80, "user_principal_name": 70, "template_id": 950, "name": 10}, {})
WAVES = (
    Wave("canary", percent=5),
    Wave("low", tiers=frozenset({2, 3})),
    Wave("finance", departments=frozenset({"department 1"})),
    Wave("rest"),
)
SCHEDULE = {
    "startDateTime": "2026-01-01T00:00:00Z",
    "expiration": {"type": "afterDateTime", "endDateTime": "2026-06-30T22:00:00Z", "duration": None},
}


def ident(kind: int, number: int) -> str:
    return f"{kind}{number:07}-0000-4000-8000-{number:012}"


def tenants(rights: int) -> tuple[TenantView, TenantView]:
    """Two rights for each person: a role, and the way into a group; each group holds a role and has members
    and owners, as a privileged tenant does."""
    people, groups = rights // 2, max(rights // (2 * IN_A_GROUP), 1)
    roles = {
        ident(5, one): {
            "id": ident(5, one),
            "templateId": ident(5, one),
            "displayName": f"Role {one}",
            "isBuiltIn": True,
            "isEnabled": True,
            "rolePermissions": [{"allowedResourceActions": [f"microsoft.directory/things{one}/allTasks"]}],
        }
        for one in range(ROLES)
    }

    def side(tenant: str, person: int, team: int, *, with_rights: bool) -> TenantView:
        users = {
            ident(person, one): {
                "id": ident(person, one),
                "userPrincipalName": f"person{one}@{tenant[:4]}.example",
                "displayName": f"Person {one}",
                "employeeId": f"E{one}",
                "accountEnabled": True,
                "department": f"Department {one % 40}",
            }
            for one in range(people)
        }
        teams = {
            ident(team, one): {
                "id": ident(team, one),
                "displayName": f"Team {one}",
                "groupTypes": [],
                "securityEnabled": True,
                "isAssignableToRole": True,
            }
            for one in range(groups)
        }
        held = {
            ident(6, one): {
                "id": ident(6, one),
                "principalId": ident(team, one),
                "roleDefinitionId": ident(5, one % ROLES),
                "directoryScopeId": "/",
                "assignmentType": "Assigned",
                "memberType": "Direct",
                "scheduleInfo": {**SCHEDULE, "expiration": {"type": "noExpiration"}},
            }
            for one in range(groups)
        }
        eligible = {
            ident(7, one): {
                "id": ident(7, one),
                "principalId": ident(person, one),
                "roleDefinitionId": ident(5, one % ROLES),
                "directoryScopeId": "/",
                "memberType": "Direct",
                "scheduleInfo": SCHEDULE,
            }
            for one in range(people)
        }
        into = {
            ident(8, one): {
                "id": ident(8, one),
                "principalId": ident(person, one),
                "groupId": ident(team, one % groups),
                "accessId": "member",
                "memberType": "direct",
                "scheduleInfo": SCHEDULE,
            }
            for one in range(rights - people)
        }
        policies = {
            f"policy_{one}_{access}": _policy(one, access, OF_GROUPS, with_rights)
            for one in teams
            for access in ("member", "owner")
        }
        policies |= {f"policy_{one}": _policy("/", one, OF_ROLES, with_rights) for one in roles}
        return TenantView(
            tenant,
            {
                "user": users,
                "group": teams,
                "servicePrincipal": {},
                "administrativeUnit": {},
                "roleDefinition": roles,
                "roleAssignmentSchedule": held,
                "roleEligibilitySchedule": eligible if with_rights else {},
                "groupEligibilitySchedule": into if with_rights else {},
                "pimGroup": {one: {"id": one} for one in teams},
                "roleManagementPolicy": policies,
            },
            lists={
                "groupMember": {
                    ident(team, one): tuple(
                        {"@odata.type": "#microsoft.graph.user", "id": ident(person, one * 2 + each)}
                        for each in range(2)
                    )
                    for one in range(groups)
                },
                "groupOwner": {
                    ident(team, one): ({"@odata.type": "#microsoft.graph.user", "id": ident(person, one)},)
                    for one in range(groups)
                },
            },
        )

    return side(SOURCE, 1, 3, with_rights=True), side(TARGET, 2, 4, with_rights=False)


def _policy(scope: str, governs: str, defaults: Any, strict: bool) -> dict[str, Any]:
    """Whole policies as PIM makes them; the source's let nobody activate for more than two hours."""
    rules = []
    for rule in as_answered(defaults):
        if strict and rule["id"] == "Expiration_EndUser_Assignment":
            rule = {**rule, "maximumDuration": "PT2H"}
        rules.append(rule)
    return {
        "id": f"policy_{scope}_{governs}",
        "scopeId": scope,
        "scopeType": "DirectoryRole" if scope == "/" else "Group",
        "roleDefinitionId": governs,
        "policy": {"rules": rules},
    }


def planned(rights: int) -> tuple[dict[str, float], float, float, int]:
    """Seconds of each step, megabytes before the first and at the peak, and how many writes there are."""
    from migrate.resolve.decisions import Decision

    source, target = tenants(rights)
    # Half of the groups are there, the others are made with their people.
    decided = tuple(
        Decision("group", one, one.replace("3", "4", 1), "choose")
        if number % 2
        else Decision("group", one, None, "accept")
        for number, one in enumerate(sorted(source.of_kind("group")))
    )
    rows = {one: row for one, row in target.of_kind("group").items() if int(one[1:8]) % 2}
    target = replace(target, rows={**target.rows, "group": rows})
    table = TierTable({}, {ident(5, one): one % 4 for one in range(ROLES)})
    before, steps, at = memory(), {}, time.perf_counter()

    def done(step: str) -> None:
        nonlocal at
        steps[step], at = time.perf_counter() - at, time.perf_counter()

    resolution = resolve(source, target, LADDER, decided)
    done("resolve")
    moving = Moving(
        creates=frozenset({"group"}), members_of_existing=True, policies=Mode.COPY, minimum_approvers=1
    )
    along = Companions.of(source, target, resolution, moving, made={}, protected=frozenset(), now=NOW)
    done("companions")
    drafts = Planner(source, along.target, along.resolution, Guard(), NOW, moving).drafts()
    drafts = block_broader_roles(drafts, source, along.target, Guard())
    done("draft")
    together = [*drafts, *along.links]
    gate = TierGate.of(together, source, along.unpeopled, along.resolution, table, NOW)
    judged = gate.let_through(together)
    drafts, along = judged[: len(drafts)], along.with_links(judged[len(drafts) :])
    done("tier gate")
    knows = FactsOf(source, gate.source, table)
    placement = place(drafts, [knows.of(one) for one in drafts], WAVES)
    assert not placement.nowhere()
    done("waves")
    drafts, _ = along.brought_by(drafts)
    done("wave")
    estimate(drafts, source, target, resolution, now=NOW, per_second=10, learned=False)
    done("estimate")
    plan = assemble(
        drafts,
        plan_id="all-1",
        wave="all",
        number=1,
        engagement="bench",
        made_at=NOW,
        source={},
        target={},
        resolution={},
        batch_size=25,
    )
    done("seal")
    to_text(plan)
    done("text")
    return steps, before, memory(), len(plan.writes())


def memory() -> float:
    """Megabytes that this process held at its most; 0 where the system does not tell (Windows)."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Runs in a fresh process, so that its peak of memory is its own."""
    here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_child, args=(there, work, arguments))
    child.start()
    there.close()
    found = here.recv()
    child.join()
    return found


def _child(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    pipe.send(work(*arguments))


def main() -> None:
    totals = {}
    for size in SIZES:
        steps, before, peak, writes = apart(planned, size)
        totals[size] = sum(steps.values())
        told = ", ".join(f"{step} {seconds:.2f}" for step, seconds in steps.items())
        print(f"{size:>6} rights, {writes} writes: {totals[size]:.2f} s ({told})")
        print(f"       {peak:.0f} MB at the peak, {peak - before:.0f} MB more than the two tenants")
    small, large = SIZES
    print(f"{large // small} times the rights take {totals[large] / totals[small]:.1f} times as long")


if __name__ == "__main__":
    main()
