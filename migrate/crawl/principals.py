"""Users, groups and service principals that are asked for by id or by what they say of themselves."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence

from migrate.crawl.keep import keep
from migrate.crawl.run import Run
from migrate.errors import AccessError, ConsentMissing, GraphRefused, MigrateError, Unreachable
from migrate.graphapi.pager import rows_of_all_pages
from migrate.graphapi.session import Session
from migrate.kinds import look_up, principals
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.look_up import LookUp
from migrate.kinds.request import Request

AT_ONCE = 4
PART = 200
"""Look-ups whose answers are kept together: ten batches of 20."""


async def count_of(session: Session, kind: Kind) -> int | None:
    """How many objects of a kind the tenant has, roughly; None where Graph does not say.

    Raises AccessError where the kind cannot be read at all.
    """
    try:
        body = await session.read(principals.count(kind), listing=True)
    except (GraphRefused, Unreachable):
        return None
    found = body.get("@odata.count")
    return found if isinstance(found, int) else None


async def read_by_ids(into: Run, ids: Iterable[str], kinds: Sequence[Kind]) -> list[MigrateError]:
    """Fetches the objects behind ids, of which nobody knows the kind, and notes that they were asked for.

    ``kinds`` are those that are not listed whole. Where ``getByIds`` is refused, or does not show what a
    listing would, the objects are asked for kind by kind. Returns what went wrong: those ids stay open.
    """
    missing = [one for one in ids if not into.touched.was_asked(one)]
    parts = [missing[at : at + principals.MOST_IDS] for at in range(0, len(missing), principals.MOST_IDS)]
    into.tally.expect("directoryObjects", len(parts))
    slots = asyncio.Semaphore(AT_ONCE)
    failed: list[MigrateError] = []

    async def one(part: list[str]) -> None:
        async with slots:
            failed.extend(await _read_part(into, part, kinds))

    async with asyncio.TaskGroup() as tasks:
        for part in parts:
            tasks.create_task(one(part))
    return failed


async def _read_part(into: Run, ids: list[str], kinds: Sequence[Kind]) -> list[MigrateError]:
    found: list[Row] | None
    try:
        request = principals.by_ids(ids, properties=principals.all_properties())
        # An answer in several pages is read to its end: who is missing in it counts as gone.
        found = [*await rows_of_all_pages(into.session, request)]
    except (ConsentMissing, GraphRefused):
        found = None
    except Unreachable as error:
        if error.code == "certificate_untrusted":
            raise
        into.failures.append(error)
        return [error]
    into.tally.saw("directoryObjects", len(found or ()))
    if found is None:
        failed = await look_up_all(into, [LookUp(kind.name, "id", one) for kind in kinds for one in ids])
        if not failed:
            into.answered((DIRECTORY_OBJECT,), "id", ids)
        return failed
    wanted = {kind.name for kind in kinds}
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        kind = principals.kind_of(row)
        if kind is not None and kind.name in wanted and row.get("id"):
            by_kind[kind.name].append(row)
    again: list[LookUp] = []
    with into.db.transaction():
        for name, rows in by_kind.items():
            kind = principals.KINDS[name]
            if all(principals.shows_all(kind, row) for row in rows):
                keep(into, kind, None, [principals.as_listed(kind, row) for row in rows])
            else:
                again += [LookUp(name, "id", str(row["id"])) for row in rows]
        open_ids = {one.value.lower() for one in again}
        into.answered((*sorted(wanted), DIRECTORY_OBJECT), "id", (one for one in ids if one not in open_ids))
    failed = await look_up_all(into, again)
    if not failed:
        into.answered((*sorted(wanted), DIRECTORY_OBJECT), "id", open_ids)
    return failed


async def look_up_all(into: Run, questions: Iterable[LookUp]) -> list[MigrateError]:
    """Asks what was not asked yet; each question is noted when the objects that answer it are kept.

    Returns what went wrong: those questions stay open, and nothing may be concluded from them.

    Raises:
        AccessError: sign-in, or consent to read the kind at all.
    """
    open_ = [one for one in questions if not into.touched.was_looked_up(one.kind, *one.key)]
    by_kind: dict[str, list[LookUp]] = defaultdict(list)
    for one in open_:
        by_kind[one.kind].append(one)
    failed: list[MigrateError] = []
    for name, wanted in sorted(by_kind.items()):
        kind = principals.KINDS[name]
        asked = list(look_up.requests(wanted, ",".join(kind.properties)))
        into.tally.expect(kind.collection, len(asked))
        for at in range(0, len(asked), PART):
            part = asked[at : at + PART]
            answers = await into.session.read_many([request for request, _ in part])
            failed += await _keep_answers(into, kind, part, answers)
    into.failures += failed
    return failed


async def _keep_answers(
    into: Run,
    kind: Kind,
    asked: Sequence[tuple[Request, tuple[LookUp, ...]]],
    answers: Sequence[dict[str, object] | MigrateError],
) -> list[MigrateError]:
    failed: list[MigrateError] = []
    with into.db.transaction():
        for (_, questions), answer in zip(asked, answers, strict=True):
            if isinstance(answer, AccessError):
                raise answer
            if isinstance(answer, MigrateError):
                failed.append(answer)
                continue
            rows = answer["value"]
            assert isinstance(rows, list)
            keep(into, kind, None, [row for row in rows if row.get("id")])
            into.tally.saw(kind.collection, len(rows))
            if answer.get("@odata.nextLink"):
                # 15 questions with more than a page of answers: whatever they have in common is no evidence,
                # so they stay open instead of being half answered.
                failed.append(_too_many(kind))
                continue
            for one in questions:
                into.answered((kind.name,), one.property, (one.value,))
    return failed


def _too_many(kind: Kind) -> GraphRefused:
    return GraphRefused(
        f"a look-up among {kind.collection} has more answers than one page",
        where=principals.path_of(kind),
        hint="run snapshot with --scope full, which lists them all",
        code="look_up_too_wide",
    )
