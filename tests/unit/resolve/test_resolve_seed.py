"""The lab's two tenants, of which the truth is known: nobody is mistaken, and all that is planted shows."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from tenant_pairs import ELIGIBILITY, LADDER, NOW, right, seeded

from migrate.lab.seed import trouble
from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.engagement import decisions, mistaken_decisions
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.tenants import CONTOSO
from migrate.lab.seed.truth import Counterpart, counterparts
from migrate.plan.build import Planner
from migrate.plan.document import Action, Draft
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import State
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView


class Seeds(NamedTuple):
    source: dict[str, Any]
    target: dict[str, Any]
    truth: dict[tuple[str, str], Counterpart]


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    source, target = contoso(NOW), fabrikam(NOW)
    return Seeds(source, target, counterparts(source, target))


def in_code(rows: list[dict[str, str]]) -> tuple[Decision, ...]:
    return tuple(
        Decision(one["kind"], one["source_id"], one["target_id"] or None, one["decision"]) for one in rows
    )


@pytest.fixture(scope="module")
def decided(seeds: Seeds) -> tuple[TenantView, TenantView, Resolution, list[Draft]]:
    source, target = seeded(seeds.source), seeded(seeds.target)
    rows = decisions(seeds.source, seeds.target) + mistaken_decisions(seeds.source, seeds.target)
    found = resolve(source, target, LADDER, in_code(rows))
    return source, target, found, Planner(source, target, found, Guard(), NOW).drafts()


def everybody_holds_something(seed: dict[str, Any]) -> TenantView:
    """Contoso with a right for every object that could hold one, so that all of them are looked for."""
    plain = seeded(seed)
    rights = {
        row["id"]: row
        for kind in ("user", "servicePrincipal", "group")
        for one in plain.of_kind(kind)
        for row in [right(f"extra {one}", one)]
    }
    return TenantView(plain.tenant_id, {**plain.rows, ELIGIBILITY: rights}, plain.unread, plain.role_aliases)


def test_every_accepted_counterpart_is_the_true_one(seeds: Seeds) -> None:
    found = resolve(everybody_holds_something(seeds.source), seeded(seeds.target), LADDER)
    accepted = [one for one in found.mappings if one.state is State.ACCEPTED]
    assert len([one for one in accepted if one.kind == "user"]) > 200
    wrong = [one for one in accepted if seeds.truth[one.kind, one.source_id].target_id != one.target_id]
    assert wrong == []


def test_what_evidence_can_settle_is_accepted_without_a_person(seeds: Seeds) -> None:
    found = resolve(everybody_holds_something(seeds.source), seeded(seeds.target), LADDER)
    settled = [
        one
        for one in found.mappings
        if (true := seeds.truth.get((one.kind, one.source_id)))
        and true.target_id
        and true.evidence not in ("name", "none")
    ]
    accepted = [one for one in settled if one.state is State.ACCEPTED]
    assert len(accepted) >= 0.95 * len(settled) > 200


def test_decisions_are_followed_and_slips_are_not(seeds: Seeds, decided: Any) -> None:
    source, _, found, _ = decided
    wrong = [
        one
        for one in found.mappings
        if one.state is State.ACCEPTED and seeds.truth[one.kind, one.source_id].target_id != one.target_id
    ]
    assert wrong == []
    codes = {(one.code, source.name_of(one.kind, one.source_id).split("@")[0]) for one in found.conflicts}
    assert {("C05", "wilhelmina.fairweather"), ("C04", "thaddeus.quill")} <= codes


@pytest.mark.parametrize(
    "planted",
    [
        one
        for one in trouble.ALL
        if one.code and one not in (trouble.DELETED_IN_TARGET, trouble.NO_COUNTERPART)
    ],
    ids=lambda one: one.what[:40],
)
def test_each_planted_trouble_gives_its_code_and_no_write(decided: Any, planted: trouble.Trouble) -> None:
    for identity in trouble.ids(CONTOSO, planted.source):
        hit = [one for one in decided[3] if identity in str(one.source)]
        assert hit
        assert {one.action for one in hit} == {Action.BLOCKED}
        assert all(planted.code in one.codes for one in hit)
        # An administrative unit without counterpart is told as such and as the scope that it is.
        assert {code for one in hit for code in one.codes} <= {planted.code, "C01"}


def test_people_without_a_counterpart_are_left_out(seeds: Seeds) -> None:
    found = resolve(seeded(seeds.source), seeded(seeds.target), LADDER)
    people = set(trouble.ids(CONTOSO, trouble.NO_COUNTERPART.source))
    assert {one.source_id for one in found.conflicts if one.code == "C01" and one.kind == "user"} == people


@pytest.mark.parametrize("planted", [trouble.NAMESAKE, trouble.NAME_ONLY], ids=["namesake", "name only"])
def test_a_name_gives_nobody_a_right(decided: Any, planted: trouble.Trouble) -> None:
    for identity in trouble.ids(CONTOSO, planted.source):
        (draft,) = (one for one in decided[3] if one.source["principalId"] == identity)
        assert (draft.action, draft.codes) == (Action.BLOCKED, ("undecided",))


@pytest.mark.parametrize("planted", [trouble.KEPT_ROLE, trouble.ALIASED_ROLE, trouble.REBLOCKED_ROLE])
def test_roles_that_are_the_same_in_other_words_move(decided: Any, planted: trouble.Trouble) -> None:
    name = planted.source[0].partition("/")[2]
    actions = [one.action for one in decided[3] if one.names["right"] == name]
    assert actions and set(actions) == {Action.CREATE}


def test_what_is_there_stays_and_sessions_and_shadows_are_no_rights(decided: Any) -> None:
    drafts = decided[3]
    kept = {one.source["principalId"] for one in drafts if one.action is Action.KEEP}
    assert kept == set(trouble.ids(CONTOSO, trouble.ALREADY_THERE.source))
    for identity in trouble.ids(CONTOSO, trouble.SHADOWS.source):
        assert [one for one in drafts if one.source["principalId"] == identity] == []


def test_a_later_start_is_kept(decided: Any) -> None:
    (identity,) = trouble.ids(CONTOSO, trouble.FUTURE_START.source)
    (draft,) = (one for one in decided[3] if one.source["principalId"] == identity)
    assert draft.target["startDateTime"] == "2026-03-15T08:00:00Z"


def test_the_pim_spelling_of_an_aliased_role_goes_along(decided: Any, seeds: Seeds) -> None:
    name = trouble.ALIASED_ROLE.source[0].partition("/")[2]
    draft = next(one for one in decided[3] if one.names["right"] == name)
    listed = draft.target["roleDefinitionId"]
    assert draft.target["pimRoleDefinitionId"] == seeds.target["roleAliases"][listed] != listed
