"""A report in which names and addresses are replaced, so that it can be shown to others.

The same name gets the same stand-in in every export of the engagement, in both tenants, because the secret
under which it is made stays in the state folder; without that secret nobody can find out, by trying names,
whose stand-in it is. Ids of objects stay: they name nobody outside the tenants, and without them nobody
could say which row is meant. Names of built-in roles stay too: every tenant has them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from migrate.kinds import role_definition
from migrate.kinds.kind import Row
from migrate.plan.document import Draft
from migrate.resolve.findings import Counterpart
from migrate.resolve.governing import POLICY
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import TierTable
from migrate.workbook.audit_lines import AuditFacts, AuditLine
from migrate.workbook.known_names import KnownNames
from migrate.workbook.report import PastImport, Report, SnapshotFacts

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ADDRESS = re.compile(r"[^\s@,;:<>()\"'|]+@[^\s@,;:<>()\"'|]+")
_PEOPLE_AND_THINGS = frozenset(
    {"user", "group", "servicePrincipal", "administrativeUnit", "roleDefinition", "organization"}
)
_SAYS_NO_NAME = frozenset(
    {
        "id", "appId", "templateId", "roleTemplateId", "userType", "groupTypes", "visibility", "version",
        "servicePrincipalType", "creationType", "securityIdentifier", "rolePermissions", "@odata.type",
        "allowedResourceActions", "excludedResourceActions", "resourceScopes",
    }
)  # fmt: skip
"""Properties of people and things that are shown as they are; every other text there is replaced."""
_SAYS_A_NAME = frozenset(
    {"displayName", "description", "userPrincipalName", "mail", "notificationRecipients", "justification"}
)
"""Properties of rights and policies that are replaced; the rest there are words of Graph."""
_WORDS = frozenset({"", "tenant", "group"})
_LONGEST_ID = 36
"""Longer ids are made of several, and one of them may be the tenant's."""


def redacted(report: Report, secret: bytes) -> Report:
    """The report with stand-ins for every name and address that it holds."""
    redactor = _Redactor(secret)
    source, target = redactor.tenant(report.source), redactor.tenant(report.target)
    for one in report.decisions:
        redactor.learn(one.who, "who")
        redactor.learn(one.reason, "text")
    for past in report.imports:
        redactor.learn(past.file_name, "file")
        for row in past.rows:
            redactor.learn(row.who, "who")
            redactor.learn(row.reason, "text")
    for line in report.audit.lines if report.audit else ():
        redactor.learn(line.owner, "who")
        if line.waiver is not None:
            redactor.learn(line.waiver.owner, "who")
            redactor.learn(line.waiver.reason, "text")
    return replace(
        report,
        engagement=redactor.stand_in(report.engagement, "engagement"),
        source=source,
        target=target,
        source_snapshot=redactor.snapshot(report.source_snapshot),
        target_snapshot=redactor.snapshot(report.target_snapshot),
        resolution=redactor.resolution(report.resolution),
        drafts=[redactor.draft(one) for one in report.drafts],
        # By the stand-ins they stand in another order.
        held=None,
        decisions=tuple(
            replace(one, who=redactor.text(one.who), reason=redactor.text(one.reason))
            for one in report.decisions
        ),
        imports=tuple(redactor.past(one) for one in report.imports),
        tiers=redactor.tiers(report.tiers),
        privilege=replace(report.privilege, view=source) if report.privilege else None,
        audit=redactor.audit(report.audit),
    )


class _Redactor:
    """Learns the names of both tenants from their rows, then finds them wherever they are mentioned."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known = KnownNames()
        self._made: dict[tuple[str, str], str] = {}
        self._tenants: dict[str, str] = {}

    def stand_in(self, text: str, sort: str) -> str:
        """The stand-in of a name; capitals and spaces around it make no difference."""
        key = (sort, text.strip().casefold())
        found = self._made.get(key)
        if found is None:
            message = "\0".join(key).encode("utf-8", "surrogatepass")
            digest = hmac.new(self._secret, message, hashlib.sha256).digest()
            found = f"{sort}-{base64.b32encode(digest)[:10].decode().lower()}"
            self._made[key] = found
        return found

    def learn(self, text: str, sort: str) -> str:
        """The stand-in of a text that is a name as a whole; it is found inside other texts from now on."""
        if not text.strip() or _GUID.fullmatch(text):
            return text
        stand_in = self._address(text) if _ADDRESS.fullmatch(text) else self.stand_in(text, sort)
        self._known.add(text, stand_in)
        return stand_in

    def text(self, text: str) -> str:
        """A sentence, with a stand-in for every name that is known and for whatever looks like an address."""
        return _ADDRESS.sub(lambda found: self._address(found[0]), self._known.replaced(text))

    def tenant(self, view: TenantView) -> TenantView:
        stand_in = self._tenants[view.tenant_id.lower()] = self.stand_in(view.tenant_id, "tenant")
        return replace(
            view,
            tenant_id=stand_in,
            rows={kind: self._rows(kind, rows) for kind, rows in view.rows.items()},
            # No sheet shows who is in a group: what differs was found before, and is told by the findings.
            lists={},
        )

    def snapshot(self, facts: SnapshotFacts) -> SnapshotFacts:
        return replace(facts, tenant_id=self.stand_in(facts.tenant_id, "tenant"))

    def resolution(self, resolution: Resolution) -> Resolution:
        return Resolution(
            tuple(self._mapping(one) for one in resolution.mappings),
            tuple(
                replace(
                    one,
                    detail=self.text(one.detail),
                    source_id=self._id(one.source_id),
                    target_ids=tuple(self._id(each) for each in one.target_ids),
                )
                for one in resolution.conflicts
            ),
            tuple(
                replace(
                    one,
                    detail=self._mentioned(dict(one.detail)),
                    source_id=self._id(one.source_id),
                    target_id=self._id(one.target_id) if one.target_id else None,
                )
                for one in resolution.drift
            ),
        )

    def _id(self, text: str) -> str:
        """An id without the id of the tenant, which those of policies hold (graph-facts §2.5)."""
        if len(text) > _LONGEST_ID:
            for tenant, stand_in in self._tenants.items():
                text = re.sub(re.escape(tenant), stand_in, text, flags=re.IGNORECASE)
        return text

    def _policy(self, row: Row) -> Row:
        ids = {name: self._id(str(row[name])) for name in ("id", "policyId") if row.get(name)}
        return {**self._right(row), **ids}

    def draft(self, draft: Draft) -> Draft:
        return replace(
            draft,
            reason=self.text(draft.reason),
            residue=tuple(self.text(one) for one in draft.residue),
            names={key: one if one in _WORDS else self.text(one) for key, one in draft.names.items()},
        )

    def past(self, one: PastImport) -> PastImport:
        rows = (replace(row, who=self.text(row.who), reason=self.text(row.reason)) for row in one.rows)
        return replace(one, file_name=self.text(one.file_name), rows=tuple(rows))

    def audit(self, facts: AuditFacts | None) -> AuditFacts | None:
        if facts is None:
            return None
        return replace(facts, lines=tuple(self._audit_line(one) for one in facts.lines))

    def _audit_line(self, one: AuditLine) -> AuditLine:
        answer = one.waiver
        return replace(
            one,
            # A declared account that the tenant lacks has its name for an id.
            object_id=self._tenants.get(one.object_id.lower(), self._id(self.text(one.object_id))),
            name=self._tenants.get(one.name.lower(), self.text(one.name)),
            told=self.text(one.told),
            evidence=tuple(self.text(each) for each in one.evidence),
            owner=self.text(one.owner),
            waiver=replace(answer, owner=self.text(answer.owner), reason=self.text(answer.reason))
            if answer
            else None,
        )

    def tiers(self, table: TierTable | None) -> TierTable | None:
        """What was declared by name is found by the stand-in of that name."""
        if table is None:
            return None
        return replace(
            table,
            custom_roles=self._declared(table.custom_roles),
            groups=self._declared(table.groups),
        )

    def _declared(self, declared: Mapping[str, int]) -> dict[str, int]:
        return {
            name if _GUID.fullmatch(name) else self.stand_in(name, "name"): n for name, n in declared.items()
        }

    def _rows(self, kind: str, rows: Mapping[str, Row]) -> dict[str, Row]:
        if kind == role_definition.KIND.name:
            for row in rows.values():
                if role_definition.is_built_in(row) and (name := str(row.get("displayName") or "")):
                    # A job title such as "Administrator" must not spoil the names that everybody knows.
                    self._known.add(name, name)
            return {
                one: row if role_definition.is_built_in(row) else self._person(row)
                for one, row in rows.items()
            }
        if kind in _PEOPLE_AND_THINGS:
            return {one: self._person(row) for one, row in rows.items()}
        if kind == POLICY:
            return {self._id(one): self._policy(row) for one, row in rows.items()}
        return {one: self._right(row) for one, row in rows.items()}

    def _person(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: one if key in _SAYS_NO_NAME or key.endswith("DateTime") else self._person(one)
                for key, one in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._person(one) for one in value]
        return self.learn(value, "name") if isinstance(value, str) else value

    def _right(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: self._person(one) if key in _SAYS_A_NAME else self._right(one)
                for key, one in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._right(one) for one in value]
        return value

    def _mapping(self, one: Counterpart) -> Counterpart:
        return replace(
            one,
            name=self.text(one.name),
            target_name=self.text(one.target_name) if one.target_name else one.target_name,
            reason=self.text(one.reason),
            evidence=tuple(replace(each, value=self.learn(each.value, "name")) for each in one.evidence),
        )

    def _mentioned(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._mentioned(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._mentioned(one) for one in value]
        return self.text(value) if isinstance(value, str) else value

    def _address(self, address: str) -> str:
        who, _, domain = address.rpartition("@")
        if domain.endswith(".redacted"):
            return address
        return f"{self.stand_in(who, 'addr')}@{self.stand_in(domain, 'domain')}.redacted"
