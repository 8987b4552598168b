"""Accounts that are not ordinary people: emergency accounts, guests, and those in whom the trouble lies."""

from __future__ import annotations

from migrate.lab.seed.accounts import Account
from migrate.lab.seed.people import person
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, Tenant
from migrate.lab.seed.trouble import HOSTILE_NAMES


def break_glass(tenant: Tenant) -> list[Account]:
    """The two emergency accounts, cloud-only and on the initial domain, as is the custom."""
    return [
        Account(
            key=f"breakglass{number}",
            display_name=f"Break Glass {number}",
            upn=f"breakglass{number}@{tenant.initial_domain}",
            age_days=1500,
        )
        for number in (1, 2)
    ]


def guests(tenant: Tenant) -> list[Account]:
    """Guests, invited by the same outside address in both tenants; the third only ever came to Contoso."""
    names = (("Kim Ferreira", "kim.ferreira"), ("Ásdís Flóki", "asdis.floki"), ("Obi Nwosu", "obi.nwosu"))
    return [
        Account(
            key=f"guest-{local}",
            display_name=name,
            upn=f"{local}_partner.example#EXT#@{tenant.initial_domain}",
            external_mail=f"{local}@partner.example",
        )
        for name, local in names[: 3 if tenant is CONTOSO else 2]
    ]


def hostile(tenant: Tenant) -> list[Account]:
    """People with hostile display names, the same in both tenants, anchored on-premises."""
    return [
        Account(
            key=key,
            display_name=name,
            upn=f"{key}@{tenant.domain}",
            mail=f"{key}@{tenant.domain}",
            employee_id=f"C{18000 + number}",
            anchor=key,
            sid_of=tenant,
        )
        for number, (key, name) in enumerate(HOSTILE_NAMES.items())
    ]


def source_trouble() -> list[Account]:
    """Contoso's side of the people who cannot simply be matched; see `trouble`."""
    return [
        _contoso(
            "left-behind-1", "Margarethe Ohnegleichen", "margarethe.ohnegleichen", "C19011", anchored=True
        ),
        _contoso("left-behind-2", "Thaddeus Quill", "thaddeus.quill", "C19012"),
        _contoso("left-behind-3", "Wilhelmina Fairweather", "wilhelmina.fairweather", None, anchored=True),
        _contoso("namesake", person(400).display_name, "contractor.four", "C19014", anchored=True),
        _contoso("twin-numbers", "Casimir Doppelt", "casimir.doppelt", "C19001"),
        _contoso("split", "Dana Split", "dana.split", "C19002"),
        _contoso("claim-daily", "Robin Double", "robin.double", "C19003"),
        _contoso("claim-admin", "Robin Double (admin)", "adm-robin.double", "C19003"),
    ]


def target_trouble() -> list[Account]:
    """Fabrikam's side of the same people."""
    return [
        _fabrikam("twin-numbers-a", "Casimir Doppelt", "cd9001", "C19001"),
        _fabrikam("twin-numbers-b", "Casimir Doppelt (old)", "cd9001x", "C19001"),
        _fabrikam("split-by-number", "Delphine Sanders", "ds9002", "C19002"),
        _fabrikam("split-by-mail", "Dana Split", "dana.split", None),
        _fabrikam("claim-target", "Robin Double", "rd9003", "C19003"),
    ]


def _contoso(key: str, name: str, local: str, employee_id: str | None, *, anchored: bool = False) -> Account:
    address = f"{local}@{CONTOSO.domain}"
    return Account(
        key=key,
        display_name=name,
        upn=address,
        mail=address,
        employee_id=employee_id,
        anchor=key if anchored else None,
        sid_of=CONTOSO if anchored else None,
        department="IT Operations",
    )


def _fabrikam(key: str, name: str, local: str, employee_id: str | None) -> Account:
    address = f"{local}@{FABRIKAM.domain}"
    return Account(
        key=key, display_name=name, upn=address, mail=address, employee_id=employee_id, age_days=25
    )
