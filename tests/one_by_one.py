"""What a session does in batches, done one by one, for tenants that answer in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migrate.errors import MigrateError
from migrate.kinds.request import Request


class OneByOne:
    """Gives a tenant that can ``read`` the rest of what the crawler asks of a session."""

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        raise NotImplementedError

    async def read_many(
        self, requests: Sequence[Request], *, listing: bool = True
    ) -> list[dict[str, Any] | MigrateError]:
        answers: list[dict[str, Any] | MigrateError] = []
        for request in requests:
            try:
                answers.append(await self.read(request, listing=listing))
            except MigrateError as error:
                answers.append(error)
        return answers

    def knows_users(self, count: int) -> None:
        """No pacer is here that would want to know."""
