"""What doctor makes of the answer to one trial read."""

from __future__ import annotations

from typing import Any, cast

import pytest

from migrate.cli.doctor_reads import NO_PARENT, try_read
from migrate.errors import ConsentMissing, GraphRefused, MigrateError, Unreachable
from migrate.graphapi.session import Session
from migrate.kinds import group_eligibility_schedule, user
from migrate.kinds.request import Request


class Answering:
    """A session whose every read ends in the same way."""

    def __init__(self, end: MigrateError | None) -> None:
        self._end = end

    async def read(self, _request: Request, *, listing: bool = False) -> dict[str, Any]:
        if self._end is not None:
            raise self._end
        return {"value": []}


async def state(end: MigrateError | None, request: Request | None = None) -> str:
    session = cast(Session, Answering(end))
    tried = await try_read(session, "source", "users", request or user.KIND.listing(None))
    return tried.check.state


async def test_an_answer_is_ok_and_a_refusal_of_consent_is_missing() -> None:
    assert await state(None) == "ok"
    assert await state(ConsentMissing("no")) == "missing"


async def test_what_could_not_be_found_out_is_unknown() -> None:
    assert await state(GraphRefused("500", code="server_error")) == "unknown"
    assert await state(Unreachable("503", code="unavailable")) == "unknown"


async def test_a_group_that_is_not_there_shows_that_consent_is() -> None:
    asked = group_eligibility_schedule.KIND.listing(NO_PARENT)
    assert await state(GraphRefused("no such group", code="not_found"), asked) == "ok"
    assert await state(GraphRefused("no such page", code="not_found")) == "unknown"


@pytest.mark.parametrize("code", ["unreachable", "certificate_untrusted"])
async def test_a_host_that_cannot_be_reached_ends_the_examination(code: str) -> None:
    with pytest.raises(Unreachable):
        await state(Unreachable("nobody answers", code=code))
