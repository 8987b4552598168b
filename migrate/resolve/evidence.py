"""The evidence ladder: by which properties a source object and a target object can be the same.

Each rule gives keys for one row; two rows that share a key of a rule have that rule's evidence.
Names are a hint: they make suggestions, may speak against a match, and are never a reason to accept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from migrate.kinds.kind import Row
from migrate.resolve.findings import Evidence

HINT = "name"

Renames = Mapping[str, str]


@dataclass(frozen=True)
class Ladder:
    """Weights per rule (0 to 100; a rule that is missing is off) and the table of domain renames."""

    weights: Mapping[str, float]
    domains: Renames = field(default_factory=dict)

    def confidence(self, rule: str) -> float:
        return min(self.weights.get(rule, 0.0), 100.0) / 100.0


def renamed(address: str, domains: Renames) -> Iterator[str]:
    """The address itself and, where its domain has a new name, the address under that name."""
    address = address.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local:
        return
    yield address
    if domain in domains:
        yield f"{local}@{domains[domain]}"


def _property(name: str) -> Callable[[Row, Renames], Iterable[str]]:
    def keys(row: Row, _domains: Renames) -> Iterable[str]:
        value = str(row.get(name) or "").strip()
        return (value,) if value else ()

    return keys


def _upn(row: Row, domains: Renames) -> Iterable[str]:
    return renamed(str(row.get("userPrincipalName") or ""), domains)


def _mail(row: Row, domains: Renames) -> Iterable[str]:
    addresses = [str(row.get("mail") or "")]
    # Proxy addresses carry their protocol in front; only SMTP ones are mail addresses.
    proxies = (str(text) for text in row.get("proxyAddresses") or ())
    addresses += [text[5:] for text in proxies if text.lower().startswith("smtp:")]
    return {key for address in addresses for key in renamed(address, domains)}


def _app_id(row: Row, _domains: Renames) -> Iterable[str]:
    value = str(row.get("appId") or "").lower()
    return (value,) if value else ()


def _name(row: Row, _domains: Renames) -> Iterable[str]:
    value = " ".join(str(row.get("displayName") or "").split()).casefold()
    return (value,) if value else ()


RULES: Mapping[str, Mapping[str, Callable[[Row, Renames], Iterable[str]]]] = {
    "user": {
        "on_premises_immutable_id": _property("onPremisesImmutableId"),
        "on_premises_security_identifier": _property("onPremisesSecurityIdentifier"),
        "employee_id": _property("employeeId"),
        "user_principal_name": _upn,
        "mail": _mail,
        HINT: _name,
    },
    "group": {
        "on_premises_security_identifier": _property("onPremisesSecurityIdentifier"),
        "mail": _mail,
        HINT: _name,
    },
    "servicePrincipal": {"app_id": _app_id},
    "administrativeUnit": {HINT: _name},
}


def same_name(one: Row, other: Row, words: int = 2) -> bool | None:
    """Whether two names can be those of one person or group; ``None`` where one of them has none.

    The order, accents and additions do not matter ("Smith, Zoë (external)" is "Zoe Smith"). So many
    ``words`` must be common, as far as the names have them: with two, Adam and Anna Smith are two people;
    with one, a married name is still the same person's.
    """
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return None
    return len(ours & theirs) >= min(words, len(ours), len(theirs))


def _words(row: Row) -> frozenset[str]:
    letters = unicodedata.normalize("NFKD", str(row.get("displayName") or "").casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset(re.findall(r"\w+", plain))


class TargetIndex:
    """All target objects of one kind that are not deleted, by the keys of each rule."""

    def __init__(self, kind: str, rows: Mapping[str, Row], ladder: Ladder) -> None:
        self._ladder = ladder
        self._rules = {name: keys for name, keys in RULES[kind].items() if ladder.weights.get(name, 0) > 0}
        self._by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
        for object_id, row in sorted(rows.items()):
            if row.get("deletedDateTime"):
                continue
            for rule, keys in self._rules.items():
                for key in keys(row, {}):
                    self._by_key[rule, key].append(object_id)

    def evidence(self, row: Row) -> tuple[Evidence, ...]:
        """Everything that speaks for any target object, strongest first, in a fixed order."""
        found = {
            Evidence(rule, key, target_id, self._ladder.confidence(rule))
            for rule, keys in self._rules.items()
            for key in keys(row, self._ladder.domains)
            for target_id in self._by_key.get((rule, key), ())
        }
        return tuple(sorted(found, key=lambda one: (-one.confidence, one.rule, one.target_id, one.value)))
