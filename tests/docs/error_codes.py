"""Finds the codes that the program can raise, by reading its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from migrate import errors

_PACKAGE = Path(errors.__file__).parent
_CLASSES = {
    name: each
    for name, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.MigrateError)
}
_RECORDERS = {"add": 1, "wrong": 1, "stop": 1}
"""Methods of ``config`` that record a problem, with the place of its code."""


def raised() -> dict[str, set[int]]:
    """Every code with its exit codes, as far as the source says them at the place of raising."""
    found: dict[str, set[int]] = {}
    for path in sorted(_PACKAGE.rglob("*.py")):
        room = path.relative_to(_PACKAGE).parts[0]
        if room == "lab":
            continue
        for code, exit in _of(ast.parse(path.read_text(encoding="utf-8")), room):
            found.setdefault(code, set()).add(exit)
    return found


def _of(tree: ast.Module, room: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, room)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _of_constant(node, room)


def _of_call(node: ast.Call, room: str) -> Iterator[tuple[str, int]]:
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
    named = {word.arg: _text(word.value) for word in node.keywords}
    if name in _CLASSES:
        yield named.get("code") or _CLASSES[name].code, _CLASSES[name].exit
    elif room == "config":
        if mixed := named.get("mixed_code"):
            yield mixed, errors.FileError.exit
        # Inside decisions.py a local ``wrong`` takes the code first.
        place = 0 if isinstance(node.func, ast.Name) else _RECORDERS.get(name)
        if name in _RECORDERS and place is not None and len(node.args) > place:
            code = _text(node.args[place])
            if code:
                yield code, errors.FileError.exit


def _of_constant(node: ast.Assign | ast.AnnAssign, room: str) -> Iterator[tuple[str, int]]:
    """The two tables of codes: those of SQLite's trouble and those of Graph's refusals."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    names = [getattr(each, "id", "") for each in getattr(target, "elts", [target])]
    if room == "store" and "_FULL" in names and isinstance(node.value, ast.Tuple):
        yield from ((str(_text(each)), errors.StateError.exit) for each in node.value.elts)
    if room == "graphapi" and names == ["_CODES"] and isinstance(node.value, ast.Dict):
        yield from ((str(_text(each)), errors.GraphRefused.exit) for each in node.value.values)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
