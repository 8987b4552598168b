"""A wave with every kind of write, and where each part of it leads when nobody disturbs it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from command_line import CommandLine, Json, Pair
from moving_pair import GUARD, MOVE_TOML
from prepared_wave import PLAN, Prepared, Wave

CONTEXTS = "authenticationContextClassReferences"
NAMESAKES = {
    "administrativeUnit": ("administrativeUnits", {"displayName": "Branch Offices"}),
    "group": (
        "groups",
        {"displayName": "Branch Admins", "mailNickname": "somebody-s", "securityEnabled": True},
    ),
}
EVERYTHING = "everything"


@dataclass
class Moving:
    """An engagement whose plan has every kind of write; ``kinds`` names a write of each with its id."""

    pair: Pair
    folder: Path
    environment: dict[str, str]
    items: Mapping[str, Json]
    _ends: dict[tuple[str, bool], tuple[Json, Json]] = field(default_factory=dict)

    @classmethod
    def make(cls, pair: Pair, folder: Path, *, window: float) -> Moving:
        pair.lab.reset()
        cli = pair.engagement(folder / "planned", guard=GUARD)
        (cli.folder / "mappings" / "move.toml").write_text(MOVE_TOML, encoding="utf-8")
        cli.change("replication_window = 1", f"replication_window = {window}")
        for command in ("snapshot", "resolve", "plan all --batch-size 4"):
            done = cli(f"{command} --json")
            assert done.code in (0, 3, 4), done.out + done.err
        made = Prepared(pair, cli.folder, cli.environment, {})
        every = Wave(made, cli).items()
        assert not [item for item in every if item["action"] in ("blocked", "skip")], every
        items = {item["id"]: item for item in every}
        return cls(pair, cli.folder, cli.environment, items)

    @property
    def kinds(self) -> dict[str, str]:
        """The id of one write of each kind, the last that needs others where there are several."""
        found = {_kind(item): write_id for write_id, item in self.items.items()}
        return found | {EVERYTHING: ""}

    def wanted(self, kind: str) -> list[str]:
        """The write of a kind with all that it needs and all that needs it, as ``--only`` takes it."""
        if kind == EVERYTHING:
            return sorted(self.items)
        start = self.kinds[kind]
        found, todo = set[str](), [start]
        if self.items[start]["temporary"]:
            todo += [one for one, item in self.items.items() if start in item["needs"]]
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self.items[one]["needs"]
        return sorted(found)

    def copy(self, folder: Path) -> Wave:
        self.pair.lab.reset()
        self.pair.lab.throttle(enabled=False)
        shutil.copytree(self.folder, folder)
        return Wave(
            Prepared(self.pair, self.folder, self.environment, {}), CommandLine(folder, self.environment)
        )

    def ends(self, kind: str, folder: Path, *, meddled: bool) -> tuple[Json, Json]:
        """The dumps before and after the writes of a kind when nobody kills them; ``meddled`` with what
        somebody else does meanwhile."""
        if (kind, meddled) not in self._ends:
            wave = self.copy(folder / f"undisturbed-{len(self._ends)}")
            if meddled:
                self.meddle(wave, kind)
            before = comparable(wave.dump())
            applied = wave.cli(f"{self.apply(kind)} {self.pair.confirmed}")
            assert applied.code in (0, 3), applied.out
            after = comparable(wave.dump())
            assert after != before
            rolled = wave.rollback()
            assert rolled.code == 0, rolled.out
            assert without_announced(comparable(wave.dump())) == before
            self._ends[kind, meddled] = before, after
        return self._ends[kind, meddled]

    def apply(self, kind: str) -> str:
        only = "" if kind == EVERYTHING else f" --only {','.join(self.wanted(kind))}"
        return f"apply {PLAN}{only} --json"

    def meddle(self, wave: Wave, kind: str) -> None:
        """Somebody else does something beside the write: objects of the same names, another rule of the same
        policy, another right."""
        item = self.items[self.kinds[kind]] if kind != EVERYTHING else {"target": {}}
        for book, row in NAMESAKES.values():
            wave.change(op="create", kind=book, object=dict(row))
        if "ruleId" in item["target"]:
            wave.change(
                op="rule",
                roleDefinitionId=item["target"]["roleDefinitionId"],
                rule="Expiration_Admin_Assignment",
                properties={"maximumDuration": "P33D"},
            )
        elif "principalId" in item["target"]:
            row = {"principalId": item["target"]["principalId"], "roleDefinitionId": HELPDESK}
            wave.change(op="create", kind="roleEligibilitySchedules", object=row)


HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
"""A role that no write of the plan gives tenant-wide."""


def _kind(item: Json) -> str:
    if item["temporary"]:
        return "temporary rule"
    words = [item["kind"]]
    if item["kind"].endswith("Schedule"):
        words += [] if item["action"] == "create" else [item["action"]]
        words += ["on what is new"] if "new:" in json.dumps(item["target"]) else []
    return " ".join(words)


def comparable(dump: Json) -> Json:
    """A dump in which made objects have their names and marks for ids, since Graph draws those anew."""
    ids = {
        row_id: f"{row.get('displayName')} ({row.get('mailNickname')} {row.get('description')})"
        for book in ("groups", "administrativeUnits", "roleDefinitions")
        for row_id, row in dump[book].items()
        if row.get("displayName") in ("Branch Offices", "Branch Admins", "Branch Support")
    }
    text = json.dumps(dump)
    doubled = [name for name in ids.values() if list(ids.values()).count(name) > 1]
    assert not doubled, f"made twice: {doubled}"
    for row_id, name in ids.items():
        text = re.sub(re.escape(row_id), json.dumps(name)[1:-1], text, flags=re.IGNORECASE)
    for row in (found := json.loads(text))["groups"].values():
        # The number of a security identifier is drawn like the id.
        row.pop("securityIdentifier", None)
    return _sorted(found)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted((_sorted(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def without_announced(dump: Json) -> Json:
    """The dump without what the plan has announced to stay: the contexts that it published."""
    kept = {
        name: row for name, row in dump[CONTEXTS].items() if "pim-migrate" not in str(row.get("description"))
    }
    return dump | {CONTEXTS: kept}
