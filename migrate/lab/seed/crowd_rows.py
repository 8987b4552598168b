"""The user rows of a large pair, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from migrate.lab.seed.crowd import (
    ANCHORED,
    CLAIMED,
    DEPARTMENTS,
    DUPLICATE,
    GUEST,
    GUEST_HERE,
    HOSTILE,
    JOBS,
    MAIL,
    NAME_ONLY,
    NUMBER,
    REHIRED,
    RENAMED,
    SWAPPED,
    TWIN,
    hostile_name,
    spelled,
)
from migrate.lab.seed.crowd_layout import Layout
from migrate.lab.seed.made_ids import MadeIds
from migrate.lab.seed.roles import Row
from migrate.lab.seed.tenants import CONTOSO, Tenant, days_from

_UNLIKE = frozenset({GUEST, GUEST_HERE, CLAIMED, HOSTILE})
"""Cases whose account in the source is not made like the others."""
_SHARED: dict[int, tuple[bool, bool, str, bool]] = {
    # (sign-in name, mail, whose employee number, anchor and directory)
    ANCHORED: (True, True, "same", True),
    NUMBER: (False, False, "same", False),
    RENAMED: (True, True, "own", False),
    MAIL: (False, True, "own", False),
    NAME_ONLY: (False, False, "none", False),
    TWIN: (False, False, "same", False),
    REHIRED: (True, True, "own", False),
    SWAPPED: (True, True, "neighbour's", False),
    DUPLICATE: (True, True, "same", True),
    CLAIMED: (False, False, "same", False),
    HOSTILE: (True, True, "same", True),
}
"""What the account of a case in the target has in common with the one in the source."""
OUTSIDE = "partner.example"


_ALWAYS = frozenset(
    {
        "id",
        "accountEnabled",
        "department",
        "displayName",
        "employeeId",
        "jobTitle",
        "mail",
        "onPremisesImmutableId",
        "onPremisesSecurityIdentifier",
        "proxyAddresses",
        "userPrincipalName",
    }
)
"""Properties that accounts are told apart by: each account sets them."""
_MORE = frozenset({"givenName", "surname", "mailNickname"})


@dataclass(frozen=True)
class _Form:
    """What rows are made from: the properties wanted, with what all cloud accounts have in them, and all
    synchronised ones. ``more`` says that names and nicknames are among them."""

    plain: Row
    synchronised: Row
    more: bool


class MadeUsers:
    """The users of one tenant. ``front`` are the rows that come first, as they are."""

    def __init__(
        self, tenant: Tenant, layout: Layout, rng: Random, now: datetime, front: Sequence[Row]
    ) -> None:
        self._tenant, self.layout, self._cases = tenant, layout, layout.cases
        self._front = list(front)
        self._front_places = {str(row["id"]).lower(): place for place, row in enumerate(front)}
        self.ids = MadeIds(rng, layout.people)
        plain = _template(now)
        synchronised = {"onPremisesSyncEnabled": True, "onPremisesLastSyncDateTime": days_from(now, -0.02)}
        self._form = _Form(plain, plain | synchronised, True)
        self._domain, self._codes = tenant.domain, layout.codes
        self._sids, self._other_sids = f"{tenant.directory_sid}-", f"{CONTOSO.directory_sid}-"

    def __deepcopy__(self, _memo: dict[int, Any]) -> MadeUsers:
        """Rows never change, so a copy would be the same."""
        return self

    def __len__(self) -> int:
        return len(self._front) + self.layout.people

    def __iter__(self) -> Iterator[Row]:
        return self.since(0)

    def since(self, place: int) -> Iterator[Row]:
        """The rows from that place on."""
        front = len(self._front)
        yield from map(dict, self._front[place:])
        for number in range(max(0, place - front), len(self) - front):
            yield self._make(number, self._form)

    def place_of(self, object_id: str) -> int | None:
        number = self.ids.number_of(object_id)
        return self._front_places.get(object_id) if number is None else number + len(self._front)

    def id_at(self, place: int) -> str:
        """The id of the row, without making it."""
        if place < len(self._front):
            return str(self._front[place]["id"])
        return self.ids[place - len(self._front)]

    def __getitem__(self, place: int) -> Row:
        if place < len(self._front):
            return dict(self._front[place])
        return self._make(place - len(self._front), self._form)

    def maker(self, names: Sequence[str], show: Callable[[Row], Row]) -> Callable[[int], Row] | None:
        """What makes the row of a place with just these properties, as ``show`` would show the whole one.

        None for a choice without those that every account sets: then the whole row has to be made.
        """
        chosen = frozenset(names)
        more = chosen & _MORE
        if not chosen >= _ALWAYS or more not in (frozenset(), _MORE):
            return None
        form = _Form(show(self._form.plain), show(self._form.synchronised), bool(more))
        front = len(self._front)

        def make(place: int) -> Row:
            return show(self._front[place]) if place < front else self._make(place - front, form)

        return make

    def _make(self, number: int, form: _Form) -> Row:
        raise NotImplementedError

    def _guest(
        self, form: _Form, place: int, number: int, name: str, given: str, surname: str, local: str
    ) -> Row:
        mail = f"{local}@{OUTSIDE}"
        nickname = f"{local}_{OUTSIDE}#EXT#"
        row = self._member(form, place, number, name, given, surname, nickname, None, None)
        changes = {
            "department": None,
            "jobTitle": None,
            "userType": "Guest",
            "externalUserState": "Accepted",
            "userPrincipalName": f"{nickname}@{self._tenant.initial_domain}",
            "mail": mail,
            "otherMails": [mail],
            "proxyAddresses": [f"SMTP:{mail}"],
        }
        return row | {name: value for name, value in changes.items() if name in row}

    def _member(
        self,
        form: _Form,
        place: int,
        number: int,
        name: str,
        given: str,
        surname: str,
        local: str,
        mail: str | None,
        employee_id: str | None,
    ) -> Row:
        row = form.plain.copy()
        row["id"] = self.ids[place]
        row["displayName"] = name
        row["userPrincipalName"] = f"{local}@{self._domain}"
        row["mail"] = mail
        if form.more:
            row["givenName"], row["surname"], row["mailNickname"] = given, surname, local
        row["employeeId"] = employee_id
        row["proxyAddresses"] = ["SMTP:" + mail] if mail else []
        row["department"] = DEPARTMENTS[number & 7]
        row["jobTitle"] = JOBS[number % 7]
        return row


class SourceUsers(MadeUsers):
    """Contoso: everybody is synchronised from its directory and has its number, guests aside."""

    def _make(self, number: int, form: _Form) -> Row:
        case = self._cases[number]
        employee = number
        given, surname, name, local = spelled(number)
        if case in _UNLIKE:
            if case == HOSTILE:
                name = hostile_name(number)
            elif case == CLAIMED and number & 1:
                employee = number - 1
                given, surname, name, local = spelled(employee)
                name, local = f"{name} (admin)", f"adm-{local}"
            elif case != CLAIMED:
                return self._guest(form, number, number, name, given, surname, local)
        address = f"{local}@{self._domain}"
        # Written out, not put together: a page of 999 users is to take less than five milliseconds.
        row = form.synchronised.copy()
        row["id"] = self.ids[number]
        row["accountEnabled"] = number % 29 != 28
        row["displayName"] = name
        row["userPrincipalName"] = row["mail"] = address
        if form.more:
            row["givenName"], row["surname"], row["mailNickname"] = given, surname, local
        row["employeeId"] = f"C{100000 + employee}"
        row["proxyAddresses"] = ["SMTP:" + address]
        row["department"] = DEPARTMENTS[number & 7]
        row["jobTitle"] = JOBS[number % 7]
        row["onPremisesImmutableId"] = f"{number:021d}A=="
        row["onPremisesSecurityIdentifier"] = f"{self._sids}{number + 2000}"
        return row


class TargetUsers(MadeUsers):
    """Fabrikam: those who came over, each sharing just what their case says, and its own people."""

    def _make(self, place: int, form: _Form) -> Row:
        layout = self.layout
        code = self._codes[place]
        number = code >> 1
        if number >= layout.people:
            return self._native(form, place, number)
        case = self._cases[number]
        given, surname, name, local = spelled(number)
        if code & 1:
            return self._second(form, place, number, case, name, given, surname, local)
        if case == GUEST:
            return self._guest(form, place, number, name, given, surname, local)
        same_name, same_mail, numbered, anchored = _SHARED[case]
        own = local if same_name and same_mail else f"{local[0]}{number:07d}"
        if numbered == "same":
            employee: str | None = f"C{100000 + number}"
        elif numbered == "neighbour's":
            employee = f"C{100000 + (number ^ 1)}"
        else:
            employee = None if numbered == "none" else f"F{number}"
        if anchored:
            if case == HOSTILE:
                name = hostile_name(number)
            elif case == ANCHORED and number % 3 == 2:
                employee = f"F{number}"
        nickname = local if same_name else own
        mail = f"{local if same_mail else own}@{self._domain}"
        row = (form.synchronised if anchored else form.plain).copy()
        row["id"] = self.ids[place]
        row["displayName"] = name
        row["userPrincipalName"] = f"{nickname}@{self._domain}"
        row["mail"] = mail
        if form.more:
            row["givenName"], row["surname"], row["mailNickname"] = given, surname, nickname
        row["employeeId"] = employee
        row["proxyAddresses"] = ["SMTP:" + mail]
        row["department"] = DEPARTMENTS[number & 7]
        row["jobTitle"] = JOBS[number % 7]
        if anchored:
            # Half of them come from the very same directory, the others were moved to the target's.
            sids = self._other_sids if number & 1 else self._sids
            row["onPremisesImmutableId"] = f"{number:021d}A=="
            row["onPremisesSecurityIdentifier"] = f"{sids}{number + 2000}"
        return row

    def _second(
        self, form: _Form, place: int, number: int, case: int, name: str, given: str, surname: str, local: str
    ) -> Row:
        """The other account of somebody who has two: without an anchor, with the old number."""
        nickname = f"{local[0]}{number:07d}x"
        mail = f"{nickname}@{self._domain}" if case == TWIN else None
        row = self._member(form, place, number, name, given, surname, nickname, mail, f"C{100000 + number}")
        row["accountEnabled"] = case == TWIN
        return row

    def _native(self, form: _Form, place: int, number: int) -> Row:
        given, surname, name, local = spelled(number)
        double = self.layout.named_like(number)
        if double is not None:
            given, surname, name, _ = spelled(double)
        return self._member(
            form, place, number, name, given, surname, local, f"{local}@{self._domain}", f"N{number}"
        )


def _template(now: datetime) -> Row:
    """What all accounts have alike, in the order of a Graph answer."""
    return {
        "id": "",
        "deletedDateTime": None,
        "accountEnabled": True,
        "businessPhones": [],
        "createdDateTime": days_from(now, -700),
        "department": None,
        "displayName": "",
        "employeeId": None,
        "externalUserState": None,
        "externalUserStateChangeDateTime": None,
        "givenName": None,
        "jobTitle": None,
        "mail": None,
        "mailNickname": None,
        "mobilePhone": None,
        "officeLocation": None,
        "onPremisesImmutableId": None,
        "onPremisesLastSyncDateTime": None,
        "onPremisesSecurityIdentifier": None,
        "onPremisesSyncEnabled": None,
        "otherMails": [],
        "preferredLanguage": None,
        "proxyAddresses": [],
        "surname": None,
        "userPrincipalName": "",
        "userType": "Member",
    }
