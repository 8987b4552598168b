"""Laws of the plan: one item a right, one write a key, no write that is not cleared, a seal that holds."""

from __future__ import annotations

from typing import Any

from any_schedule import JSON
from assembled_plan import assembled
from hypothesis import given, settings
from hypothesis import strategies as st
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    NOW,
    SOURCE,
    TARGET,
    built_in,
    custom,
    group,
    group_right,
    ident,
    policy,
    right,
    unit,
    user,
    view,
)

from migrate.errors import FileError
from migrate.kinds.schedule import end_of
from migrate.plan.build import Planner
from migrate.plan.document import Action, Draft, from_text, to_text
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import State
from migrate.resolve.reference_graph import objects_of, rights
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
OURS = [
    user(f"u{number}@contoso.com", employeeId=str(number), displayName=f"Anna No{number}")
    for number in range(4)
]
THEIRS = [
    user(f"v{number}@fabrikam.com", employeeId=str(number), displayName=f"Anna No{number}")
    for number in range(3)
]
ROLES = [built_in(), custom("ours", "a/read"), custom("lost", "b/read", display_name="Lost")]
THEIR_ROLES = [built_in(), custom("theirs", "a/read")]
GROUPS, THEIR_GROUPS = [group("Ops"), group("Old")], [group("Their Ops"), group("Their Old")]
UNITS, THEIR_UNITS = [unit("EMEA"), unit("APAC")], [unit("Their EMEA")]
PRINCIPALS = [one["id"] for one in (*OURS, *GROUPS)] + [ident("deleted"), None]
SCOPES = [
    "/",
    f"/administrativeUnits/{UNITS[0]['id']}",
    f"/AdministrativeUnits/{UNITS[1]['id']}",
    "/attributeSets/x",
]
ENDS = [None, "2026-02-01T00:00:00Z", "2026-06-01T00:00:00.1234567Z", "2027-12-01T00:00:00Z"]
INFOS = st.one_of(
    st.builds(lambda end: {"startDateTime": "2026-01-01T00:00:00Z", **info(end)}, st.sampled_from(ENDS)),
    st.sampled_from([None, {}, {"expiration": {"type": "afterDuration", "duration": "P6M"}}]),
)
COLLECTIONS = [
    "users",
    "groups",
    "roleDefinitions",
    "administrativeUnits",
    "roleEligibilitySchedules",
    "roleManagementPolicies",
    "pimGroups",
    f"groupEligibilitySchedules:{THEIR_GROUPS[0]['id']}",
]


def info(end: str | None) -> Row:
    return {"expiration": {"type": "noExpiration" if end is None else "afterDateTime", "endDateTime": end}}


@st.composite
def role_rights(draw: st.DrawFn, side: str) -> Row:
    principals = PRINCIPALS if side == "source" else [one["id"] for one in (*THEIRS, *THEIR_GROUPS)]
    roles = ROLES if side == "source" else THEIR_ROLES
    role = draw(st.sampled_from([*(one["id"] for one in roles), ident("unknown role")]))
    scope = draw(st.sampled_from([*SCOPES, None] if side == "source" else ["/"]))
    member_type = draw(st.sampled_from(["Direct"] * 6 + ["Group", "Inherited", None]))
    name = f"{side} {draw(st.integers(0, 10**9))}"
    row = right(name, draw(st.sampled_from(principals)) or "", role, scope, memberType=member_type)
    return {**row, "scheduleInfo": draw(INFOS)}


@st.composite
def group_rights(draw: st.DrawFn, side: str) -> Row:
    principals = PRINCIPALS if side == "source" else [one["id"] for one in THEIRS]
    groups = GROUPS if side == "source" else THEIR_GROUPS
    access = draw(st.sampled_from(["member", "Owner", ""]))
    held = draw(st.sampled_from([one["id"] for one in groups]))
    name = f"{side} {draw(st.integers(0, 10**9))}"
    row = group_right(name, draw(st.sampled_from(principals)) or "", held, access)
    return {**row, "scheduleInfo": draw(INFOS)}


@st.composite
def waves(draw: st.DrawFn) -> tuple[TenantView, TenantView, Resolution, Guard, list[Draft]]:
    """Two small tenants with rights of every sort, some lists cut off, some things decided and guarded."""
    unread = st.lists(st.sampled_from(COLLECTIONS), max_size=2)
    source = view(
        SOURCE,
        {
            "user": OURS,
            "group": GROUPS,
            "administrativeUnit": UNITS,
            "roleDefinition": ROLES,
            ELIGIBILITY: draw(st.lists(role_rights("source"), max_size=8)),
            GROUP_ELIGIBILITY: draw(st.lists(group_rights("source"), max_size=6)),
        },
        unread=draw(unread) if draw(st.booleans()) else (),
    )
    strict = {"Expiration_Admin_Eligibility": {"isExpirationRequired": True, "maximumDuration": "P365D"}}
    target = view(
        TARGET,
        {
            "user": THEIRS,
            "group": THEIR_GROUPS,
            "administrativeUnit": THEIR_UNITS,
            "roleDefinition": THEIR_ROLES,
            ELIGIBILITY: draw(st.lists(role_rights("target"), max_size=4)),
            GROUP_ELIGIBILITY: draw(st.lists(group_rights("target"), max_size=3)),
            "pimGroup": [{"id": THEIR_GROUPS[0]["id"]}],
            "roleManagementPolicy": [policy(EXCHANGE, **(strict if draw(st.booleans()) else {}))],
        },
        unread=draw(unread) if draw(st.booleans()) else (),
    )
    wanted = [
        Decision("group", GROUPS[0]["id"], THEIR_GROUPS[0]["id"], "choose"),
        Decision("group", GROUPS[1]["id"], THEIR_GROUPS[1]["id"], "choose"),
        Decision("administrativeUnit", UNITS[0]["id"], THEIR_UNITS[0]["id"], "choose"),
        Decision("user", OURS[3]["id"], None, "skip"),
        Decision("user", OURS[1]["id"], None, "block"),
    ]
    resolution = resolve(source, target, LADDER, tuple(one for one in wanted if draw(st.booleans())))
    protected = draw(st.sampled_from([frozenset(), frozenset({THEIRS[0]["id"]}), frozenset({OURS[2]["id"]})]))
    allowed = frozenset({"onboard-group"}) if draw(st.booleans()) else frozenset()
    guard = Guard(protected=protected, allow_irreversible=allowed)
    return source, target, resolution, guard, Planner(source, target, resolution, guard, NOW).drafts()


Wave = tuple[TenantView, TenantView, Resolution, Guard, list[Draft]]
SETTINGS = settings(max_examples=150)


@SETTINGS
@given(waves())
def test_every_right_of_the_source_gets_exactly_one_item(wave: Wave) -> None:
    source, _, _, _, drafts = wave
    assert [one.source["id"] for one in drafts] == [row["id"] for _, row in rights(source)]


@SETTINGS
@given(waves())
def test_a_key_of_the_target_is_written_at_most_once_and_only_where_nothing_stands(wave: Wave) -> None:
    _, target, _, _, drafts = wave
    written = [(one.kind, one.key) for one in drafts if one.action is Action.CREATE]
    assert len(written) == len(set(written))
    taken = {
        (ELIGIBILITY, f"{row['principalId']}|{row['roleDefinitionId']}|{row['directoryScopeId']}".lower())
        for row in target.of_kind(ELIGIBILITY).values()
        if row["memberType"] not in ("Group", "Inherited")
    }
    assert not taken & set(written)


@SETTINGS
@given(waves())
def test_only_what_is_accepted_read_and_unguarded_is_written(wave: Wave) -> None:
    source, target, resolution, guard, drafts = wave
    state = {(one.kind, one.source_id): one for one in resolution.mappings}
    by_id = {(kind.name, row["id"]): (kind, row) for kind, row in rights(source)}
    for draft in drafts:
        if draft.action is not Action.CREATE:
            assert draft.action is Action.KEEP or draft.target == {}
            assert draft.codes or draft.action is not Action.BLOCKED
            continue
        kind, row = by_id[draft.kind, draft.source["id"]]
        for _, node in objects_of(kind, row, source):
            assert state[node].state is State.ACCEPTED
            assert not {node[1], state[node].target_id} & guard.protected
        collection = (
            kind.collection if kind.listed_per is None else f"{kind.collection}:{draft.target['groupId']}"
        )
        assert collection not in target.unread
        assert row["memberType"].lower() == "direct"
        assert draft.target["endDateTime"] is not None or end_of(row) is None
        if row.get("directoryScopeId", "/") != "/":
            assert draft.target["directoryScopeId"] != "/"
        if draft.residue:
            assert "onboard-group" in guard.allow_irreversible


@SETTINGS
@given(waves())
def test_planning_twice_gives_the_same_plan_and_its_text_the_same_back(wave: Wave) -> None:
    source, target, resolution, guard, drafts = wave
    again = Planner(source, target, resolution, guard, NOW).drafts()
    plan = assembled(drafts)
    assert plan == assembled(again)
    text = to_text(plan)
    assert to_text(from_text(text, "plan.json")) == text
    writes = [item.batch for item in plan.writes()]
    assert writes == sorted(writes) and all(writes.count(batch) <= 3 for batch in writes)


_ONE = Draft(
    Action.CREATE,
    ELIGIBILITY,
    "a|b|/",
    "not there yet",
    target={"principalId": "a"},
    names={"principal": "Bell\x07 é"},
)
_OTHER = Draft(Action.BLOCKED, ELIGIBILITY, "c|d|/", "why", ("C01",), base={"id": "1", "endDateTime": None})
SEALED = to_text(assembled([_ONE, _OTHER]))


@settings(max_examples=600)
@given(st.integers(0, len(SEALED) - 1), st.characters(), st.sampled_from(["replace", "insert", "drop"]))
def test_a_plan_with_any_other_character_is_refused_or_means_the_same(at: int, letter: str, how: str) -> None:
    start = at if how == "insert" else at + 1
    text = SEALED[:at] + ("" if how == "drop" else letter) + SEALED[start:]
    try:
        found = from_text(text, "plan.json")
    except FileError:
        return
    assert to_text(found) == SEALED


def test_the_sealed_plan_itself_is_read() -> None:
    assert to_text(from_text(SEALED, "plan.json")) == SEALED


@settings(max_examples=100)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "principalId",
                    "groupId",
                    "roleDefinitionId",
                    "directoryScopeId",
                    "accessId",
                    "memberType",
                    "scheduleInfo",
                ]
            ),
            JSON,
        ),
        max_size=4,
    )
)
def test_hostile_rows_stop_neither_resolver_nor_planner(rows: list[Row]) -> None:
    sound = right("sound", OURS[0]["id"])
    keyed = {f"hostile {number}": {**row, "id": f"hostile {number}"} for number, row in enumerate(rows)}
    source = TenantView(
        SOURCE,
        {
            "user": {one["id"]: one for one in OURS},
            "roleDefinition": {EXCHANGE: built_in()},
            ELIGIBILITY: {**keyed, sound["id"]: sound},
            GROUP_ELIGIBILITY: keyed,
        },
    )
    target = TenantView(
        TARGET,
        {
            "user": {one["id"]: one for one in THEIRS},
            "roleDefinition": {EXCHANGE: built_in()},
            ELIGIBILITY: keyed,
            GROUP_ELIGIBILITY: keyed,
        },
    )
    found = Planner(source, target, resolve(source, target, LADDER), Guard(), NOW).drafts()
    (made_of_sound,) = (one for one in found if one.source["id"] == sound["id"])
    assert made_of_sound.action is Action.CREATE
