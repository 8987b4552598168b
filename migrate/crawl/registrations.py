"""Which authentication methods the people of a snapshot have registered.

Reports have a budget of their own of five requests in ten seconds: asked for one by one only where that
takes fewer requests than the list of everybody.
"""

from __future__ import annotations

from math import ceil

from migrate.crawl.collection import read_collection
from migrate.crawl.keep import keep
from migrate.crawl.run import LOOK_UP, Run
from migrate.errors import ConsentMissing, GraphRefused, LicenceMissing, MigrateError
from migrate.kinds import user, user_registration

KIND = user_registration.KIND
PART = 100


async def read_registrations(into: Run, *, whole: bool, everybody: int | None) -> None:
    """``everybody`` is how many users the tenant has, where that is known.

    A refusal for lack of consent or licence counts as unread: rights can move without.
    """
    if into.covered(KIND):
        return
    begun = into.state.place(into.snapshot_id, KIND.name) is not None
    if not whole and not begun:
        people = into.state.count(into.snapshot_id, user.KIND.name)
        whole = everybody is not None and ceil(everybody / KIND.page_size) <= people
    if whole or begun:
        await read_collection(into, KIND)
        return
    await _one_by_one(into, into.touched.ids_of(user.KIND.name))


async def _one_by_one(into: Run, people: list[str]) -> None:
    missing = [one for one in people if not into.touched.was_looked_up(KIND.name, "id", one)]
    into.tally.expect(KIND.collection, len(missing))
    failed: list[MigrateError] = []
    for at in range(0, len(missing), PART):
        part = missing[at : at + PART]
        answers = await into.session.read_many([user_registration.by_id(one) for one in part], listing=False)
        with into.db.transaction():
            for one, answer in zip(part, answers, strict=True):
                if isinstance(answer, ConsentMissing | LicenceMissing):
                    into.unread(KIND, answer, way=LOOK_UP)
                    return
                if isinstance(answer, MigrateError) and not _nobody(answer):
                    failed.append(answer)
                    continue
                if not isinstance(answer, MigrateError):
                    keep(into, KIND, None, [{k: v for k, v in answer.items() if k != "@odata.context"}])
                into.answered((KIND.name,), "id", (one,))
                into.tally.saw(KIND.collection, 1)
    into.failures += failed
    rows = into.state.count(into.snapshot_id, KIND.name)
    problem = (failed[0].code, failed[0].message) if failed else None
    into.cover(KIND, way=LOOK_UP, problem=problem, pages=len(missing), rows=rows)


def _nobody(error: MigrateError) -> bool:
    """Someone for whom the report has no line."""
    return isinstance(error, GraphRefused) and error.code == "not_found"
