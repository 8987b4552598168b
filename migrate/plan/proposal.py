"""Proposes waves by blast radius: what can do least first, Global Administrator last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.plan.document import Action, Draft
from migrate.plan.right_facts import RightFacts

CANARY_PERCENT = 10
_TWO_PEOPLE_UP_TO = 0
_ONE_PERSON_UP_TO = 1


def propose(
    drafts: Sequence[Draft], facts: Sequence[RightFacts], names: Mapping[int, str], approvers: int
) -> str:
    """The text of a ``waves.toml``: a canary, then one wave a tier from the least powerful up, and the rights
    that lead to Global Administrator at the end. ``approvers`` is how many people can approve."""
    rights = list(zip(drafts, facts, strict=True))
    last = [one for one in rights if GLOBAL_ADMINISTRATOR in one[1].roles]
    others = [one for one in rights if GLOBAL_ADMINISTRATOR not in one[1].roles]
    tiers = sorted({fact.tier for _, fact in others}, reverse=True)
    blocks = [_HEAD]
    for tier in tiers:
        here = [one for one in others if one[1].tier == tier]
        if tier == tiers[0]:
            people = f"# A canary: one person in {100 // CANARY_PERCENT} of those who can do least."
            told = [people, "[waves.canary]", f"tiers = [{tier}]", *_not_last(last)]
            blocks.append(
                "\n".join((*told, f"percent = {CANARY_PERCENT}", "batch_size = 5", *_stop("canary", 1)))
            )
        name = f"tier-{tier}"
        head = [f"# {names.get(tier) or f'tier {tier}'}: {_told(here)}", f"[waves.{name}]"]
        body = [f"tiers = [{tier}]", *_not_last(last), *_care(tier, approvers, name)]
        blocks.append("\n".join((*head, *body)))
    if last:
        head = [f"# Global Administrator, and the groups that lead to it: {_told(last)}"]
        selector = ["[waves.global-administrator]", f'roles = ["{GLOBAL_ADMINISTRATOR}"]']
        blocks.append("\n".join((*head, *selector, *_care(-1, approvers, "global-administrator"))))
    return "\n\n".join(blocks) + "\n"


_HEAD = """\
# Proposed by blast radius: what can do least first, Global Administrator last. Read it, change it, and keep
# it as mappings/waves.toml; then `pim-migrate plan --waves` shows which right falls into which wave."""


def _not_last(last: list[tuple[Draft, RightFacts]]) -> Iterator[str]:
    if last:
        yield f'not_roles = ["{GLOBAL_ADMINISTRATOR}"]'


def _care(tier: int, approvers: int, name: str) -> Iterator[str]:
    """The more a wave can do, the smaller its batches, the more people must approve, the sooner it stops."""
    yield f"batch_size = {1 if tier < 0 else 5 if tier == 0 else 25}"
    wanted = 2 if tier <= _TWO_PEOPLE_UP_TO else 1 if tier <= _ONE_PERSON_UP_TO else 0
    if wanted and approvers >= wanted:
        yield f"approvals = {wanted}"
    elif wanted:
        yield f"# approvals = {wanted}            # needs so many people in [approvers] of engagement.toml"
    yield from _stop(name, 1 if tier <= 0 else 3)


def _stop(name: str, failures: int) -> Iterator[str]:
    yield from ("", f"[waves.{name}.stop]", f"failures = {failures}", 'classes = ["in_doubt"]')


def _told(rights: list[tuple[Draft, RightFacts]]) -> str:
    people = len({fact.principal for _, fact in rights})
    writes = sum(draft.action is Action.CREATE for draft, _ in rights)
    return f"{len(rights)} rights of {people} people and groups, {writes} to be written"
