"""``mappings/match.toml``: how strong each kind of evidence is, and which domain became which."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from migrate.config.problems import Problems
from migrate.config.toml_table import Table, read_toml

MATCH_RULES_FILE = "match.toml"
RULES = (
    "decision",
    "template_id",
    "permission_set",
    "on_premises_immutable_id",
    "on_premises_security_identifier",
    "employee_id",
    "user_principal_name",
    "mail",
    "app_id",
    "name",
)
"""Every rule there is; what each compares is decided by the resolver."""

_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class MatchRule:
    """One kind of evidence; the weight is the confidence in percent, at most 100 of it."""

    name: str
    enabled: bool
    weight: int


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
            "rules": {name: [rule.enabled, rule.weight] for name, rule in self.rules.items()},
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
    table.refuse_unknown()
    return MatchRule(
        name,
        enabled if isinstance(enabled, bool) else default.enabled if default else True,
        weight or (default.weight if default else 1),
    )


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
