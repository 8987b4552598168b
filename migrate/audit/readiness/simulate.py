"""Every activation of a wave, by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from migrate.audit.approval import Panels
from migrate.audit.finding import Subject
from migrate.audit.posture import Posture
from migrate.audit.readiness import account, asking, second_factor
from migrate.audit.readiness.moment import WorkingHours
from migrate.audit.readiness.moved import MovedRight
from migrate.audit.readiness.obstacle import Obstacle, Ready, remark, unknown
from migrate.kinds import pim_group, role_management_policy, subscribed_sku
from migrate.kinds.kind import Row
from migrate.kinds.policy_defaults import OF_NEW_GROUP
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import members_of


@dataclass(frozen=True)
class Activation:
    """One person and one right. ``obstacles`` hold what is only worth knowing as well."""

    right: MovedRight
    name: str
    through: str
    obstacles: tuple[Obstacle, ...]

    @property
    def ready(self) -> Ready:
        return Ready.worst(one.ready for one in self.obstacles)


@dataclass(frozen=True)
class Person:
    """Somebody with everything that the wave gives them; a group where nobody knows who is in it."""

    subject: Subject
    activations: tuple[Activation, ...]

    @property
    def ready(self) -> Ready:
        return Ready.worst(one.ready for one in self.activations)


@dataclass(frozen=True)
class Asked:
    """``at`` the hour of the activation, ``length`` how long it is wanted; None leaves either open."""

    at: datetime | None = None
    length: timedelta | None = None


@dataclass(frozen=True)
class Seats:
    """How many people need a licence for PIM, and how many are paid for; None where that was not read."""

    needed: int
    paid: int | None


class Simulation:
    """``posture`` is of the target as it will stand, with the wave's rights in it."""

    def __init__(
        self, posture: Posture, asked: Asked, hours: Mapping[str, WorkingHours] | None = None
    ) -> None:
        self._posture, self._asked, self._hours = posture, asked, hours or {}
        self._panels = Panels(posture)
        self._tenant = tuple(account.licence(posture))

    def people(self, rights: Iterable[MovedRight]) -> list[Person]:
        """Worst first, then by name."""
        found: dict[str, list[Activation]] = {}
        for right in rights:
            for one, activation in self._of(right):
                found.setdefault(one, []).append(activation)
        people = [
            Person(self._posture.principal(one), tuple(sorted(each, key=_worst_first)))
            for one, each in found.items()
        ]
        order = list(Ready)
        return sorted(people, key=lambda one: (order.index(one.ready), one.subject.name, one.subject.id))

    def seats(self, people: Iterable[Person]) -> Seats:
        """Seats of subscriptions that bring PIM, and how many people of the wave need one."""
        kind = subscribed_sku.KIND
        needed = sum(one.subject.kind == "user" for one in people)
        if not self._posture.view.saw(kind.collection):
            return Seats(needed, None)
        return Seats(needed, subscribed_sku.seats(self._posture.view.of_kind(kind.name).values()))

    def _of(self, right: MovedRight) -> Iterator[tuple[str, Activation]]:
        """The right of a group is everybody's who is in it."""
        view, principal = self._posture.view, right.principal_id
        if self._posture.privilege.kind_of(principal) != "group":
            yield principal, self._activation(right, principal, "")
            return
        name = view.name_of("group", principal)
        members = members_of(view, principal)
        if members is None:
            missing = unknown("account", "who is in the group was not read", "snapshot the target again")
            yield principal, Activation(right, self._name(right), name, (missing,))
        for one in sorted(members or ()):
            yield one, self._activation(right, one, name)

    def _activation(self, right: MovedRight, person: str, through: str) -> Activation:
        return Activation(right, self._name(right), through, tuple(dict.fromkeys(self._steps(right, person))))

    def _steps(self, right: MovedRight, person: str) -> Iterator[Obstacle]:
        posture = self._posture
        yield from self._tenant
        yield from account.account(posture, person)
        yield from account.signing_in(posture, person)
        yield from asking.in_force(right, self._asked.at or posture.now)
        yield from asking.thing(posture, right)
        governed, policy = self._policy(right)
        if policy is None:
            yield unknown("policy", "the policy that governs it was not read", "snapshot the target again")
            return
        yield from second_factor.proofs(posture, person, policy)
        yield from asking.duration(policy, self._asked.length)
        yield from asking.approval(self._panels, governed, policy, person, self._asked.at, self._hours)
        if "ticketing" in role_management_policy.enabled(policy, "Enablement_EndUser_Assignment"):
            yield remark("ticket", "a ticket number must be given")

    def _policy(self, right: MovedRight) -> tuple[Governed, Row | None]:
        view = self._posture.view
        if not right.group_id:
            governed = ("roleDefinition", view.role_id(right.role_id), "")
            return governed, self._posture.policies.get(governed)
        governed = ("group", right.group_id, right.access)
        found = self._posture.policies.get(governed)
        if found is None and view.saw(pim_group.KIND.collection):
            managed = right.group_id in view.of_kind(pim_group.KIND.name)
            # What PIM gives a group when it takes it over.
            return governed, None if managed else OF_NEW_GROUP
        return governed, found

    def _name(self, right: MovedRight) -> str:
        view = self._posture.view
        if right.group_id:
            return f"{view.name_of('group', right.group_id)} ({right.access})"
        role = view.name_of("roleDefinition", view.role_id(right.role_id))
        return role if right.scope == "/" else f"{role} at {self._scope(right.scope)}"

    def _scope(self, scope: str) -> str:
        unit = scope.rpartition("/")[2]
        return self._posture.view.name_of("administrativeUnit", unit)


def _worst_first(one: Activation) -> tuple[int, str, str]:
    return (list(Ready).index(one.ready), one.name, one.right.item)
