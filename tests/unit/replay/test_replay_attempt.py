"""One write is sent until Graph has judged it: what certainly did nothing is sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from replay_fakes import Bench, refused, role_item

from migrate.errors import SignInFailed
from migrate.graphapi.outcome import Meaning
from migrate.graphapi.reading import RENEWALS
from migrate.replay.apply import apply

REVOKED = refused(Meaning.UNAUTHENTICATED, "InvalidAuthenticationToken", 401)


async def test_a_token_that_is_revoked_again_meanwhile_is_renewed_again(bench: Callable[..., Bench]) -> None:
    made = bench(role_item())
    made.target.script = [REVOKED] * RENEWALS
    await apply(made.run, [role_item()])
    assert made.actions() == ["adminAssign"] * (1 + RENEWALS)
    assert len(made.target.rows) == 1
    assert made.state().standing


async def test_a_token_that_is_refused_each_time_ends_the_run(bench: Callable[..., Bench]) -> None:
    made = bench(role_item())
    made.target.script = [REVOKED] * 99
    with pytest.raises(SignInFailed):
        await apply(made.run, [role_item()])
    assert made.actions() == ["adminAssign"] * (1 + RENEWALS)
    assert not made.target.rows
    assert not made.state().open
