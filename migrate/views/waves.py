"""Waves on a screen: what falls into each, what into none, what into two."""

from __future__ import annotations

from collections import Counter

from migrate.plan.document import SYMBOLS, Action
from migrate.plan.waves import Placed, Placement
from migrate.views.screen import Screen

_SHOWN = 20


def show_placement(screen: Screen, placement: Placement, waves: list[str]) -> None:
    for one in placement.rights:
        if not waves or one.wave in (None, *waves) or one.also:
            screen.line(
                "placed",
                wave=one.wave,
                also=list(one.also),
                action=one.draft.action.value,
                kind=one.draft.kind,
                source_id=one.draft.source.get("id"),
                tier=one.facts.tier,
                names=dict(one.draft.names),
            )
    header = ["wave", "rights", "people", "tiers", *(f"{SYMBOLS[one]} {one.value}" for one in Action)]
    rows = [[name, *_row(placement.of(name))] for name in waves]
    rows.append(["(all)", *_row(list(placement.rights))])
    screen.table("waves, in their order", header, rows)
    for name, unused in placement.unused.items():
        if name in waves:
            screen.say(f"note: wave {name} names what no right has: {', '.join(unused[:10])}")
    if waves:
        _list(screen, "in no wave", placement.nowhere())
        _list(screen, "selected by two waves; the first one takes it", placement.twice())


def _row(rights: list[Placed]) -> list[object]:
    actions = Counter(one.draft.action for one in rights)
    people = len({one.facts.principal for one in rights})
    tiers = " ".join(str(tier) for tier in sorted({one.facts.tier for one in rights}))
    return [len(rights), people, tiers, *(actions.get(action, 0) or "" for action in Action)]


def _list(screen: Screen, title: str, rights: list[Placed]) -> None:
    if not rights:
        screen.say(f"{title.partition(';')[0]}: nothing")
        return
    screen.table(
        f"{title}: {len(rights)}" + (f", the first {_SHOWN}" if len(rights) > _SHOWN else ""),
        ["", "who", "right", "scope", "tier", "waves"],
        [
            [
                SYMBOLS[one.draft.action],
                one.draft.names.get("principal", ""),
                one.draft.names.get("right", ""),
                one.draft.names.get("scope", ""),
                one.facts.tier,
                " ".join((one.wave or "", *one.also)).strip(),
            ]
            for one in rights[:_SHOWN]
        ],
    )
