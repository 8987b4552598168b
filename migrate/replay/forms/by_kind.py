"""Which form a write has: one line per kind of object that plans make or change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    conditional_access_policy,
    group,
    group_member,
    group_owner,
    role_definition,
    role_management_policy,
)
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.rights import is_of_group, is_of_role
from migrate.plan import conditional_access_form, review_form
from migrate.plan.document import Action, Item
from migrate.plan.write_mark import LONGEST_NAME, bears, with_mark
from migrate.replay.form import Form
from migrate.replay.forms import dependants
from migrate.replay.forms.changed_schedule import GivesWay, OtherEnd
from migrate.replay.forms.link import LinkForm
from migrate.replay.forms.made_object import Body, ObjectForm
from migrate.replay.forms.policy_rule import PolicyRuleForm
from migrate.replay.mark import is_marked, nickname_of


def form_of(item: Item) -> Form | None:
    """The form of a plain write; ``None`` for a right that PIM makes by requests of its own."""
    if is_of_role(item.kind) or is_of_group(item.kind):
        return _CHANGED.get(item.action)
    return _FORMS[item.kind]


def by_form(items: Iterable[Item]) -> list[tuple[Form, list[Item]]]:
    """The plain writes among the items, those of one form together."""
    found: dict[int, tuple[Form, list[Item]]] = {}
    for item in items:
        if (form := form_of(item)) is not None:
            found.setdefault(id(form), (form, []))[1].append(item)
    return list(found.values())


def _unit(body: Body, mark: str) -> Request:
    return administrative_unit.create(
        display_name=str(body["displayName"]),
        description=with_mark(str(body.get("description") or ""), mark),
        visibility=body.get("visibility"),
        membership_type=body.get("membershipType"),
        membership_rule=body.get("membershipRule"),
        processing_state=body.get("membershipRuleProcessingState"),
        restricted=bool(body.get("isMemberManagementRestricted")),
    )


def _group(body: Body, mark: str) -> Request:
    return group.create(
        display_name=str(body["displayName"]),
        description=str(body.get("description") or "") or None,
        mail_nickname=nickname_of(mark),
        role_assignable=bool(body.get("isAssignableToRole")),
        visibility=body.get("visibility"),
    )


def _role(body: Body, mark: str) -> Request:
    return role_definition.create(
        template_id=body.get("templateId"),
        display_name=str(body["displayName"]),
        description=with_mark(str(body.get("description") or ""), mark),
        is_enabled=body.get("isEnabled") is not False,
        role_permissions=list(body.get("rolePermissions") or ()),
        version=body.get("version"),
    )


def _context(body: Body, mark: str) -> Request:
    return authentication_context.put(
        str(body["id"]),
        display_name=str(body["displayName"]),
        description=with_mark(str(body.get("description") or ""), mark),
        is_available=bool(body.get("isAvailable")),
    )


def _review(body: Body, mark: str) -> Request:
    told = with_mark(str(body.get("descriptionForAdmins") or ""), mark)
    return access_review.create({**body, "descriptionForAdmins": told})


def _draft(body: Body, mark: str) -> Request:
    name = with_mark(str(body.get("displayName") or ""), mark, LONGEST_NAME)
    return conditional_access_policy.create({**body, "displayName": name})


def _with_switch(name: str, row: Row) -> Row:
    """Graph answers null for a switch of the directory that was never on."""
    return {**row, name: row.get(name) is True}


def _in_description(row: Row, mark: str) -> bool:
    return is_marked(row.get("description"), mark)


_FORMS: Mapping[str, Form] = {
    administrative_unit.KIND.name: ObjectForm(
        _unit,
        administrative_unit.by_id,
        lambda _body, _mark: administrative_unit.listing(None),
        _in_description,
        ("displayName", "membershipType", "membershipRule", "isMemberManagementRestricted"),
        administrative_unit.delete,
        dependants.of_unit,
        partial(_with_switch, "isMemberManagementRestricted"),
    ),
    group.KIND.name: ObjectForm(
        _group,
        group.by_id,
        lambda _body, mark: group.by_mail_nickname(nickname_of(mark)),
        lambda row, mark: str(row.get("mailNickname") or "").lower() == nickname_of(mark),
        ("displayName", "isAssignableToRole", "securityEnabled"),
        group.delete,
        dependants.of_group,
        partial(_with_switch, "isAssignableToRole"),
    ),
    role_definition.KIND.name: ObjectForm(
        _role,
        role_definition.by_id,
        lambda _body, _mark: role_definition.listing(None),
        _in_description,
        ("displayName", "templateId", "isEnabled", "rolePermissions"),
        role_definition.delete,
        dependants.of_role,
    ),
    authentication_context.KIND.name: ObjectForm(
        _context,
        authentication_context.by_id,
        lambda _body, _mark: authentication_context.listing(None),
        _in_description,
        ("displayName", "isAvailable"),
    ),
    access_review.KIND.name: ObjectForm(
        _review,
        access_review.by_id,
        lambda _body, _mark: access_review.listing(None),
        partial(bears, access_review.KIND.name),
        review_form.PARTS,
        access_review.delete,
        reading=review_form.reading,
    ),
    conditional_access_policy.KIND.name: ObjectForm(
        _draft,
        conditional_access_policy.by_id,
        lambda _body, _mark: conditional_access_policy.listing(None),
        partial(bears, conditional_access_policy.KIND.name),
        conditional_access_form.PARTS,
        conditional_access_policy.delete,
        reading=conditional_access_form.reading,
    ),
    administrative_unit_member.KIND.name: LinkForm(
        administrative_unit_member.KIND.listing,
        administrative_unit_member.add,
        administrative_unit_member.remove,
    ),
    group_member.KIND.name: LinkForm(group_member.KIND.listing, group_member.add, group_member.remove),
    group_owner.KIND.name: LinkForm(group_owner.KIND.listing, group_owner.add, group_owner.remove),
    role_management_policy.RULE: PolicyRuleForm(),
}
_CHANGED: Mapping[Action, Form] = {Action.UPDATE: OtherEnd(), Action.REPLACE: GivesWay()}
