"""The plan as a document: canonical JSON, sealed by a hash over its content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import orjson

from migrate.errors import FileError
from migrate.plan.rule_relaxation import Relaxation

FORMAT = 3
"""2 has the terms of the wave, 3 what a write needs; what is of an older format is still read."""
READABLE = (1, 2, FORMAT)


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    KEEP = "keep"
    SKIP = "skip"
    BLOCKED = "blocked"


SYMBOLS: Mapping[Action, str] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "±",
    Action.KEEP: "=",
    Action.SKIP: "-",
    Action.BLOCKED: "!",
}


WRITES = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE})
"""What changes the target; the others say why it stays as it is."""


@dataclass(frozen=True)
class Item:
    """One right of the source, or something that a right needs, and what will happen to it.

    ``codes`` name what stands in the way, and on a write what was found about it and does not.
    ``target`` holds the target's ids that the write needs (empty where a part has no counterpart; an id of
    the form ``new:kind:source-id`` is that of an object which another write makes: ``migrate.plan.made``);
    ``base`` is what the target's snapshot had under the key; ``reverse`` says what takes the write
    back; ``residue`` what will stay even then. ``needs`` names the writes that must be done before this one;
    a ``temporary`` write lasts only until the writes that need it are done.
    """

    id: str
    action: Action
    kind: str
    key: str
    batch: int
    reason: str
    codes: tuple[str, ...]
    source: Mapping[str, Any]
    target: Mapping[str, Any]
    names: Mapping[str, str]
    base: Mapping[str, Any] | None = None
    reverse: str | None = None
    residue: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    temporary: bool = False

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.action]


@dataclass(frozen=True)
class Plan:
    """A wave's items and what they were made from. ``hash`` covers everything else.

    ``source`` and ``target`` name the snapshots with their hashes, ``resolution`` what was made of them, with
    the hashes of the decisions, rules, tiers and waves that it was made under. ``terms`` say how the wave may
    be carried out: see ``migrate.plan.terms``.
    """

    id: str
    wave: str
    number: int
    engagement: str
    made_at: str
    source: Mapping[str, str]
    target: Mapping[str, str]
    resolution: Mapping[str, str]
    items: tuple[Item, ...]
    warnings: tuple[str, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT
    hash: str = ""

    def writes(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.action in WRITES)

    def kept(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.action is Action.KEEP)

    def counts(self) -> dict[str, int]:
        found = Counter(item.action.value for item in self.items)
        return {action.value: found.get(action.value, 0) for action in Action}

    def residue(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for item in self.items for text in item.residue))

    def sealed(self) -> Plan:
        return replace(self, hash=_hash_of(content_of(self)))


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before it has its place in the order: everything but id and batch. ``needs`` names the keys of
    drafts instead of writes; ``relax`` are the rules that must be loosened while it is written."""

    action: Action
    kind: str
    key: str
    reason: str
    codes: tuple[str, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)
    target: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, Any] | None = None
    residue: tuple[str, ...] = ()
    reverse: str | None = None
    needs: tuple[str, ...] = ()
    temporary: bool = False
    relax: tuple[Relaxation, ...] = ()


def canonical(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, so that equal content has equal bytes.

    Raises TypeError (orjson's JSONEncodeError) for what JSON in UTF-8 cannot hold.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def content_of(plan: Plan) -> dict[str, Any]:
    """The document as plain JSON values. Shares its parts with the plan: not to be changed."""
    return {**vars(plan), "items": [vars(item) for item in plan.items]}


def _hash_of(content: Mapping[str, Any]) -> str:
    """The seal: a SHA-256 over the whole content but the seal itself."""
    sealed = {name: value for name, value in content.items() if name != "hash"}
    return "sha256:" + hashlib.sha256(orjson.dumps(sealed, option=orjson.OPT_SORT_KEYS)).hexdigest()


def to_text(plan: Plan) -> str:
    """The document as it is written to disk: readable, with a fixed order of keys."""
    readable = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(content_of(plan), option=readable).decode()


def from_text(text: str, where: str) -> Plan:
    """Reads a plan back and checks its seal.

    Raises:
        FileError: it is no plan (``plan_unreadable``), of a newer format (``plan_newer``), or its
            content is not what was sealed (``plan_changed``).
    """
    try:
        content = orjson.loads(text)
    except ValueError as error:
        raise _unreadable(where, error) from error
    return from_content(content, where)


def from_content(content: Any, where: str) -> Plan:
    """As ``from_text``, of what its JSON says; ``content`` is used up."""
    try:
        if not isinstance(content, dict):
            raise TypeError("not an object")
        if content.get("format") not in READABLE:
            raise FileError(
                f"this plan has format {content.get('format')!r}, this program reads format {FORMAT}",
                where=where,
                hint="plan again with this version",
                code="plan_newer",
            )
        sealed = _hash_of(content)
        items = tuple(_item(one) for one in content.pop("items"))
        warnings = tuple(content.pop("warnings"))
        plan = Plan(**content, items=items, warnings=warnings)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unreadable(where, error) from error
    if plan.hash != sealed:
        raise FileError(
            "the content of this plan is not what was sealed: it was changed by hand or damaged",
            where=where,
            hint="make a new plan: pim-migrate plan all",
            code="plan_changed",
        )
    return plan


def _unreadable(where: str, error: Exception) -> FileError:
    return FileError(
        f"this file is not a plan that can be read ({error})",
        where=where,
        hint="make a new plan: pim-migrate plan all",
        code="plan_unreadable",
    )


def _item(content: Mapping[str, Any]) -> Item:
    values = dict(content)
    values["action"] = Action(values["action"])
    values["codes"] = tuple(values["codes"])
    values["residue"] = tuple(values["residue"])
    values["needs"] = tuple(values.get("needs", ()))
    return Item(**values)
