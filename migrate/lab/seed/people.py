"""The ordinary people of the lab: invented names from sixteen cultures, and how each can be recognised.

Person number n is the same on every run. Numbers below `CONTOSO_STAFF` work for Contoso, and nearly all of
them have an account in Fabrikam too; `link` says which evidence the two accounts share. Numbers from
`FABRIKAM_FIRST` on have always worked for Fabrikam and nobody in Contoso is one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Link = Literal["onPremisesImmutableId", "employeeId", "userPrincipalName", "mail", "name", "none"]

CONTOSO_STAFF = 296
FABRIKAM_FIRST = 400
FABRIKAM_STAFF = 112

# (given names, surnames) as written, each with its ASCII spelling for the sign-in name.
_CULTURES: tuple[tuple[str, str, str], ...] = (
    (
        "EMEA",
        "Zoë=zoe Aoife=aoife Séan=sean Niamh=niamh Róisín=roisin Callum=callum",
        "O'Brien=obrien D'Arcy=darcy Ní_Dhuibhir=nidhuibhir MacLeod=macleod O’Shea=oshea Penrose=penrose",
    ),
    (
        "EMEA",
        "Hélène=helene François=francois Anaïs=anais Loïc=loic Maël=mael Océane=oceane",
        "Lefèvre=lefevre Bérénger=berenger Dupré=dupre L'Hôpital=lhopital Gagné=gagne Crémieux=cremieux",
    ),
    (
        "EMEA",
        "Jürgen=juergen Käthe=kaethe Björn=bjoern Sönke=soenke Grete=grete Ruprecht=ruprecht",
        "Müller=mueller Größmann=groessmann Schäfer=schaefer Weiß=weiss Köhler=koehler Overbeck=overbeck",
    ),
    (
        "EMEA",
        "Łukasz=lukasz Żaneta=zaneta Michał=michal Świętosława=swietoslawa Jędrzej=jedrzej Bożena=bozena",
        "Wójcik=wojcik Gąsiorowski=gasiorowski Źdźbło=zdzblo Kołodziej=kolodziej Pięta=pieta Mróz=mroz",
    ),
    (
        "EMEA",
        "İpek=ipek Gökhan=gokhan Şule=sule Çağla=cagla Oğuz=oguz Ülkü=ulku",
        "Yıldız=yildiz Öztürk=ozturk Şahin=sahin Çelik=celik Güneş=gunes Işık=isik",
    ),
    (
        "EMEA",
        "Åsa=asa Øyvind=oyvind Æsa=aesa Þórdís=thordis Sigríður=sigridur Jørn=jorn",
        "Ångström=angstrom Bjørnstad=bjornstad Sæther=saether Þorvaldsson=thorvaldsson Kjær=kjaer Ek=ek",
    ),
    (
        "Americas",
        "Íñigo=inigo Begoña=begona Ramón=ramon Lucía=lucia Óscar=oscar Marisol=marisol",
        "Núñez=nunez Ibáñez=ibanez Güemes=guemes Peña=pena Cárdenas=cardenas Zurita=zurita",
    ),
    (
        "Americas",
        "João=joao Conceição=conceicao Luís=luis Inês=ines Tomé=tome Graça=graca",
        "Magalhães=magalhaes Gonçalves=goncalves Simões=simoes Brandão=brandao Araújo=araujo Sá=sa",
    ),
    (
        "Americas",
        "Imani=imani Dakota=dakota Ke'ala=keala Savannah=savannah Wesley=wesley Noelani=noelani",
        "Whitfield=whitfield Kahananui=kahananui Abernathy=abernathy Boyd-Lee=boyd-lee Tate=tate Ruiz=ruiz",
    ),
    (
        "APAC",
        "美咲=misaki 健太郎=kentaro 陽菜=hina 蓮=ren 千尋=chihiro 大輝=daiki",
        "佐々木=sasaki 髙橋=takahashi 渡邊=watanabe 小鳥遊=takanashi 五十嵐=igarashi 東海林=shoji",
    ),
    (
        "APAC",
        "秀英=xiuying 建国=jianguo 晓明=xiaoming 雅婷=yating 子轩=zixuan 梦瑶=mengyao",
        "欧阳=ouyang 司马=sima 张=zhang 吕=lv 诸葛=zhuge 龚=gong",
    ),
    (
        "APAC",
        "서연=seoyeon 도윤=doyun 하은=haeun 민준=minjun 지우=jiu 예준=yejun",
        "김=kim 남궁=namgung 황보=hwangbo 최=choi 윤=yun 탁=tak",
    ),
    (
        "EMEA",
        "ليلى=layla طارق=tariq زينب=zaynab عمر=omar هند=hind سامي=sami",
        "الفارسي=alfarsi حداد=haddad القحطاني=alqahtani منصور=mansour خوري=khoury النجار=alnajjar",
    ),
    (
        "EMEA",
        "נועה=noa איתמר=itamar שירה=shira יונתן=yonatan תמר=tamar אורי=uri",
        "בן־דוד=bendavid כץ=katz מזרחי=mizrahi שפירא=shapira אלון=alon פרידמן=fridman",
    ),
    (
        "EMEA",
        "Оксана=oksana Їжак=yizhak Ґалаґан=galagan Наталя=natalya Борис=borys Ярослава=yaroslava",
        "Шевченко=shevchenko Заєць=zayets Ющенко=yushchenko Мельник=melnyk Коваль=koval Щербак=shcherbak",
    ),
    (
        "APAC",
        "प्रिया=priya अर्जुन=arjun தமிழ்=tamil Nguyệt=nguyet Thảo=thao อรุณี=arunee",
        "शर्मा=sharma अय्यर=iyer Nguyễn=nguyen Đặng=dang ศรีสุข=srisuk பிள்ளை=pillai",
    ),
)
_DEPARTMENTS = ("IT Operations", "Finance", "Research", "Sales", "People", "Legal", "Manufacturing", "Retail")
_JOBS = ("Engineer", "Analyst", "Manager", "Administrator", "Specialist", "Director")
_COMBINATIONS = 36


@dataclass(frozen=True)
class Person:
    """A human being, apart from any account. `local` is the part of the sign-in name before the @."""

    key: str
    number: int
    given: str
    surname: str
    local: str
    region: str
    department: str
    job: str
    link: Link

    @property
    def display_name(self) -> str:
        """The name as people read it."""
        return f"{self.given} {self.surname}"


def person(number: int) -> Person:
    """Person `number`, from 0 to 575; two numbers never share a name or a sign-in name."""
    culture, turn = number % len(_CULTURES), number // len(_CULTURES)
    if not 0 <= number < len(_CULTURES) * _COMBINATIONS:
        raise ValueError(f"there is no person {number}")
    region, given_names, surnames = _CULTURES[culture]
    given, given_ascii = _spelled(given_names, turn % 6)
    surname, surname_ascii = _spelled(surnames, (turn // 6 + turn) % 6)
    return Person(
        key=f"person-{number:03d}",
        number=number,
        given=given,
        surname=surname,
        local=f"{given_ascii}.{surname_ascii}",
        region=region,
        department=_DEPARTMENTS[number % len(_DEPARTMENTS)],
        job=_JOBS[number % len(_JOBS)],
        link=_link(number),
    )


def names() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """All given names and all surnames, each as written and as plain ASCII."""
    return (
        [_spelled(given, at) for _, given, _ in _CULTURES for at in range(6)],
        [_spelled(surnames, at) for _, _, surnames in _CULTURES for at in range(6)],
    )


def contoso_staff() -> list[Person]:
    """The ordinary people of Contoso."""
    return [person(number) for number in range(CONTOSO_STAFF)]


def fabrikam_staff() -> list[Person]:
    """The people of Fabrikam who were never in Contoso."""
    return [person(number) for number in range(FABRIKAM_FIRST, FABRIKAM_FIRST + FABRIKAM_STAFF)]


def _spelled(names: str, index: int) -> tuple[str, str]:
    written, _, plain = names.split(" ")[index].partition("=")
    return written.replace("_", " "), plain


def _link(number: int) -> Link:
    """Most share the on-premises anchor, some only an employee id, fewer a sign-in name or mail, few only a
    name."""
    place = number % 20
    if place < 12:
        return "onPremisesImmutableId"
    if place < 16:
        return "employeeId"
    if place < 18:
        return "userPrincipalName"
    if place == 18:
        return "name" if number % 40 == 18 else "userPrincipalName"
    return "none" if number % 40 == 39 else "mail"
