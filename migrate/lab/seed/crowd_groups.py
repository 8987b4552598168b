"""The groups of a large pair: names, kinds, and which of them have a counterpart.

Group ``n`` of the source is one number; its case repeats every 50 groups. The first ones carry roles, the
next ones are managed by PIM; both always have their namesake in the target, as far as their case says so.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

from migrate.lab.seed.made_ids import MadeIds
from migrate.lab.seed.objects import GroupForm, GroupSpec, group_row
from migrate.lab.seed.roles import Row
from migrate.lab.seed.tenants import CONTOSO, Tenant, security_identifier

BLOCK = 50
SAME, RENAMED, MISSING, DOUBLED = range(4)
"""The same name; another name but the same mailNickname; not there; there twice under this name."""
_SHARES = {RENAMED: 3, MISSING: 5, DOUBLED: 2}
MOST_ROLE_GROUPS = 400
MOST_PIM_GROUPS = 1000
_TOPICS = (
    "Accounts Payable",
    "Building Access",
    "Données Clients",
    "=1+1 Test",
    "Fleet",
    "Größenplanung",
    "営業",
    "O'Brien's Team",
    "Laboratory",
    "Printer Users",
)
_ORDINARY: tuple[GroupForm, ...] = ("security",) * 14 + ("mail",) * 3 + ("dynamic",) * 2 + ("synced",)


class GroupPlan:
    """What both tenants know of the groups. ``count`` is the number of rows in each."""

    def __init__(self, rng: Random, count: int) -> None:
        if count < BLOCK:
            raise ValueError(f"a large tenant has at least {BLOCK} groups, not {count}")
        self.count = count
        self.with_roles = min(MOST_ROLE_GROUPS, count // 20)
        self.with_pim = min(MOST_PIM_GROUPS, count // 10)
        block = [case for case, share in _SHARES.items() for _ in range(share)]
        block += [SAME] * (BLOCK - len(block))
        rng.shuffle(block)
        self._cases = bytes(block)
        codes = array("I")
        for number in range(count):
            case = self.case(number)
            if case != MISSING:
                codes.append(2 * number)
            if case == DOUBLED:
                codes.append(2 * number + 1)
        codes.extend(2 * native for native in range(count, 2 * count - len(codes)))
        self.codes = codes
        """By place in the target: twice the group's number, plus one for the second of a name."""
        self._seconds = {code >> 1: place for place, code in enumerate(codes) if code & 1}
        self._mains = array("I", bytes(8 * count))
        for place, code in enumerate(codes):
            if not code & 1:
                self._mains[code >> 1] = place

    def case(self, number: int) -> int:
        # The very last ones have nobody behind them to make room for a second.
        return MISSING if number >= self.count - 2 else self._cases[number % BLOCK]

    def place(self, number: int) -> int:
        """The row in the target of a group that is there."""
        return self._mains[number]

    def second_place(self, number: int) -> int:
        """The row of the other group of a DOUBLED name."""
        return self._seconds[number]

    def form(self, number: int) -> GroupForm:
        if number < self.with_roles:
            return "role-assignable"
        if number < self.with_roles + self.with_pim:
            return "security"
        return _ORDINARY[number % len(_ORDINARY)]

    def name(self, number: int) -> str:
        prefix = "ROLE-" if number < self.with_roles else ""
        if not prefix and number < self.with_roles + self.with_pim:
            prefix = "PIM-"
        return f"{prefix}{_TOPICS[number % len(_TOPICS)]} {number:05d}"


class MadeGroups:
    """The groups of one tenant; ``theirs`` says that it is the target."""

    def __init__(self, tenant: Tenant, plan: GroupPlan, rng: Random, now: datetime, *, theirs: bool) -> None:
        self._tenant, self._plan, self._now, self._theirs = tenant, plan, now, theirs
        self.ids = MadeIds(rng, plan.count)

    def __deepcopy__(self, _memo: dict[int, Any]) -> MadeGroups:
        """Rows never change, so a copy would be the same."""
        return self

    def __len__(self) -> int:
        return self._plan.count

    def __iter__(self) -> Iterator[Row]:
        return self.since(0)

    def since(self, place: int) -> Iterator[Row]:
        return map(self.__getitem__, range(place, len(self)))

    def place_of(self, object_id: str) -> int | None:
        return self.ids.number_of(object_id)

    def maker(self, _names: Sequence[str], _show: Callable[[Row], Row]) -> None:
        """There is no quicker way than the whole row."""
        return

    def id_of(self, number: int) -> str:
        """The id of the (first) group of that number here."""
        return self.ids[self._plan.place(number) if self._theirs else number]

    def __getitem__(self, place: int) -> Row:
        plan = self._plan
        code = plan.codes[place] if self._theirs else 2 * place
        number = code >> 1
        name, form = plan.name(number), plan.form(number)
        if self._theirs and number < plan.count and plan.case(number) == RENAMED:
            name = f"Fabrikam {name}"
        rule = f'(user.department -eq "{name}")'.replace("'", "") if form == "dynamic" else None
        row = group_row(GroupSpec(name, form, rule=rule), self.ids[place], self._tenant, self._now)
        row["mailNickname"] = f"group{number}" + ("x" if code & 1 else "")
        if form == "mail":
            mail = f"{row['mailNickname']}@{self._tenant.domain}"
            row |= {"mail": mail, "proxyAddresses": [f"SMTP:{mail}"]}
        if form == "synced" and not code & 1:
            row["onPremisesSecurityIdentifier"] = security_identifier(CONTOSO, f"group{number}")
        return row
