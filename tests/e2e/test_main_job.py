"""The whole job between Contoso and Fabrikam, as a script runs it: every line, every code, and back again."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pytest
from command_line import NOW, Json, Pair, Result

from migrate.lab.seed import trouble
from migrate.lab.seed.tenants import CONTOSO, object_id
from migrate.lab.seed.trouble import HOSTILE_NAMES, Trouble

ANSI = re.compile(r"\x1b\[")
UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What must never reach a terminal from a stranger's text: everything but our own line ends."""

STEPS: dict[str, int] = {
    "doctor": 0,
    "snapshot": 0,
    "resolve": 4,
    "report export mapping.xlsx": 0,
    "plan all": 3,
    "plans show all-1": 0,
    "apply all-1": 3,
    "verify all": 0,
    "status": 0,
    "doubt": 0,
    "log verify": 0,
    "rollback all --batch 2": 0,
    "rollback all": 0,
}
"""The verbs in their order with the exit codes that the planted trouble makes right."""


ELSEWHERE = (trouble.DELETED_IN_TARGET, trouble.EXPIRED)
"""Trouble that shows otherwise; each has a test of its own below."""


class Job:
    """One run of the job: what each step said, and the target before, between and after."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        pair.fresh()
        self.pair, self.cli = pair, pair.engagement(folder)
        self.said: dict[str, Result] = {}
        self.source, self.before = pair.dumps()
        for step in STEPS:
            self.said[step] = self.run(step)
            if step == "apply all-1":
                self.applied = pair.dumps()[1]
            if step == "rollback all --batch 2":
                self.half = self.cli("verify all --json")
        self.verified_after = self.cli("verify all --json")
        self.source_after, self.after = pair.dumps()

    def run(self, step: str) -> Result:
        changes = step.split()[0] in ("apply", "rollback")
        return self.cli(f"{step} {self.pair.confirmed if changes else ''} --json")

    @property
    def items(self) -> list[Json]:
        return self.said["plan all"].of_type("item")

    def codes_of(self, one: Trouble) -> set[str]:
        """The codes of the plan's items that name the trouble's objects, and of conflicts and drift."""
        ids = set(trouble.ids(CONTOSO, one.source))
        resolved = self.said["resolve"]
        found = {code for item in self.naming(one) for code in item["codes"]}
        return found | {
            line["code"]
            for line in (*resolved.of_type("conflict"), *resolved.of_type("drift"))
            if line["source_id"] in ids
        }

    def naming(self, one: Trouble) -> list[Json]:
        """The items whose right in the source names an object of the trouble."""
        ids = set(trouble.ids(CONTOSO, one.source))
        return [item for item in self.items if ids & self._named[item["id"]]]

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        (plan,) = self.said["plan all"].of_type("plan")
        document = json.loads(Path(plan["path"]).read_text(encoding="utf-8"))
        return {
            item["id"]: {
                str(value).rpartition("/")[2]
                for name, value in item["source"].items()
                if name not in ("id", "scheduleInfo")
            }
            for item in document["items"]
        }


@pytest.fixture(scope="module")
def job(big_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(big_lab, tmp_path_factory.mktemp("job") / "work")


def test_every_step_exits_as_designed(job: Job) -> None:
    assert {step: result.code for step, result in job.said.items()} == STEPS


def test_every_line_has_a_type_and_the_last_is_the_summary(job: Job) -> None:
    for step, result in job.said.items():
        assert all(isinstance(line.get("type"), str) for line in result.lines), step
        assert result.summary["exit"] == result.code
        assert step.startswith(result.summary["verb"])


def test_stdout_is_for_results_and_stderr_stays_quiet_for_scripts(job: Job) -> None:
    for step, result in job.said.items():
        assert result.err == "", step
        # A reader that cuts at every line break of Unicode must find the same lines.
        assert len(result.out.splitlines()) == len(result.lines), step
        assert not UNFIT.search(result.out), step


def test_it_moves_and_takes_back(job: Job) -> None:
    assert job.applied != job.before
    assert job.after == job.before
    assert job.source_after == job.source, "the source is only ever read"


def test_one_line_a_write(job: Job) -> None:
    (plan,) = job.said["plan all"].of_type("plan")
    writes = job.said["apply all-1"].of_type("write")
    assert set(writes[0]) == {"type", "id", "action", "kind", "key", "state", "reason"}
    assert max(Counter(line["id"] for line in writes).values()) == 1
    states = Counter(line["state"] for line in writes)
    assert states["done"] == plan["counts"]["create"]
    assert states["blocked"] + states["skip"] == plan["counts"]["blocked"] + plan["counts"]["skip"]


def test_verify_matches_after_each_change(job: Job) -> None:
    created = job.said["plan all"].of_type("plan")[0]["counts"]
    everything = {"match": created["create"] + created["keep"]}
    for result in (job.said["verify all"], job.half, job.verified_after):
        assert (result.code, result.summary["states"]) == (0, everything)
    gone = [line for line in job.half.of_type("write") if line["action"] == "remove"]
    assert len(gone) == len(job.said["rollback all --batch 2"].of_type("write")) == 25


@pytest.mark.parametrize(
    "one", [one for one in trouble.ALL if one.code and one not in ELSEWHERE], ids=lambda one: one.what[:40]
)
def test_planted_trouble_shows_with_its_code(job: Job, one: Trouble) -> None:
    assert one.code in job.codes_of(one)


def test_an_expired_right_is_not_given_new_life(job: Job) -> None:
    """Graph no longer lists what has expired, so nothing is planned for it."""
    assert job.naming(trouble.EXPIRED) == []


def test_what_nobody_decided_does_not_move(job: Job) -> None:
    for one in (trouble.NAME_ONLY, trouble.UNDECIDED_GROUP):
        touched = job.naming(one)
        assert touched and {item["action"] for item in touched} == {"blocked"}, one.what
        assert all("undecided" in item["codes"] for item in touched), one.what


def test_a_unit_is_told_by_the_people_in_it(job: Job) -> None:
    (key,) = trouble.UNIT_BY_ITS_PEOPLE.source
    name = key.partition("/")[2]
    (found,) = [line for line in job.said["resolve"].of_type("mapping") if line["name"] == name]
    assert (found["state"], found["rule"]) == ("accepted", "member_overlap")
    assert {item["action"] for item in job.naming(trouble.UNIT_BY_ITS_PEOPLE)} == {"create"}


def test_what_is_there_stays_and_what_is_left_behind_stays_behind(job: Job) -> None:
    there = Counter(item["action"] for item in job.items)["keep"]
    assert there == len(trouble.ALREADY_THERE.source)
    assert {item["action"] for item in job.naming(trouble.SKIPPED_GROUP)} == {"skip"}


def test_every_right_of_the_source_is_one_item(job: Job) -> None:
    direct = [
        row
        for name in ("roleEligibilitySchedules", "groupEligibilitySchedules")
        for row in job.pair.source[name]
        if str(row.get("memberType", "Direct")).lower() == "direct" and not _over(row)
    ]
    assert len({item["source_id"] for item in job.items}) == len(job.items) == len(direct)
    assert all(item["reason"] for item in job.items)


def _over(row: Json) -> bool:
    end = row.get("endDateTime")
    return end is not None and datetime.fromisoformat(end) <= NOW


def test_mistaken_decisions_are_found(big_lab: Pair, tmp_path: Path) -> None:
    cli = big_lab.engagement(tmp_path, mistakes=True)
    assert cli("snapshot --json").code == 0
    found = {line["code"] for line in cli("resolve --json").of_type("conflict")}
    assert {"C04", "C05"} <= found


def test_hostile_names_reach_scripts_as_they_are(job: Job) -> None:
    named = {line["source_id"]: line["name"] for line in job.said["resolve"].of_type("mapping")}
    names = {str(user["id"]): user for user in job.pair.source["users"]}
    for key in HOSTILE_NAMES:
        person = object_id(CONTOSO, "user", key)
        assert named[person] in (HOSTILE_NAMES[key], names[person]["userPrincipalName"])


def test_hostile_names_are_made_visible_for_people(job: Job, tmp_path: Path) -> None:
    """Every screen that shows names: nothing in them moves a cursor, and what would is spelt out."""
    big = job.pair
    hostile = {**big.source, "users": [_renamed(user) for user in big.source["users"]]}
    big.lab.load([hostile, big.target])
    cli = big.engagement(tmp_path)
    shown = [cli(command) for command in ("snapshot", "resolve", "plan all", "status")]
    shown.append(cli("apply all-1", typed="no\n"))
    big.fresh()
    for result in shown:
        assert not UNFIT.search(result.out), UNFIT.findall(result.out)
        assert not UNFIT.search(result.err)
    for spelt in ("<U+202E>", "<U+0007>", "<U+001B>"):
        assert spelt in shown[2].out


def _renamed(user: Json) -> Json:
    """People go by their sign-in names: an endpoint that cares for nothing has trouble in those as well."""
    for key, name in HOSTILE_NAMES.items():
        if user["id"] == object_id(CONTOSO, "user", key):
            return {**user, "userPrincipalName": f"{name}@contoso.com"}
    return user


def test_no_colour_where_there_is_no_terminal(job: Job) -> None:
    for command in ("plans show all-1", "status"):
        assert not ANSI.search(job.cli.apart(command).out)


def test_a_second_run_of_everything(job: Job) -> None:
    for step, code in STEPS.items():
        again = job.run(step.replace("all-1", "all-2"))
        assert again.code == code, (step, again.lines[-1])
        if step == "apply all-1":
            assert job.pair.dumps()[1] == job.applied, "the same rights come again"
    assert job.run("verify all").code == 0
    assert job.pair.dumps()[1] == job.before
