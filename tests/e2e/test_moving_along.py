"""What moves along with rights, on the lab: made, found again by later plans, taken back, made again."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import NOW, CommandLine, Pair, running
from lacking_target import COPY, CREATE, EXCHANGE, lacking_pair

RULE = "roleManagementPolicyRule"
RIGHTS = ("roleEligibilitySchedule", "groupEligibilitySchedule")
OBJECTS = ("administrativeUnit", "group", "roleDefinition")


@pytest.fixture(scope="module")
def lacking_lab() -> Iterator[Pair]:
    with running(*lacking_pair(NOW)) as pair:
        yield pair


@pytest.fixture
def shell(lacking_lab: Pair, tmp_path: Path) -> CommandLine:
    lacking_lab.fresh()
    return lacking_lab.engagement(tmp_path / "work")


class Work:
    """An engagement with snapshots, carried out step by step on one lab."""

    def __init__(self, cli: CommandLine, pair: Pair, move: str) -> None:
        self.cli, self.pair, self.plans = cli, pair, 0
        if "replication_window = 1" in (cli.folder / "engagement.toml").read_text(encoding="utf-8"):
            # What is refused until PIM knows an object is tried again that long, on a busy machine too.
            cli.change("replication_window = 1", "replication_window = 2")
        (cli.folder / "mappings" / "move.toml").write_text(move, encoding="utf-8")
        self.before = self.dump()
        self.run("snapshot")
        self.run("resolve")

    def run(self, command: str, *codes: int) -> Any:
        done = self.cli(f"{command} --json")
        assert done.code in (codes or (0, 3, 4)), done.out + done.err
        return done

    def plan(self) -> Counter[str]:
        """The writes of a new plan, by action and kind."""
        self.plans += 1
        done = self.run("plan all")
        return Counter(
            f"{one['action']} {one['kind']}"
            for one in done.of_type("item")
            if one["action"] in ("create", "update", "replace")
        )

    def apply(self) -> None:
        """Every write of the newest plan is done."""
        done = self.run(f"apply all-{self.plans} {self.pair.confirmed}", 0, 3)
        left = [one for one in done.of_type("write") if one["state"] not in ("done", "blocked", "skip")]
        assert set(done.summary["states"]) == {"done"}, left

    def rollback(self) -> Any:
        return self.run(f"rollback all {self.pair.confirmed}", 0)

    def look(self) -> None:
        self.run("snapshot target", 0)
        self.run("resolve")

    def dump(self) -> Any:
        return dict(self.pair.lab.dump(self.pair.target_id))


def test_what_is_made_is_used_by_later_plans_and_made_again_after_a_rollback(
    shell: CommandLine, lacking_lab: Pair
) -> None:
    work = Work(shell, lacking_lab, CREATE + COPY)
    first = work.plan()
    assert {one for one in first if one.startswith("create")} == {
        "create administrativeUnit",
        "create administrativeUnitMember",
        "create group",
        "create groupMember",
        "create groupOwner",
        "create roleDefinition",
        "create roleEligibilitySchedule",
        "create groupEligibilitySchedule",
    }
    # Of the role, and of members and owners of the group apart.
    assert first[f"update {RULE}"] == 4, first
    work.apply()
    assert not work.plan(), "before the next snapshot"
    work.run("verify all", 0)
    work.look()
    assert not work.plan(), "after it"
    work.rollback()
    assert work.dump() == work.before
    assert work.plan() == first, "the snapshot still shows what was taken back"
    work.apply()
    work.rollback()
    assert work.dump() == work.before
    work.look()
    assert work.plan() == first


def test_two_waves_that_need_one_group_make_it_once(shell: CommandLine, lacking_lab: Pair) -> None:
    work = Work(shell, lacking_lab, CREATE + COPY)
    holder = next(
        one["principalId"]
        for one in lacking_lab.source["groupEligibilitySchedules"]
        if one["accessId"] == "owner"
    )
    (shell.folder / "mappings" / "first.csv").write_text(f"id\n{holder}\n", encoding="utf-8")
    (shell.folder / "mappings" / "waves.toml").write_text(
        '[waves.first]\nlist = "first.csv"\n[waves.rest]\n', encoding="utf-8"
    )
    plans = {name: work.run(f"plan {name}").of_type("item") for name in ("first", "rest")}
    makers = {
        name: {one["key"] for one in items if one["key"].startswith("new:") and one["kind"] in OBJECTS}
        for name, items in plans.items()
    }
    assert any(one.startswith("new:group:") for one in makers["first"] & makers["rest"]), makers
    for name in ("first", "rest"):
        done = work.run(f"apply {name}-1 {work.pair.confirmed}", 0, 3)
        assert set(done.summary["states"]) == {"done"}, done.out
    names = [one["displayName"] for one in work.dump()["groups"].values()]
    assert len(names) == len(set(names))
    assert not work.plan()
    for name in ("rest", "first"):
        work.run(f"rollback {name} {work.pair.confirmed}", 0)
    assert work.dump() == work.before


def test_a_decision_makes_one_object_alone(shell: CommandLine, lacking_lab: Pair) -> None:
    (group,) = lacking_lab.source["groups"]
    path = shell.folder / "mappings" / "decisions.csv"
    text = path.read_text(encoding="utf-8")
    header = text.splitlines()[0].split(",")
    given = {"kind": "group", "source_id": group["id"], "decision": "accept", "reason": "made here"}
    row = ",".join(given.get(one, "") for one in header)
    path.write_text(f"{text.rstrip()}\n{row}\n", encoding="utf-8")
    work = Work(shell, lacking_lab, "")
    found = work.plan()
    assert found["create group"] == 1
    assert not {"create administrativeUnit", "create roleDefinition"} & found.keys()
    assert found["create groupMember"] == found["create groupOwner"] == 1
    work.apply()
    work.look()
    assert not work.plan()
    work.rollback()
    assert work.dump() == work.before


def test_explain_says_what_the_plan_does(shell: CommandLine, lacking_lab: Pair) -> None:
    work = Work(shell, lacking_lab, CREATE + COPY)
    holders = {one["principalId"] for one in lacking_lab.source["groupEligibilitySchedules"]}
    (made,) = work.run("plan all").of_type("plan")
    planned = {
        one["source"]["id"].lower(): (one["action"], one["reason"])
        for one in json.loads(Path(made["path"]).read_text(encoding="utf-8"))["items"]
        if one["kind"] in RIGHTS and one["source"]["principalId"] in holders
    }
    assert planned and {action for action, _ in planned.values()} == {"create"}
    explained = {
        right["id"]: (right["action"], right["reason"])
        for holder in holders
        for right in work.run(f"explain {holder}", 0).of_type("explanation")[0]["rights"]
        if right["action"] != "not moved"
    }
    assert explained == planned


@pytest.fixture(scope="module")
def tight_lab() -> Iterator[Pair]:
    source, target = lacking_pair(NOW)
    rule = {"isExpirationRequired": True, "maximumDuration": "P30D"}
    target["rolePolicies"] = {EXCHANGE: {"Expiration_Admin_Eligibility": rule}}
    with running(source, target) as pair:
        yield pair


@pytest.fixture
def tight_shell(tight_lab: Pair, tmp_path: Path) -> CommandLine:
    tight_lab.fresh()
    return tight_lab.engagement(tmp_path / "work")


def test_a_loosened_rule_is_back_before_the_run_ends(tight_shell: CommandLine, tight_lab: Pair) -> None:
    tight_shell.change("[guard]", "[guard]\nallow_relaxing = true")
    work = Work(tight_shell, tight_lab, '[rights]\nbeyond_policy = "relax"\n')
    found = work.plan()
    assert found[f"update {RULE}"] == 1, "once for both rights"
    policies = {name: book for name, book in work.before.items() if "olic" in name}
    assert policies
    work.apply()
    now = work.dump()
    assert {name: now[name] for name in policies} == policies
    assert not work.plan()
    work.rollback()
    assert work.dump() == work.before


def test_a_clamped_right_is_kept_and_taken_back(tight_shell: CommandLine, tight_lab: Pair) -> None:
    work = Work(tight_shell, tight_lab, '[rights]\nbeyond_policy = "clamp"\n')
    found = work.plan()
    assert found and f"update {RULE}" not in found
    work.apply()
    assert not work.plan(), "before the next snapshot"
    work.look()
    done = work.run("plan all")
    work.plans += 1
    clamped = [one for one in done.of_type("item") if "nearer end" in one["reason"]]
    assert {one["action"] for one in clamped} == {"keep"}
    assert len(clamped) == 2
    work.rollback()
    assert work.dump() == work.before


def test_an_updated_end_is_the_old_one_again_after_a_rollback(shell: CommandLine, lacking_lab: Pair) -> None:
    work = Work(shell, lacking_lab, "")
    work.plan()
    (path,) = (shell.folder / "state").rglob("plan-all-1.json")
    item = next(
        one
        for one in json.loads(path.read_text(encoding="utf-8"))["items"]
        if one["action"] == "create" and one["kind"] == "roleEligibilitySchedule"
    )
    ids = ("principalId", "roleDefinitionId", "directoryScopeId")
    there = {name: item["target"][name] for name in ids}
    lacking_lab.lab.change(
        lacking_lab.target_id,
        op="create",
        kind="roleEligibilitySchedules",
        object={**there, "endDateTime": "2030-01-01T00:00:00Z"},
    )
    work = Work(shell, lacking_lab, '[rights]\nexisting = "update"\n')
    work.plans = 1
    assert work.plan()["update roleEligibilitySchedule"] == 1
    work.apply()
    assert not work.plan(), "before the next snapshot"
    work.look()
    assert not work.plan(), "after it"
    work.rollback()
    assert work.plan()["update roleEligibilitySchedule"] == 1, "the snapshot still shows the new end"
    work.apply()
    work.rollback()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_set_a_second_plan_is_empty_and_a_rollback_leaves_nothing(
    tight_shell: CommandLine, tight_lab: Pair, seed: int
) -> None:
    dice = random.Random(seed)
    flags = {
        "create": ("administrative_units", "groups", "custom_roles"),
        "members": ("of_new", "of_existing"),
        "rights": ("active",),
    }
    words = {
        "policies": {"mode": ("leave", "strengthen", "copy")},
        "rights": {"beyond_policy": ("skip", "clamp", "relax"), "existing": ("leave", "update")},
    }
    lines = []
    for section in ("create", "members", "policies", "rights"):
        lines.append(f"[{section}]")
        lines += [f"{one} = {dice.choice(('true', 'false'))}" for one in flags.get(section, ())]
        lines += [f'{one} = "{dice.choice(known)}"' for one, known in words.get(section, {}).items()]
    tight_shell.change("[guard]", "[guard]\nallow_relaxing = true")
    work = Work(tight_shell, tight_lab, "\n".join(lines))
    if work.plan():
        work.apply()
    assert not work.plan(), lines
    work.look()
    assert not work.plan(), lines
    if work.dump() != work.before:
        work.rollback()
    assert work.dump() == work.before, lines
