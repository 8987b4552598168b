"""What doctor found, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from migrate.views.screen import Screen

_ORDER = ("missing", "unknown", "note", "ok")


@dataclass(frozen=True)
class Check:
    """``state`` is ``ok``, ``missing``, ``unknown``, or ``note`` for what nobody needs.

    ``verbs`` are those that need it; a check without any concerns them all. ``optional`` is what verbs can
    do without.
    """

    tenant: str
    check: str
    state: str
    detail: str
    permissions: tuple[str, ...] = ()
    code: str = ""
    verbs: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class LaneFigures:
    """How one lane is paced: rates in requests a second, ``configured`` where ``[throttle]`` sets the
    ceiling, what Microsoft publishes in words, and the limit that earlier runs have learned."""

    tenant: str
    lane: str
    rate: float
    ceiling: float
    configured: bool
    published: str
    learned: float | None = None


def show_checks(screen: Screen, checks: Sequence[Check]) -> None:
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.state))
    for check in ordered:
        screen.line("check", **asdict(check))
    screen.table(
        "doctor",
        ["state", "tenant", "check", "least permission", "found"],
        [
            [
                check.state,
                check.tenant,
                check.check,
                check.permissions[0] if check.permissions else "",
                check.detail,
            ]
            for check in ordered
        ],
    )
    _show_verbs(screen, checks)


def _show_verbs(screen: Screen, checks: Sequence[Check]) -> None:
    """For each verb what keeps it from working; a verb that nothing keeps is not named."""
    verbs = dict.fromkeys(verb for check in checks for verb in check.verbs)
    rows = []
    for verb in verbs:
        for state in ("missing", "unknown"):
            found = [
                check for check in checks if check.state == state and (not check.verbs or verb in check.verbs)
            ]
            if found:
                what = dict.fromkeys(
                    f"{one.tenant}: {one.permissions[0] if one.permissions else one.check}" for one in found
                )
                screen.line("verb", verb=verb, state=state, what=list(what))
                rows.append([verb, state, ", ".join(what)])
    screen.table("what verbs lack", ["verb", "state", "what"], rows)


def show_lanes(screen: Screen, lanes: Sequence[LaneFigures]) -> None:
    for lane in lanes:
        screen.line("lane", **asdict(lane))
    screen.table(
        "lanes, a second (directory: resource units, others: requests)",
        ["tenant", "lane", "starts at", "at most", "set by", "learned", "Microsoft's limit"],
        [
            [
                lane.tenant,
                lane.lane,
                f"{lane.rate:g}",
                f"{lane.ceiling:g}",
                "[throttle]" if lane.configured else "default",
                "" if lane.learned is None else f"{lane.learned:.3g}",
                lane.published,
            ]
            for lane in lanes
        ],
    )
