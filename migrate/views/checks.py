"""What doctor found, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from migrate.views.screen import Screen

_ORDER = ("missing", "unknown", "note", "ok")


@dataclass(frozen=True)
class Check:
    """``state`` is ``ok``, ``missing``, ``unknown``, or ``note`` for what nobody needs."""

    tenant: str
    check: str
    state: str
    detail: str
    permissions: tuple[str, ...] = ()
    code: str = ""


def show_checks(screen: Screen, checks: Sequence[Check]) -> None:
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.state))
    for check in ordered:
        screen.line("check", **asdict(check))
    screen.table(
        "doctor",
        ["state", "tenant", "check", "found", "least permission"],
        [
            [
                check.state,
                check.tenant,
                check.check,
                check.detail,
                check.permissions[0] if check.permissions else "",
            ]
            for check in ordered
        ],
    )
