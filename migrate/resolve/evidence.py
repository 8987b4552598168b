"""Which properties of a source object and a target object can show that they are the same.

Each rule gives keys for a row of either side; two rows that share a key of a rule have that rule's evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from migrate.kinds.kind import Row
from migrate.resolve import addresses
from migrate.resolve.addresses import renamed
from migrate.resolve.findings import Evidence
from migrate.resolve.ladder import HINTS, Ladder
from migrate.resolve.names import exact_name, same_name

__all__ = ["HINT", "RULES", "Ladder", "Rule", "find_evidence", "find_holders", "renamed", "same_name"]

HINT = "name"
Keys = Callable[[Row, Ladder], Iterable[str]]


@dataclass(frozen=True)
class Rule:
    """``ours`` gives the keys of a source object as the target would spell them, ``theirs`` those of a target
    object."""

    name: str
    ours: Keys
    theirs: Keys
    reads: tuple[str, ...]
    """The properties from which all keys are made."""


def _property(rule: str, name: str, *, lower: bool = False) -> Rule:
    def keys(row: Row, _ladder: Ladder) -> Iterable[str]:
        value = row.get(name)
        if not value:
            return ()
        text = str(value).strip()
        return ((text.lower() if lower else text),) if text else ()

    return Rule(rule, keys, keys, (name,))


def _own_upn(row: Row, ladder: Ladder) -> Iterable[str]:
    return renamed(addresses.sign_in_name(row), ladder.domains)


def _their_upn(row: Row, _ladder: Ladder) -> Iterable[str]:
    upn = addresses.sign_in_name(row)
    return (upn,) if upn else ()


def _own_mail(row: Row, ladder: Ladder) -> Iterable[str]:
    return renamed(addresses.mail(row), ladder.domains)


def _their_mail(row: Row, _ladder: Ladder) -> Iterable[str]:
    mail = addresses.mail(row)
    return (mail,) if mail else ()


MAIL, PROXY = "mail:", "smtp:"
"""Marks on the keys of ``proxy_address``, so that any two addresses meet but two mails: for those there is
the rule ``mail``. The mark says where the target has the address."""


def _own_proxies(row: Row, ladder: Ladder) -> Iterable[str]:
    found = [PROXY + one for one in _own_mail(row, ladder)]
    for proxy in addresses.proxies(row):
        for one in renamed(proxy, ladder.domains):
            found += (MAIL + one, PROXY + one)
    return found


def _their_proxies(row: Row, ladder: Ladder) -> Iterable[str]:
    return [
        *(MAIL + one for one in _their_mail(row, ladder)),
        *(PROXY + one for one in addresses.proxies(row)),
    ]


def _own_verified(row: Row, ladder: Ladder) -> Iterable[str]:
    return addresses.verified_addresses(row, ladder.source_domains) if ladder.source_domains else ()


def _their_invited(row: Row, ladder: Ladder) -> Iterable[str]:
    return addresses.invited_addresses(row, ladder.guest_domains)


def _name(row: Row, _ladder: Ladder) -> Iterable[str]:
    value = exact_name(row)
    return (value,) if value.strip() else ()


def membership_rule(row: Row, _ladder: Ladder) -> Iterable[str]:
    """The rule that fills a dynamic group or unit, whatever its line breaks."""
    value = " ".join(str(row.get("membershipRule") or "").split()).casefold()
    return (value,) if value else ()


_UPN = Rule("user_principal_name", _own_upn, _their_upn, ("userPrincipalName",))
_MAIL = Rule("mail", _own_mail, _their_mail, ("mail",))
_PROXY = Rule("proxy_address", _own_proxies, _their_proxies, ("mail", "proxyAddresses"))
_SID = _property("on_premises_security_identifier", "onPremisesSecurityIdentifier")
_NICKNAME = _property("mail_nickname", "mailNickname", lower=True)
_NAME = Rule(HINT, _name, _name, ("displayName",))

RULES: Mapping[str, tuple[Rule, ...]] = {
    "user": (
        _property("on_premises_immutable_id", "onPremisesImmutableId"),
        _SID,
        _property("employee_id", "employeeId"),
        Rule("guest", _own_verified, _their_invited, ("userPrincipalName", "mail", "proxyAddresses")),
        _UPN,
        _MAIL,
        _PROXY,
        _NICKNAME,
        _NAME,
    ),
    "group": (_SID, _MAIL, _PROXY, _NICKNAME, _NAME),
    "servicePrincipal": (_property("app_id", "appId", lower=True),),
    # Units are always listed whole, so that equal rules are found without asking for them.
    "administrativeUnit": (
        Rule("membership_rule", membership_rule, membership_rule, ("membershipRule",)),
        _NAME,
    ),
}
"""The rules of each kind that compare properties. Roles have rules of their own, and what groups and units
have in common by their members is compared when the members are settled."""


def find_evidence(
    kind: str, wanted: Mapping[str, Row], targets: Mapping[str, Row], ladder: Ladder
) -> tuple[dict[str, list[Evidence]], dict[str, Row]]:
    """All evidence between the ``wanted`` source objects and every target object that is not deleted, and the
    rows of those targets. Goes through the targets once and keeps none that nothing speaks for."""
    rules = _enabled(kind, ladder)
    asking: list[tuple[Rule, dict[str, list[str]], float]] = []
    for rule in rules:
        keys: dict[str, list[str]] = {}
        for object_id, row in wanted.items():
            for key in rule.ours(row, ladder):
                keys.setdefault(key, []).append(object_id)
        if keys:
            asking.append((rule, keys, ladder.confidence(rule.name)))
    found: dict[str, list[Evidence]] = {one: [] for one in wanted}
    rows: dict[str, Row] = {}
    if not asking:
        return found, rows
    values = _values(key for _, by_key, _ in asking for key in by_key)
    read = _read_by(rule for rule, _, _ in asking)
    for target_id, row in targets.items():
        if not _touches(row, read, values):
            continue
        if row.get("deletedDateTime"):
            continue
        for rule, by_key, confidence in asking:
            for key in rule.theirs(row, ladder):
                for object_id in by_key.get(key, ()):
                    found[object_id].append(Evidence(rule.name, key, target_id, confidence))
                    rows[target_id] = row
    return {one: _in_order(evidence) for one, evidence in found.items()}, rows


def find_holders(
    kind: str, claimed: Mapping[str, Row], sources: Mapping[str, Row], ladder: Ladder, *, hints: bool
) -> dict[str, Row]:
    """Every source object with evidence for one of the ``claimed`` target objects; ``hints`` says whether
    names count. Goes through the source once."""
    asking: list[tuple[Rule, frozenset[str]]] = []
    for rule in _enabled(kind, ladder):
        if hints or rule.name not in HINTS:
            keys = frozenset(key for row in claimed.values() for key in rule.theirs(row, ladder))
            if keys:
                asking.append((rule, keys))
    if not asking:
        return {}
    found: dict[str, Row] = {}
    values = _values(each for _, keys in asking for key in keys for each in (key, *ladder.former(_bare(key))))
    read = _read_by(rule for rule, _ in asking)
    for object_id, row in sources.items():
        if not _touches(row, read, values):
            continue
        for rule, keys in asking:
            if not keys.isdisjoint(rule.ours(row, ladder)):
                if not row.get("deletedDateTime"):
                    found[object_id] = row
                break
    return found


def _enabled(kind: str, ladder: Ladder) -> list[Rule]:
    return [rule for rule in RULES[kind] if ladder.on(rule.name)]


def _values(keys: Iterable[str]) -> set[str]:
    """The bare values behind keys, coarser than any rule compares them."""
    return {each.strip().casefold() for key in keys for each in (key, _bare(key))}


def _bare(key: str) -> str:
    return key[5:] if key.startswith((MAIL, PROXY)) else key


def _read_by(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rule in rules for name in rule.reads))


def _touches(row: Row, read: tuple[str, ...], values: set[str]) -> bool:
    """Whether any rule could find anything in the row: a quick look that spares nearly all rows the rules.

    What it lets through is weighed by the rules; what it keeps back has none of the values in any form.
    """
    for name in read:
        value = row.get(name)
        if not value:
            continue
        if isinstance(value, str):
            # The sign-in name of a guest is made of the address, and a membership rule may be laid out anew.
            if value.strip().casefold() in values or "#" in value or name == "membershipRule":
                return True
        elif isinstance(value, (list, tuple)):
            for one in value:
                if isinstance(one, str) and one[5:].strip().casefold() in values:
                    return True
        elif str(value).strip().casefold() in values:
            return True
    return False


def _in_order(evidence: list[Evidence]) -> list[Evidence]:
    """Strongest first, in a fixed order; one address counts once, by the best rule that finds it."""
    found: dict[tuple[str, str, str], Evidence] = {}
    for one in evidence:
        if one.rule == "proxy_address":
            address = one.value.partition(":")[2]
            one = Evidence(one.rule, address, one.target_id, one.confidence)
        found[one.rule, one.value, one.target_id] = one
    mails = {(value, target_id) for rule, value, target_id in found if rule == "mail"}
    kept = (
        one
        for key, one in found.items()
        if key[0] != "proxy_address" or (one.value, one.target_id) not in mails
    )
    return sorted(kept, key=lambda one: (-one.confidence, one.rule, one.target_id, one.value))
