"""Who can activate what a wave moves: worst first, with what fixes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from migrate.audit.readiness.obstacle import Ready
from migrate.audit.readiness.simulate import Activation, Asked, Person, Seats
from migrate.views.screen import Screen


def show_ready(
    screen: Screen,
    people: Sequence[Person],
    plan: str,
    snapshot: str,
    asked: Asked,
    seats: Seats,
) -> None:
    for person in people:
        screen.line(
            "readiness",
            principal_id=person.subject.id,
            kind=person.subject.kind,
            principal=person.subject.name,
            ready=person.ready.value,
            rights=[_right_line(one) for one in person.activations],
        )
    for ready, title in ((Ready.CANNOT, "cannot activate"), (Ready.UNKNOWN, "nobody can say")):
        screen.table(
            title,
            ["who", "right", "through", "what fixes it", "why"],
            [
                row
                for person in people
                for one in person.activations
                if one.ready is ready
                for row in _rows(person, one)
            ],
        )
    _show_remarks(screen, people)
    hour = f", at {asked.at:%a %Y-%m-%d %H:%M} UTC" if asked.at else ""
    screen.say(f"{plan} against {snapshot}{hour}: " + ", ".join(_counted(people)))
    if seats.paid is None:
        screen.say(f"licences: {seats.needed} people need one; how many seats are paid for was not read")
    elif seats.paid < seats.needed:
        told = f"licences: {seats.paid} seats with Entra ID P2 or Governance for {seats.needed} people"
        screen.say(f"{told}: buy more, activation itself is not stopped by that")


def _counted(people: Sequence[Person]) -> list[str]:
    counts = {one: sum(person.ready is one for person in people) for one in Ready}
    words = {Ready.CAN: "can", Ready.CANNOT: "cannot", Ready.UNKNOWN: "unknown"}
    return [f"{counts[one]} {words[one]}" for one in (Ready.CAN, Ready.CANNOT, Ready.UNKNOWN)]


def _rows(person: Person, one: Activation) -> list[list[str]]:
    return [
        [person.subject.name, one.name, one.through, each.fix, f"{each.step}: {each.why}"]
        for each in one.obstacles
        if each.ready is one.ready
    ]


def _show_remarks(screen: Screen, people: Sequence[Person]) -> None:
    """What is only worth knowing, once for everybody whom it concerns."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for person in people:
        for one in person.activations:
            for each in one.obstacles:
                if each.ready is Ready.CAN:
                    key = (one.name, each.step, each.why, each.fix)
                    counts[key] = counts.get(key, 0) + 1
    screen.table(
        "worth knowing",
        ["right", "people", "what helps", "what"],
        [[name, count, fix, f"{step}: {why}"] for (name, step, why, fix), count in counts.items()],
    )


def _right_line(one: Activation) -> dict[str, object]:
    right = one.right
    return {
        "item": right.item,
        "right": one.name,
        "role_definition_id": right.role_id or None,
        "scope": right.scope or None,
        "group_id": right.group_id or None,
        "access_id": right.access or None,
        "through": one.through or None,
        "ready": one.ready.value,
        "obstacles": [asdict(each) | {"ready": each.ready.value} for each in one.obstacles],
    }
