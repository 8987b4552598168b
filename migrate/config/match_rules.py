"""``mappings/match.toml``: how strong each kind of evidence is, and which domain became which."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from importlib.resources import files
from pathlib import Path

from migrate.config.problems import Problems, suggestion
from migrate.config.toml_table import Table, read_toml

MATCH_RULES_FILE = "match.toml"
NEEDS = ("nothing", "common_word", "same_name", "person")
"""What may have to hold beside a rule's own evidence, from the least to the most."""
RULES = {
    "decision": "nothing",
    "template_id": "nothing",
    "permission_set": "nothing",
    "on_premises_immutable_id": "nothing",
    "on_premises_security_identifier": "nothing",
    "employee_id": "common_word",
    "guest": "same_name",
    "user_principal_name": "same_name",
    "mail": "same_name",
    "proxy_address": "same_name",
    "app_id": "nothing",
    "membership_rule": "same_name",
    "member_overlap": "same_name",
    "mail_nickname": "person",
    "name": "person",
}
"""Every rule there is, with the least that it needs; what each compares is decided by the resolver."""
OVERLAP = "member_overlap"
_FEWEST, _LEAST_PERCENT = 2, 50

_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class MatchRule:
    """One kind of evidence; the weight is the confidence in percent, at most 100 of it."""

    name: str
    enabled: bool
    weight: int
    needs: str = "nothing"
    """One of ``NEEDS``: what must hold as well before the rule's evidence is believed without a person."""
    threshold: int = 0
    """Only ``member_overlap``: the percent of all members that both sides must have in common."""
    minimum: int = 0
    """Only ``member_overlap``: how many members that must be at least."""


@dataclass(frozen=True)
class MatchRules:
    """All rules by name, and the target's domain by the source's; domains are in lower case."""

    rules: Mapping[str, MatchRule]
    domains: Mapping[str, str]

    @property
    def hash(self) -> str:
        """The SHA-256 over what the rules say, whatever the layout of the file."""
        said = {
            "domains": dict(self.domains),
            "rules": {name: astuple(rule)[1:] for name, rule in self.rules.items()},
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def default_match_text() -> str:
    """The packaged ``match.toml``, comments included."""
    return files("migrate.config").joinpath("defaults", MATCH_RULES_FILE).read_text(encoding="utf-8")


def read_match_rules(path: Path) -> MatchRules:
    """The rules of the file over the packaged ones; a file that is not there changes nothing.

    Raises one FileError that names every problem of the file by line, ``match_rules_invalid`` where they are
    of several classes.
    """
    default_path = Path(str(files("migrate.config").joinpath("defaults", MATCH_RULES_FILE)))
    defaults = _read(default_path, {})
    try:
        return _read(path, defaults.rules)
    except FileNotFoundError:
        return defaults


def _read(path: Path, defaults: Mapping[str, MatchRule]) -> MatchRules:
    problems = Problems(path, mixed_code="match_rules_invalid")
    root = read_toml(problems)
    domains = _domains(root)
    rules = dict(defaults)
    table = root.table("rules")
    if table is not None:
        for name in RULES:
            rule = table.table(name)
            if rule is not None:
                rules[name] = _rule(name, rule, defaults.get(name))
        table.refuse_unknown()
    root.refuse_unknown()
    problems.raise_if_any()
    return MatchRules({name: rules[name] for name in RULES if name in rules}, domains)


def _rule(name: str, table: Table, default: MatchRule | None) -> MatchRule:
    enabled = table.raw("enabled")
    if enabled is not None and not isinstance(enabled, bool):
        table.wrong("enabled", "wrong_type", "must be true or false")
    if enabled is False and name == "decision":
        table.wrong("enabled", "bad_value", "must stay true: what people decided is never passed over")
    weight = table.count("weight")
    if weight == 0:
        table.wrong("weight", "bad_number", "must be 1 or more; write enabled = false to switch the rule off")
    needs = _needs(name, table)
    threshold = minimum = None
    if name == OVERLAP:
        threshold = _between(table, "threshold", _LEAST_PERCENT, 100)
        minimum = _between(table, "minimum", _FEWEST, 1_000_000)
    table.refuse_unknown()
    default = default or MatchRule(name, True, 1)
    return MatchRule(
        name,
        enabled if isinstance(enabled, bool) else default.enabled,
        weight or default.weight,
        needs or default.needs,
        threshold or default.threshold,
        minimum or default.minimum,
    )


def _needs(name: str, table: Table) -> str | None:
    needs, least = table.text("needs"), RULES[name]
    if needs is None:
        return None
    if needs not in NEEDS:
        known = ", ".join(NEEDS)
        table.wrong("needs", "bad_value", f"must be one of {known}{suggestion(needs, NEEDS)}")
    elif NEEDS.index(needs) < NEEDS.index(least):
        table.wrong("needs", "bad_value", f'must be "{least}" at least: less could accept somebody else')
    elif name == "decision" and needs != least:
        table.wrong("needs", "bad_value", f'must stay "{least}": what people decided is never passed over')
    return needs


def _between(table: Table, key: str, least: int, most: int) -> int | None:
    value = table.count(key)
    if value is not None and not least <= value <= most:
        table.wrong(key, "bad_number", f"must be from {least} to {most}")
    return value


def _domains(root: Table) -> dict[str, str]:
    table = root.table("domains")
    if table is None:
        return {}
    domains: dict[str, str] = {}
    for name in table.keys:
        new = table.text(name)
        if new is None:
            continue
        old, new = name.lower(), new.lower()
        for domain in (old, new):
            if not _DOMAIN.fullmatch(domain):
                table.wrong(name, "bad_domain", f'"{domain}" is no domain name; write "old.com" = "new.com"')
        if domains.get(old, new) != new:
            table.wrong(
                name, "contradiction", f'renames the domain to "{new}", another line to "{domains[old]}"'
            )
        domains[old] = new
    return domains
