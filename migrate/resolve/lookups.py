"""What must have been asked of a tenant that was not listed whole before anything follows about one object.

A question is a property and a value, as Graph filters them. ``forward`` asks the target who could be the
counterpart of a source object; ``backward`` asks the source who else could claim a target object. While one
of them is open, a second candidate or a rival may be there that nobody saw: nothing is accepted, and nothing
counts as missing.

To settle some source objects in tenants of which only single objects are read, ask in this order:

1. ``forward`` of each of them, in the target;
2. ``backward`` of each target object that came back, in the source;
3. ``forward`` of each source object that came back then, in the target: what else they match decides whether
   they are rivals.

That is all: who matches what came back in the third step no longer matters for those of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from migrate.kinds.kind import Row
from migrate.kinds.look_up import LookUp
from migrate.resolve import addresses
from migrate.resolve.addresses import renamed
from migrate.resolve.ladder import HINTS, Ladder

Questions = Iterator[tuple[str, str]]
_Asks = Callable[[Row, Ladder], Questions]

_PROPERTIES = {
    "on_premises_immutable_id": "onPremisesImmutableId",
    "on_premises_security_identifier": "onPremisesSecurityIdentifier",
    "employee_id": "employeeId",
    "app_id": "appId",
    "mail_nickname": "mailNickname",
    "name": "displayName",
}
"""Rules that compare one property as it is: the question is the same in both directions."""
_RULES = {
    "user": (
        "on_premises_immutable_id",
        "on_premises_security_identifier",
        "employee_id",
        "guest",
        "user_principal_name",
        "mail",
        "proxy_address",
        "mail_nickname",
        "name",
    ),
    "group": ("on_premises_security_identifier", "mail", "proxy_address", "mail_nickname", "name"),
    "servicePrincipal": ("app_id",),
}


def forward(kind: str, row: Row, ladder: Ladder) -> frozenset[LookUp]:
    """The questions about the target whose answers show every candidate for this source object.

    The ladder must know both tenants' domains (``Ladder.between``). Empty for kinds that are always listed
    whole: units and roles.
    """
    return _questions(kind, row, ladder, _FORWARD, _rules(kind, ladder))


def backward(kind: str, row: Row, ladder: Ladder) -> frozenset[LookUp]:
    """The questions about the source whose answers show everybody who could claim this target object.

    Hints claim nothing, but of groups: with their members they may become a reason.
    """
    rules = [rule for rule in _rules(kind, ladder) if rule not in HINTS or by_members(kind, ladder)]
    return _questions(kind, row, ladder, _BACKWARD, rules)


def by_members(kind: str, ladder: Ladder) -> bool:
    """Whether objects of this kind are also compared by who is in them."""
    comparing = ladder.on("member_overlap") or ladder.on("membership_rule")
    return kind in ("group", "administrativeUnit") and comparing


def needs_guest_domain(kind: str, row: Row, ladder: Ladder) -> bool:
    """Whether a guest may be in the target for this person, but nobody knows what guests are called there,
    because the target's own domains were not read: a question that cannot even be asked."""
    return (
        kind == "user"
        and ladder.on("guest")
        and not ladder.guest_domains
        and bool(addresses.verified_addresses(row, ladder.source_domains))
    )


def _rules(kind: str, ladder: Ladder) -> list[str]:
    return [rule for rule in _RULES.get(kind, ()) if ladder.on(rule)]


def _questions(
    kind: str, row: Row, ladder: Ladder, asked: dict[str, _Asks], rules: Iterable[str]
) -> frozenset[LookUp]:
    found: set[LookUp] = set()
    for rule in rules:
        if name := _PROPERTIES.get(rule):
            value = str(row.get(name) or "")
            value = value if rule == "name" else value.strip()
            if value.strip():
                found.add(LookUp(kind, name, value))
            continue
        found.update(LookUp(kind, name, value) for name, value in asked[rule](row, ladder))
    return frozenset(found)


def _upn_there(row: Row, ladder: Ladder) -> Questions:
    for one in renamed(addresses.sign_in_name(row), ladder.domains):
        yield "userPrincipalName", one


def _upn_here(row: Row, ladder: Ladder) -> Questions:
    for one in ladder.former(addresses.sign_in_name(row)):
        yield "userPrincipalName", one


def _mail_there(row: Row, ladder: Ladder) -> Questions:
    for one in renamed(addresses.mail(row), ladder.domains):
        yield "mail", one


def _mail_here(row: Row, ladder: Ladder) -> Questions:
    for one in ladder.former(addresses.mail(row)):
        yield "mail", one


def _proxy_there(row: Row, ladder: Ladder) -> Questions:
    for address in (addresses.mail(row), *addresses.proxies(row)):
        for one in renamed(address, ladder.domains):
            yield "proxyAddresses", f"smtp:{one}"
    for address in addresses.proxies(row):
        for one in renamed(address, ladder.domains):
            yield "mail", one


def _proxy_here(row: Row, ladder: Ladder) -> Questions:
    for address in (addresses.mail(row), *addresses.proxies(row)):
        for one in ladder.former(address):
            yield "proxyAddresses", f"smtp:{one}"
    for address in addresses.proxies(row):
        for one in ladder.former(address):
            yield "mail", one


def _guest_there(row: Row, ladder: Ladder) -> Questions:
    for address in addresses.verified_addresses(row, ladder.source_domains):
        yield "mail", address
        for domain in ladder.guest_domains:
            yield "userPrincipalName", addresses.guest_name(address, domain)


def _guest_here(row: Row, ladder: Ladder) -> Questions:
    for address in addresses.invited_addresses(row, ladder.guest_domains):
        if address.rpartition("@")[2] in ladder.source_domains:
            yield "userPrincipalName", address
            yield "mail", address
            yield "proxyAddresses", f"smtp:{address}"


_FORWARD: dict[str, _Asks] = {
    "user_principal_name": _upn_there,
    "mail": _mail_there,
    "proxy_address": _proxy_there,
    "guest": _guest_there,
}
_BACKWARD: dict[str, _Asks] = {
    "user_principal_name": _upn_here,
    "mail": _mail_here,
    "proxy_address": _proxy_here,
    "guest": _guest_here,
}
