"""One case of the sweep: a kind of write, killed at a point under a fault, and what is wrong afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crash_driver import KILLED
from killable import Killable, effects, output
from moving_wave import Moving, comparable, without_announced
from prepared_wave import GROUP_REQUESTS, ROLE_REQUESTS, WAVE, Wave

from migrate.replay import crash_points

JOURNAL = ("journal.before_append", "journal.inside_append", "journal.after_append")
POINTS = {
    "apply": (*crash_points.ASSIGN, *crash_points.SETTLE, *JOURNAL),
    "rollback": (*crash_points.REMOVE, *crash_points.SETTLE, *JOURNAL),
}
SOMEBODY_ELSE = "somebody else"
FAULTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "504": {"do": "status", "status": 504},
    "504 after": {"do": "status", "status": 504, "after": True},
    "cut after": {"do": "cut", "after": True},
    "reads lag": {"do": "hide_after_write", "seconds": 0.2},
    "PIM lags": {"do": "hide_from_pim", "seconds": 0.2},
    "429 burst": {"do": "burst", "seconds": 0.3},
    "token": {"do": "expire_token"},
    SOMEBODY_ELSE: None,
}
_UNITS = "/directory/administrativeUnits"
_PATHS = {
    "administrativeUnit": f"^{_UNITS}(/[^/]+)?$",
    "group": "^/groups(/[^/]+)?$",
    "roleDefinition": "^/roleManagement/directory/roleDefinitions",
    "authenticationContext": "^/identity/conditionalAccess/authenticationContext",
    "administrativeUnitMember": f"^{_UNITS}/[^/]+/members",
    "groupMember": "^/groups/[^/]+/members",
    "groupOwner": "^/groups/[^/]+/owners",
    "roleManagementPolicyRule": "^/policies/roleManagementPolicies/",
    "temporary": "^/policies/roleManagementPolicies/",
    "roleEligibilitySchedule": f"^{ROLE_REQUESTS}$",
    "groupEligibilitySchedule": f"^{GROUP_REQUESTS}$",
    "everything": "",
}


@dataclass(frozen=True)
class Case:
    kind: str
    verb: str
    point: str
    fault: str

    @property
    def name(self) -> str:
        return f"{self.kind} / {self.verb} / {self.point} / {self.fault}"


@dataclass(frozen=True)
class Told:
    """``wrong`` begins with lost, double or unexplained; empty where all is as undisturbed."""

    killed: bool
    wrong: str = ""


def all_cases(kinds: list[str]) -> Iterator[Case]:
    for kind in kinds:
        for verb, points in POINTS.items():
            # What is changed for a time is restored by the run that changes it.
            more = crash_points.REMOVE if kind == "temporary rule" and verb == "apply" else ()
            for point in (*points, *more):
                for fault in FAULTS:
                    yield Case(kind, verb, point, fault)


def run_case(killable: Killable, moving: Moving, folder: Path, case: Case) -> Told:
    meddled = case.fault == SOMEBODY_ELSE
    before, after = moving.ends(case.kind, folder, meddled=meddled)
    wave = moving.copy(folder / "work")
    apply = f"{moving.apply(case.kind)} {moving.pair.confirmed}"
    rollback = f"rollback {WAVE} --json {moving.pair.confirmed}"
    write = moving.kinds[case.kind]
    command = apply if case.verb == "apply" else rollback
    if case.verb == "rollback":
        # Of a rule that is changed for a time a killed run leaves something to take back.
        left = {"point": "after_end", "write": write} if case.kind == "temporary rule" else {}
        code = killable.run(wave, apply, **left)
        if code not in (KILLED, 0, 3):
            return Told(False, f"unexplained: the first apply ends with {code}: {output(wave)[-300:]}")
    _set_fault(wave, case)
    number = random.Random(case.name).randrange(1, 7) if case.point in JOURNAL else 1
    code = killable.run(wave, command, point=case.point, number=number, write=write)
    killed = code == KILLED
    if code not in (KILLED, 0, 3, 15):
        return Told(killed, f"unexplained: exit {code}: {output(wave)[-300:]}")
    wave.lab.clear_faults()
    if meddled:
        moving.meddle(wave, case.kind)
    try:
        code = killable.carry_on(wave, case.verb, line=command)
    except AssertionError as error:
        return Told(killed, f"unexplained: {error}"[-400:])
    return Told(killed, _wrong(wave, case, code, before, after, moving))


def _set_fault(wave: Wave, case: Case) -> None:
    if (fault := FAULTS[case.fault]) is not None:
        path = _PATHS[case.kind.split()[0]]
        for method in ("POST", "PATCH", "DELETE"):
            match = {"method": method, "path_regex": path, "tenant": wave.target}
            wave.lab.faults([{"match": match, **fault}])


def _wrong(wave: Wave, case: Case, code: int, before: Any, after: Any, moving: Moving) -> str:
    if doubled := effects(wave):
        return f"double: {doubled}"
    try:
        found = comparable(wave.dump())
    except AssertionError as error:
        return f"double: {error}"
    asked = after if case.verb == "apply" else before
    if case.verb == "rollback":
        found, asked = without_announced(found), without_announced(asked)
    if found != asked:
        parts = [name for name in asked if found[name] != asked[name]]
        return f"lost: {', '.join(parts)} differ, exit {code}: {output(wave)[-300:]}"
    if code not in ((0, 3) if case.verb == "apply" else (0,)):
        return f"unexplained: exit {code}: {output(wave)[-300:]}"
    verified = {line["id"]: line["state"] for line in wave.verify().of_type("write")}
    wanted = moving.wanted(case.kind)
    # The right for which the rule was loosened was never begun before the run was killed.
    good = ("match", "missing") if (case.kind, case.verb) == ("temporary rule", "rollback") else ("match",)
    if bad := {one: verified.get(one) for one in wanted if verified.get(one, "match") not in good}:
        return f"unexplained: verify says {json.dumps(bad)}"
    return ""
