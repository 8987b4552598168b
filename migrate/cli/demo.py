"""``pim-migrate demo``: the main job on the embedded lab, through the same verbs that a person would type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.choke_point import leave_with
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS: tuple[tuple[str, frozenset[int]], ...] = (
    ("doctor", frozenset({0})),
    ("snapshot", frozenset({0})),
    # The lab's tenants hold planted trouble: open conflicts and blocked rights are what should be found.
    ("resolve", frozenset({4})),
    ("report export {folder}/mapping.xlsx", frozenset({0})),
    ("plan all", frozenset({3})),
    ("apply all-1 --yes --target-tenant {target}", frozenset({3})),
    ("verify all", frozenset({0})),
    ("rollback all --yes --target-tenant {target}", frozenset({0})),
    ("verify all", frozenset({0})),
)
"""The verbs of the main job and the exit codes with which each has done what it should."""


LAB_WINDOW = 2
"""Seconds after which a read of the lab proves absence: it shows every write at once, to PIM as well. With
the two minutes that Graph needs, everybody would wait for the unit that the demo makes."""


DEMO_MARK = ".pim-migrate-demo"
"""Lies in a folder that a demo made, so that the next demo may clear it."""


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where the demo works; what an earlier demo left is removed.")
    ] = Path("state", "demo"),
) -> None:
    """Start the lab, move privileged access from Contoso to Fabrikam with all it needs, prove it, undo it."""
    screen = Screen(as_json=False)
    leave_with(screen, lambda: _run(screen, folder))


def _run(screen: Screen, folder: Path) -> int:
    from migrate.cli import clock
    from migrate.errors import MigrateError
    from migrate.lab.seed.contoso import contoso
    from migrate.lab.seed.engagement import EVERYTHING_ALONG, secrets, write_engagement
    from migrate.lab.seed.fabrikam import fabrikam
    from migrate.lab.serve import LabThread

    _clear(folder)
    folder.mkdir(parents=True)
    (folder / DEMO_MARK).touch()
    began, now = clock.monotonic(), clock.now()
    source, target = contoso(now), fabrikam(now)
    with LabThread([source, target]) as lab:
        engagement = write_engagement(
            folder,
            graph_url=f"{lab.url}/v1.0",
            authority=lab.url,
            ca_pem=lab.ca_pem.encode("ascii"),
            source_seed=source,
            target_seed=target,
            move=EVERYTHING_ALONG,
            replication_window=LAB_WINDOW,
        )
        screen.say(f"The lab serves two tenants, Contoso and Fabrikam, at {lab.url}; it ends with the demo.")
        before = lab.dump(target["tenantId"])
        applied: Mapping[str, Any] = before
        for number, (step, expected) in enumerate(STEPS, start=1):
            arguments = step.format(folder=folder.as_posix(), target=target["tenantId"]).split()
            screen.say(
                f"\n[{number}/{len(STEPS)}] $ pim-migrate {' '.join(arguments)} --engagement {engagement}"
            )
            exit_code = _type(arguments, engagement, secrets(source, target))
            if exit_code not in expected:
                raise MigrateError(
                    f"the demo expected exit {sorted(expected)} of `{arguments[0]}` and got {exit_code}",
                    where=f"step {number}",
                    hint="read what the verb said above",
                    code="demo_failed",
                )
            if arguments[0] == "apply":
                applied = lab.dump(target["tenantId"])
        after = lab.dump(target["tenantId"])
    seconds = clock.monotonic() - began
    _summarise(screen, folder, engagement, seconds, moved=applied != before, same=after == before)
    return 0 if after == before and applied != before else 1


def _type(arguments: list[str], engagement: Path, secrets: dict[str, str]) -> int:
    """Runs one verb as a person would: as a process of its own."""
    import os
    import subprocess
    import sys

    sys.stdout.flush()
    environment = {**os.environ, **secrets}
    command = [sys.executable, "-m", "migrate", *arguments, "--engagement", str(engagement)]
    return subprocess.run(command, env=environment, check=False).returncode


def _clear(folder: Path) -> None:
    """Removes what an earlier demo left, and refuses a folder that is something else."""
    import shutil

    from migrate.errors import UsageError

    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / DEMO_MARK).exists():
        raise UsageError(
            "this folder is not an earlier demo's: nothing was removed",
            where=str(folder),
            hint="name an empty or new folder with --folder",
            code="demo_folder",
        )
    shutil.rmtree(folder)


def _summarise(
    screen: Screen, folder: Path, engagement: Path, seconds: float, *, moved: bool, same: bool
) -> None:
    from collections import Counter

    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.waves import load_plan
    from migrate.plan.document import Action
    from migrate.store.journal import Journal
    from migrate.views.item_words import MEMBERS, OBJECTS, RIGHTS, RULES, counted, section_of
    from migrate.workbook.words import meaning

    with Context.of(engagement, screen).reading() as db:
        plan = load_plan(db, "all-1")
        ends = Journal(db, clock.now).entries(plan_id=plan.id, events=("end",))
        made = (("assign", "done"), ("assign", "granted"))
        stood = {one.write_id for one in ends if (one.payload["direction"], one.payload["outcome"]) in made}
    written = [item for item in plan.writes() if item.id in stood]
    rights = [item for item in written if section_of(item) == RIGHTS]
    changed = sum(item.action is not Action.CREATE for item in rights)
    other_end = f", {changed} of them by another end of what was there" if changed else ""
    left_out = [item for item in plan.items if item.action in (Action.BLOCKED, Action.SKIP)]
    why = Counter(code for item in left_out for code in item.codes)
    decided = sum(not item.codes for item in left_out)
    screen.say(f"\n{'=' * 70}\nWhat happened")
    screen.say(
        f"  moved        {len(rights)} rights into Fabrikam{other_end}" if moved else "  moved        NOTHING"
    )
    for word, section in (("made", OBJECTS), ("members", MEMBERS), ("rules", RULES)):
        told = counted(item for item in written if section_of(item) == section)
        screen.say(f"  {word:<11}  {told or 'none'}")
    screen.say(f"  kept         {len(plan.kept())} that were already there and equal")
    screen.say(f"  refused      {len(left_out)}, because (a right may have several reasons):")
    for code, count in sorted(why.items()):
        screen.say(f"                 {count:>3}  {code}: {meaning(code)}")
    if decided:
        screen.say(f"                 {decided:>3}  left behind because a person decided so")
    screen.say(f"  told         {len(plan.warnings)} notes in the plan on what is left alone, and why")
    screen.say("  verified     every write as it should be, after the apply and after the rollback")
    screen.say(f"  took         {seconds:.0f} s")
    screen.say(f"  workbook     {folder / 'mapping.xlsx'}")
    screen.say(
        "  rolled back  the target equals, in canonical form, what it was before"
        if same
        else "  rolled back  THE TARGET IS NOT WHAT IT WAS BEFORE"
    )
