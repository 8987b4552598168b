"""A small wave, planned once and copied for each test that carries it out."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from command_line import CommandLine, Json, Pair, Result

PLAN, WAVE = "all-1", "all"
ROLE_REQUESTS = "/roleManagement/directory/roleEligibilityScheduleRequests"
GROUP_REQUESTS = "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests"
REQUESTS = {"role": ROLE_REQUESTS, "group": GROUP_REQUESTS}
ROLE_SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"
GROUP_SCHEDULES = "/identityGovernance/privilegedAccess/group/eligibilitySchedules"


@dataclass
class Prepared:
    """An engagement whose wave is planned; ``before`` and ``applied`` are the target's dumps."""

    pair: Pair
    folder: Path
    environment: dict[str, str]
    before: Json
    applied: Json = field(default_factory=dict)

    @classmethod
    def make(cls, pair: Pair, folder: Path, *, window: float = 1, move: str = "") -> Prepared:
        """Snapshots, resolves and plans on a lab as it was loaded; then sees where undisturbed runs lead.

        ``move`` is what stands in ``move.toml``."""
        pair.lab.reset()
        cli = pair.engagement(folder / "planned")
        cli.change("replication_window = 1", f"replication_window = {window}")
        if move:
            cli.set_up("move.toml", move)
        for command in ("snapshot", "resolve", "plan all --batch-size 2"):
            done = cli(f"{command} --json")
            assert done.code in (0, 3, 4), done.out + done.err
        made = cls(pair, cli.folder, cli.environment, pair.lab.dump(pair.target_id))
        wave = made.copy(folder / "undisturbed")
        assert wave.apply().code == 0
        made.applied = pair.lab.dump(pair.target_id)
        assert wave.rollback().code == 0
        assert pair.lab.dump(pair.target_id) == made.before
        return made

    def copy(self, folder: Path) -> Wave:
        """The planned engagement in a folder of its own, on a lab as it was loaded."""
        self.pair.lab.reset()
        self.pair.lab.throttle(enabled=False)
        shutil.copytree(self.folder, folder)
        return Wave(self, CommandLine(folder, self.environment))


@dataclass
class Wave:
    """One planned wave, to be carried out."""

    prepared: Prepared
    cli: CommandLine

    @property
    def lab(self) -> Any:
        return self.prepared.pair.lab

    @property
    def target(self) -> str:
        return self.prepared.pair.target_id

    def apply(self, plan: str = PLAN) -> Result:
        return self.cli(f"apply {plan} --json {self.prepared.pair.confirmed}")

    def rollback(self, what: str = WAVE) -> Result:
        return self.cli(f"rollback {what} --json {self.prepared.pair.confirmed}")

    def verify(self) -> Result:
        return self.cli(f"verify {WAVE} --json")

    def settle(self, more: str = "") -> Result:
        return self.cli(f"doubt settle {more} --json")

    def dump(self) -> Json:
        return dict(self.lab.dump(self.target))

    @property
    def is_applied(self) -> bool:
        return self.dump() == self.prepared.applied

    @property
    def is_as_before(self) -> bool:
        return self.dump() == self.prepared.before

    def fault(self, do: str, *, on: str = "role", method: str = "POST", **more: Any) -> None:
        """Scripts one fault on the requests of one kind of write, or on the path that ``on`` is."""
        match = {"method": method, "path_prefix": REQUESTS.get(on, on), "tenant": self.target}
        self.lab.faults([{"match": match, "do": do, **more}])

    def change(self, **what: Any) -> None:
        """Somebody else changes the target."""
        self.lab.change(self.target, **what)

    def writes(self) -> list[Json]:
        """Every write that reached the target, oldest first."""
        return [entry for entry in self.lab.log(self.target) if entry["method"] != "GET"]

    def sent(self) -> Counter[str]:
        """How often each write was sent, by action."""
        return Counter(str((entry["body"] or {}).get("action", "cancel")) for entry in self.writes())

    def effects_per_write(self) -> Counter[tuple[str, str]]:
        """How often each write took effect, by action and the write id in its justification."""
        return Counter(
            (entry["body"]["action"], entry["body"]["justification"].split()[-1])
            for entry in self.writes()
            if entry["effect"] and entry["body"]
        )

    def items(self) -> list[Json]:
        """The plan's items, as the file has them."""
        (path,) = (self.cli.folder / "state").glob(f"*/plans/plan-{PLAN}*.json")
        return list(json.loads(path.read_text(encoding="utf-8"))["items"])

    def item(self, kind: str, **target: Any) -> Json:
        """The first item of that kind whose target says so."""
        name = {"role": "roleEligibilitySchedule", "group": "groupEligibilitySchedule"}[kind]
        for item in self.items():
            if item["kind"] == name and all(
                item["target"].get(key) == value for key, value in target.items()
            ):
                return item
        raise AssertionError(f"no item of {kind} with {target}")


def states(result: Result) -> dict[str, str]:
    """The last state that a run told of each write."""
    return {line["id"]: line["state"] for line in result.of_type("write")}


def schedule_of(item: Json, **more: Any) -> Json:
    """The right of an item as the lab's control plane takes it: what somebody else would make."""
    names = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId", "endDateTime")
    return {name: item["target"][name] for name in names if item["target"].get(name)} | more


def book_of(item: Json) -> str:
    return str(item["kind"]) + "s"
