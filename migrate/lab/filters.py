"""``$filter``: the part of OData that Graph's directory and PIM understand, parsed once and run over rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.lab.clock import parse_time
from migrate.lab.errors import GraphError, schema_error

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<punct>[(),:])"
    r"|(?P<word>[^\s(),:']+(?::[0-9][^\s(),']*)*))"
)
_TIME = re.compile(r"^\d{4}-\d\d-\d\dt\d\d:\d\d", re.IGNORECASE)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_FUNCTIONS = ("startswith", "endswith", "contains")

Predicate = Callable[[Mapping[str, Any]], bool]


@dataclass
class Filter:
    """A parsed filter and what the services look at before they run it."""

    test: Predicate
    properties: set[str] = field(default_factory=set)
    advanced: bool = False
    """It uses ne, not, endswith or a comparison that only the advanced index answers."""
    alternatives: int = 1
    """The longest chain of ``or`` or list after ``in``: a plain directory filter takes 15."""
    operators: set[str] = field(default_factory=set)
    fixed: dict[str, str] = field(default_factory=dict)
    """Property to value for each ``eq`` that every row must meet (not inside ``or`` or ``not``)."""
    one_of: dict[str, frozenset[str]] = field(default_factory=dict)
    """Property to the texts of which every row must have one: from ``eq``, ``in`` and ``or`` of these."""


@dataclass(frozen=True)
class _Node:
    test: Predicate
    fixed: Mapping[str, str] = field(default_factory=dict)
    one_of: Mapping[str, frozenset[str]] = field(default_factory=dict)


def _value(row: Mapping[str, Any], path: str) -> Any:
    value: Any = row
    for part in path.split("/"):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _fold(value: Any, exact: bool) -> Any:
    return value.casefold() if isinstance(value, str) and not exact else value


class _Parser:
    def __init__(self, text: str, exact: frozenset[str]) -> None:
        self._text = text
        self._exact = exact
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None or match.end() == at:
                raise self._syntax()
            self._tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            at = match.end()
        self._at = 0
        self.result = Filter(test=lambda _row: True)

    def _syntax(self) -> GraphError:
        return schema_error(
            f"Invalid filter clause: syntax error at position {len(self._text)} in '{self._text}'."
        )

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise self._syntax()
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, text: str) -> None:
        if self._next()[1] != text:
            raise self._syntax()

    def run(self) -> Filter:
        node = self._either()
        if self._at != len(self._tokens):
            raise self._syntax()
        self.result.test = node.test
        self.result.fixed = dict(node.fixed)
        self.result.one_of = dict(node.one_of)
        return self.result

    def _either(self) -> _Node:
        nodes = [self._all()]
        while self._peek().lower() == "or":
            self._next()
            nodes.append(self._all())
        if len(nodes) == 1:
            return nodes[0]
        self.result.operators.add("or")
        self.result.alternatives = max(self.result.alternatives, len(nodes))
        tests = [node.test for node in nodes]
        shared = set(nodes[0].one_of).intersection(*(node.one_of for node in nodes))
        one_of = {name: frozenset().union(*(node.one_of[name] for node in nodes)) for name in shared}
        return _Node(lambda row: any(test(row) for test in tests), one_of=one_of)

    def _all(self) -> _Node:
        nodes = [self._unary()]
        while self._peek().lower() == "and":
            self._next()
            nodes.append(self._unary())
        if len(nodes) == 1:
            return nodes[0]
        tests = [node.test for node in nodes]
        fixed: dict[str, str] = {}
        one_of: dict[str, frozenset[str]] = {}
        for node in nodes:
            fixed.update(node.fixed)
            one_of.update(node.one_of)
        return _Node(lambda row: all(test(row) for test in tests), fixed, one_of)

    def _unary(self) -> _Node:
        if self._peek().lower() == "not":
            self._next()
            self.result.advanced = True
            self.result.operators.add("not")
            test = self._unary().test
            return _Node(lambda row: not test(row))
        if self._peek() == "(":
            self._next()
            node = self._either()
            self._expect(")")
            return node
        return self._comparison()

    def _comparison(self) -> _Node:
        kind, word = self._next()
        if kind != "word":
            raise self._syntax()
        if word.lower() in _FUNCTIONS and self._peek() == "(":
            return self._function(word.lower())
        if word.endswith("/any") and self._peek() == "(":
            return self._any(word.removesuffix("/any"))
        self.result.properties.add(word.split("/")[0])
        operator = self._next()[1].lower()
        exact = word in self._exact
        if operator == "in":
            wanted = self._list()
            self.result.operators.add("in")
            self.result.alternatives = max(self.result.alternatives, len(wanted))
            folded = {_fold(value, exact) for value in wanted}
            texts = frozenset(value for value in wanted if isinstance(value, str))
            one_of = {word: texts} if len(texts) == len(set(wanted)) else {}
            return _Node(lambda row: _fold(_value(row, word), exact) in folded, one_of=one_of)
        if operator not in _COMPARISONS:
            raise self._syntax()
        self.result.operators.add(operator)
        if operator == "ne":
            self.result.advanced = True
        value = self._literal()
        fixed = {word: value} if operator == "eq" and isinstance(value, str) else {}
        one_of = {name: frozenset({text}) for name, text in fixed.items()}
        return _Node(_compare(word, operator, _fold(value, exact), exact), fixed, one_of)

    def _function(self, name: str) -> _Node:
        self._expect("(")
        word = self._next()[1]
        self._expect(",")
        value = str(self._literal()).casefold()
        self._expect(")")
        self.result.properties.add(word.split("/")[0])
        self.result.operators.add(name)
        if name != "startswith":
            self.result.advanced = True
        tests: dict[str, Callable[[str], bool]] = {
            "startswith": lambda text: text.startswith(value),
            "endswith": lambda text: text.endswith(value),
            "contains": lambda text: value in text,
        }
        test = tests[name]
        return _Node(lambda row: test(str(_value(row, word) or "").casefold()))

    def _any(self, word: str) -> _Node:
        """``groupTypes/any(c:c eq 'Unified')``: an element of a collection that meets the condition."""
        self._expect("(")
        kind, variable = self._next()
        if ":" in variable and kind == "word":
            variable = variable.split(":")[0]
        else:
            self._expect(":")
        self.result.properties.add(word.split("/")[0])
        before = set(self.result.properties)
        test = self._either().test
        self.result.properties = before
        self.result.operators.add("any")
        self._expect(")")

        def holds(row: Mapping[str, Any]) -> bool:
            return any(test({variable: element}) for element in _value(row, word) or [])

        return _Node(holds)

    def _list(self) -> list[Any]:
        self._expect("(")
        values = [self._literal()]
        while self._peek() == ",":
            self._next()
            values.append(self._literal())
        self._expect(")")
        return values

    def _literal(self) -> Any:
        kind, text = self._next()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind != "word":
            raise self._syntax()
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if text.lower() == "null":
            return None
        return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text


def _compare(path: str, operator: str, wanted: Any, exact: bool) -> Predicate:
    # As text, half a second past noon would be before noon: "." sorts before "Z".
    timed = operator not in ("eq", "ne") and isinstance(wanted, str) and _TIME.match(wanted)
    moment = parse_time(wanted) if timed else None

    def test(row: Mapping[str, Any]) -> bool:
        value = _fold(_value(row, path), exact)
        if operator == "eq":
            return bool(value == wanted)
        if operator == "ne":
            return bool(value != wanted)
        if value is None or wanted is None or type(value) is not type(wanted):
            return False
        if moment is not None and isinstance(value, str):
            return _ordered(operator, parse_time(value), moment)
        return _ordered(operator, value, wanted)

    return test


def _ordered(operator: str, value: Any, wanted: Any) -> bool:
    if operator == "gt":
        return bool(value > wanted)
    if operator == "ge":
        return bool(value >= wanted)
    if operator == "lt":
        return bool(value < wanted)
    return bool(value <= wanted)


def parse_filter(text: str, *, exact: frozenset[str] = frozenset()) -> Filter:
    """A filter ready to run; properties in ``exact`` are compared with case. 400 when it cannot be parsed."""
    return _Parser(text, exact).run()
