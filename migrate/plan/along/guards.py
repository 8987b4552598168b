"""Reviews and conditional access that guard what a wave moves, as drafts: each whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from migrate.kinds import access_review, authentication_context, conditional_access_policy
from migrate.kinds.kind import Kind, Row
from migrate.plan import conditional_access_form, review_form
from migrate.plan.along.contexts import Contexts
from migrate.plan.along.guarded import Guarded, contexts_demanded
from migrate.plan.along.moving import Moving
from migrate.plan.carried import Carried
from migrate.plan.carry_translation import CarryTranslation
from migrate.plan.conditional_access_copy import copy_policy
from migrate.plan.document import Action, Draft
from migrate.plan.found_codes import COVERAGE, MISSING
from migrate.plan.made import names_in
from migrate.plan.policy_change import Mode
from migrate.plan.review_copy import about, copy_review
from migrate.resolve.governing import Governed
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView

_MOST_NAMES = 3
_UNREAD = (
    "{} move along, but the source's were not read completely: what else guards this wave there is unknown"
)


@dataclass(frozen=True)
class Guards:
    """``counterparts`` are the accepted ones by node, ``target`` is as it will be with everything made;
    ``made`` has the ids of what this engagement has made already, by key."""

    source: TenantView
    target: TenantView
    counterparts: Mapping[Node, str]
    moving: Moving
    contexts: Contexts
    made: Mapping[str, str]
    now: datetime

    def of(
        self, rights: Sequence[Draft], governed: Iterable[Governed]
    ) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
        """What guards these rights in the source, in a fixed order, and what a reader must know of it.

        ``governed`` says what governs the rights: the contexts that those policies demand count only where
        the policies move as well.
        """
        reviews, policies = self.moving.access_reviews, self.moving.conditional_access
        if not rights or not (reviews or policies):
            return (), ()
        moved = self.moving.policies is not Mode.LEAVE
        contexts = contexts_demanded(self.source, governed) if moved else frozenset[str]()
        guarded = Guarded.by(self.source, (draft.source for draft in rights), contexts)
        drafts: list[Draft] = []
        told: list[str] = []
        if reviews:
            told += self._unread(access_review.KIND, "access reviews")
            drafts += (self._review(row, guarded) for row in guarded.reviews(self.source))
        if policies:
            told += self._unread(conditional_access_policy.KIND, "conditional access policies")
            drafts += (self._policy(row) for row in guarded.policies(self.source))
        told += (
            f"{draft.names['right']}: not written at all, so it does not guard the target"
            for draft in drafts
            if draft.action is Action.BLOCKED
        )
        return tuple(drafts), tuple(told)

    def _unread(self, kind: Kind, words: str) -> Iterator[str]:
        if not self.source.saw(kind.collection):
            yield _UNREAD.format(words)

    def _translation(self) -> _Noting:
        known = {
            one: found
            for one in self.source.of_kind(authentication_context.KIND.name)
            if (found := self.contexts.known(one)) is not None
        }
        return _Noting(CarryTranslation(self.source, self.target, self.counterparts, known))

    def _review(self, row: Row, guarded: Guarded) -> Draft:
        translation = self._translation()
        carried = copy_review(
            row, translate=translation, now=self.now, target=self.target, mark="", why=translation.why
        )
        named = about(row, guarded.roles, guarded.groups)
        words = list(dict.fromkeys(self._name(*node) for node in named))
        more = ", …" if len(words) > _MOST_NAMES else ""
        names = _names(f"access review of {', '.join(words[:_MOST_NAMES])}{more}: {carried.name}")
        return self._draft(access_review.KIND, carried, names, translation)

    def _policy(self, row: Row) -> Draft:
        translation = self._translation()
        carried = copy_policy(row, translation, target=self.target, mark="", why=translation.why)
        names = _names(f"conditional access draft {carried.name}")
        kind = conditional_access_policy.KIND
        if str(row.get("state") or "").lower() == "disabled":
            key = _key(kind, carried)
            reason = "it is switched off in the source, so it guards nothing"
            return Draft(Action.SKIP, kind.name, key, reason, source={"id": carried.source_id}, names=names)
        return self._draft(kind, carried, names, translation)

    def _name(self, kind: str, object_id: str) -> str:
        listed = self.source.role_id(object_id) if kind == "roleDefinition" else object_id
        return self.source.name_of(kind, listed)

    def _draft(self, kind: Kind, carried: Carried, names: Mapping[str, str], translation: _Noting) -> Draft:
        key = _key(kind, carried)
        source = {"id": carried.source_id}
        ours = self.made.get(key)
        if ours is not None and self.target.row(kind.name, ours) is not None:
            told = "made by an earlier plan"
            if carried.body is None or carried.equal_to is None:
                told += "; by now it is not what would be made: take it back and plan again to have it anew"
            return self._kept(kind, key, told, source, names, ours)
        if carried.body is None:
            reason = f"not written at all: {'; '.join(carried.problems)}"
            codes = translation.codes
            if not self.target.saw(kind.collection):
                codes |= {COVERAGE}
            return Draft(
                Action.BLOCKED, kind.name, key, reason, tuple(sorted(codes)), source=source, names=names
            )
        if carried.equal_to is not None:
            return self._kept(kind, key, "an equal one is there", source, names, carried.equal_to)
        differs = "; ".join((*carried.changed, "it ends with the mark of its write"))
        return Draft(
            Action.CREATE,
            kind.name,
            key,
            f"it guards what this wave moves; {differs}",
            (),
            source,
            {"body": dict(carried.body)},
            names,
            reverse="delete",
            needs=self._needs(carried.body),
        )

    def _kept(
        self,
        kind: Kind,
        key: str,
        reason: str,
        source: Mapping[str, Any],
        names: Mapping[str, str],
        target_id: str,
    ) -> Draft:
        """What is there, with all that ``verify`` needs to tell whether it still is so."""
        row = self.target.row(kind.name, target_id) or {}
        target = {"id": target_id, "body": _FOUND[kind.name](row)}
        return Draft(Action.KEEP, kind.name, key, reason, (), source, target, names)

    def _needs(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        contexts = conditional_access_policy.contexts(body)
        published = {key for one in contexts for key in self.contexts.needs(one)}
        return (*sorted(names_in(body)), *sorted(published))


@dataclass(frozen=True)
class _Noting:
    """A translation that remembers which codes stand for what it could not answer."""

    inner: CarryTranslation
    codes: set[str] = field(default_factory=set)

    def __call__(self, kind: str, source_id: str) -> str | None:
        found = self.inner(kind, source_id)
        if found is None:
            self.codes.add(COVERAGE if self.inner.is_unread(kind) else MISSING)
        return found

    def why(self, kind: str, source_id: str) -> str:
        return self.inner.why(kind, source_id)


def _key(kind: Kind, carried: Carried) -> str:
    return f"{kind.name}:{carried.source_id.lower()}"


def _names(right: str) -> dict[str, str]:
    return {"principal": "", "target_principal": "", "right": right, "scope": "tenant"}


_FOUND = {
    access_review.KIND.name: review_form.found,
    conditional_access_policy.KIND.name: conditional_access_form.found,
}
