"""User accounts as Graph v1.0 shapes them, and the two accounts that an ordinary person has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from migrate.lab.seed.people import Person
from migrate.lab.seed.roles import Row
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, Tenant, days_from, immutable_id, security_identifier


@dataclass(frozen=True)
class Account:
    """What tells one account from another; `user_row` fills in the rest.

    `anchor` is the on-premises account that both tenants may have synchronised (None for a cloud-only
    account), `sid_of` the tenant whose directory gave the SID. A guest has `external_mail`, the address it
    was invited with.
    """

    key: str
    display_name: str
    upn: str
    given: str | None = None
    surname: str | None = None
    mail: str | None = None
    employee_id: str | None = None
    anchor: str | None = None
    sid_of: Tenant | None = None
    department: str | None = None
    job: str | None = None
    enabled: bool = True
    external_mail: str | None = None
    aliases: tuple[str, ...] = field(default=())
    age_days: int = 700


def user_row(account: Account, object_id: str, now: datetime) -> Row:
    """The account as a Graph v1.0 user, with the eleven properties of a plain listing and those used for
    matching."""
    guest = account.external_mail is not None
    synced = account.anchor is not None
    mail = account.mail or account.external_mail
    proxies = [f"SMTP:{mail}"] if mail else []
    proxies += [f"smtp:{alias}" for alias in account.aliases]
    sid = security_identifier(account.sid_of, account.key) if account.sid_of and synced else None
    return {
        "id": object_id,
        "deletedDateTime": None,
        "accountEnabled": account.enabled,
        "businessPhones": [],
        "createdDateTime": days_from(now, -account.age_days),
        "department": account.department,
        "displayName": account.display_name,
        "employeeId": account.employee_id,
        "externalUserState": "Accepted" if guest else None,
        "externalUserStateChangeDateTime": days_from(now, -account.age_days + 1) if guest else None,
        "givenName": account.given,
        "jobTitle": account.job,
        "mail": mail,
        "mailNickname": account.upn.partition("@")[0],
        "mobilePhone": None,
        "officeLocation": None,
        "onPremisesImmutableId": immutable_id(account.anchor) if account.anchor else None,
        "onPremisesLastSyncDateTime": days_from(now, -0.02) if synced else None,
        "onPremisesSecurityIdentifier": sid,
        "onPremisesSyncEnabled": True if synced else None,
        "otherMails": [account.external_mail] if account.external_mail else [],
        "preferredLanguage": None,
        "proxyAddresses": proxies,
        "surname": account.surname,
        "userPrincipalName": account.upn,
        "userType": "Guest" if guest else "Member",
    }


def source_account(who: Person) -> Account:
    """The person's account in Contoso: synchronised from on-premises, with Contoso's personnel number."""
    address = f"{who.local}@{CONTOSO.domain}"
    return Account(
        key=who.key,
        display_name=who.display_name,
        given=who.given,
        surname=who.surname,
        upn=address,
        mail=address,
        employee_id=None if who.link == "name" else contoso_employee_id(who),
        anchor=who.key,
        sid_of=CONTOSO,
        department=who.department,
        job=who.job,
        enabled=who.number % 29 != 28,
        aliases=(f"{who.local}@{CONTOSO.initial_domain}",),
        age_days=300 + who.number * 5,
    )


def target_account(who: Person) -> Account | None:
    """The same person's account in Fabrikam, sharing just the evidence that `link` names; None when there is
    none.

    Accounts that were not carried over by name follow Fabrikam's own scheme: initials and a number.
    """
    if who.link == "none":
        return None
    carried = f"{who.local}@{FABRIKAM.domain}"
    local = f"{who.local[0]}{who.local.partition('.')[2][0]}{who.number:04d}"
    own = f"{local}@{FABRIKAM.domain}"
    anchored = who.link == "onPremisesImmutableId"
    same_number = who.link == "employeeId" or (anchored and who.number % 3 != 2)
    return Account(
        key=who.key,
        display_name=who.display_name,
        given=who.given,
        surname=who.surname,
        upn=carried if anchored or who.link == "userPrincipalName" else own,
        mail=own if who.link in ("employeeId", "name") else carried,
        employee_id=contoso_employee_id(who) if same_number else None,
        anchor=who.key if anchored else None,
        # Half of the anchored people come from the very same on-premises directory, the others were moved
        # there.
        sid_of=(CONTOSO if who.number % 2 else FABRIKAM) if anchored else None,
        department=who.department,
        job=who.job,
        aliases=(f"{local}@{FABRIKAM.initial_domain}",),
        age_days=30 + who.number % 40,
    )


def native_account(who: Person) -> Account:
    """An account of somebody who always worked for Fabrikam."""
    address = f"{who.local}@{FABRIKAM.domain}"
    return Account(
        key=who.key,
        display_name=who.display_name,
        given=who.given,
        surname=who.surname,
        upn=address,
        mail=address,
        employee_id=f"F{20000 + who.number}",
        anchor=f"fabrikam/{who.key}",
        sid_of=FABRIKAM,
        department=who.department,
        job=who.job,
        enabled=who.number % 31 != 30,
        age_days=200 + who.number * 3,
    )


def contoso_employee_id(who: Person) -> str:
    """Contoso's personnel number of a person."""
    return f"C{10000 + who.number}"
