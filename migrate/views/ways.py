"""How the large collections of a tenant would be read, and what that would cost."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.crawl.ways import Way
from migrate.views.screen import Screen


def show_ways(screen: Screen, tenant: str, scope: str, named: int, ways: Sequence[Way]) -> None:
    for way in ways:
        screen.line(
            "way",
            tenant=tenant,
            scope=scope,
            collection=way.collection,
            way="listing" if way.whole else "look-up",
            objects=way.count,
            requests=way.requests,
            units=way.units,
            listing_units=way.listing_units,
            look_up_units=way.look_up_units,
        )
    screen.table(
        f"{tenant}: scope {scope}; rights name {named} principals, members of groups come on top",
        ["collection", "objects", "way", "requests", "resource units", "listing", "look-ups"],
        [
            [
                way.collection,
                "not told" if way.count is None else way.count,
                "listing" if way.whole else "look-up",
                way.requests,
                way.units,
                "not known" if way.listing_units is None else way.listing_units,
                way.look_up_units,
            ]
            for way in ways
        ],
    )
