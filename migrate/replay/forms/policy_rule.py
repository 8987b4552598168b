"""A rule of a policy: changed to what is asked, and back to what it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migrate.graphapi.pager import pages
from migrate.kinds import role_management_policy
from migrate.kinds.policy_rule import same_rule
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.replay.form import Value
from migrate.replay.reads import Reads
from migrate.replay.run import Run


class PolicyRuleForm:
    """A value is the whole rule with the id of its policy, which changes when a group's policy is changed for
    the first time (graph-facts §3.5): it is read anew before each write."""

    def turn(self, item: Item) -> str:
        return _policy(item)

    async def values(self, reads: Reads, items: Sequence[Item]) -> dict[str, Value | None]:
        found: dict[str, Value | None] = {}
        by_policy: dict[str, list[Item]] = {}
        for item in items:
            by_policy.setdefault(_policy(item), []).append(item)
        for _, those in sorted(by_policy.items()):
            row = await _row(reads, those[0])
            rules = role_management_policy.rules(row) if row else {}
            for item in those:
                rule = rules.get(str(item.target["ruleId"]))
                found[item.id] = {"policyId": (row or {}).get("policyId"), "rule": rule} if rule else None
        return found

    def cannot(self, item: Item, value: Value | None) -> str:
        return "" if value is not None else "PIM shows no such rule of a policy for it"

    def reached(self, item: Item, value: Value | None) -> bool:
        return value is not None and same_rule(value["rule"], item.target["rule"])

    def ours(self, reads: Reads, item: Item, value: Value | None) -> bool | None:
        return None

    def request(self, run: Run, item: Item, value: Value | None) -> Request:
        return role_management_policy.patch_rule(str((value or {})["policyId"]), item.target["rule"])

    def image(self, value: Value | None) -> dict[str, Any]:
        return dict(value or {})

    def as_asked(self, item: Item) -> dict[str, Any]:
        return {"rule": item.target["rule"]}

    def same(self, value: Value | None, image: Value | None) -> bool:
        if not value or not image:
            return not value and not image
        return same_rule(value["rule"], image["rule"])

    async def relied_on(self, reads: Reads, item: Item, state: WriteState) -> str:
        return ""

    def undo(self, run: Run, item: Item, value: Value | None) -> Request:
        before = run.state(item).before or {}
        return role_management_policy.patch_rule(str((value or {})["policyId"]), before["rule"])

    def differs(self, item: Item, value: Value | None) -> str:
        if value is None:
            return "PIM shows no such rule"
        asked = item.target["rule"]
        names = sorted(name for name in asked if name != "target" and asked[name] != value["rule"].get(name))
        return f"{item.target['ruleId']}: {', '.join(names) or 'as asked'}"


def _policy(item: Item) -> str:
    if group_id := item.target.get("groupId"):
        return role_management_policy.key_of_group(str(group_id), str(item.target["accessId"]))
    return role_management_policy.key_of_role(str(item.target["roleDefinitionId"]))


async def _row(reads: Reads, item: Item) -> dict[str, Any] | None:
    """The policy's row. PIM may know a custom role by another id than the directory (graph-facts §4.1)."""
    if group_id := item.target.get("groupId"):
        return await _first(
            reads, role_management_policy.of_group(str(group_id), str(item.target["accessId"]))
        )
    for role_id in await reads.live.roles.spellings(item):
        if row := await _first(reads, role_management_policy.of_role(role_id)):
            return row
    return None


async def _first(reads: Reads, request: Request) -> dict[str, Any] | None:
    async for page in pages(reads.session, request):
        for row in page.rows:
            return dict(row)
    return None
