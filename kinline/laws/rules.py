"""One value of a law file becomes a Law, a Tariff, a Contract or a Cap."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kinline.core.ids import PlaceCode
from kinline.core.place import Custody, Place
from kinline.core.rating.book import Access, Contract, Law, Tariff
from kinline.core.rating.caps import Cap, Tier
from kinline.core.rating.prices import (
    Allowance,
    CallPrice,
    PiecePrice,
    ServicePrice,
    VisitPrice,
)
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import CREDIT, HUNDRED, STAMP, TIMED, GiveBack, Service
from kinline.core.transition.decide import PAYS_FOR
from kinline.core.transition.words import AccountKind
from kinline.laws import numbering
from kinline.laws.reading import LINE, Entry, LawError, plain

Places = Mapping[PlaceCode, Place]
COMMON = {"id", "from", "to", "citation", "source", "status", "verify", "note"}
SERVICES = {service.value for service in Service}
WRITTEN = frozenset(Service) - TIMED
TARIFF = COMMON | SERVICES | {
    "places", "allowance", "stamp_cents", "credit_cents", "paid_from", "gives_back",
}  # fmt: skip
LAW = COMMON | {"custody", "services", "share", "destinations", "authority", "access"}


def values(file: Path, head: dict[str, Any], places: Places) -> Iterator[Rule]:
    """Every value of one file. Raises LawError."""
    known = {"jurisdiction", "fictional", "laws", "tariffs", "contracts", "caps", "tiers", "groups"}
    top = Entry(file, head)
    top.only(known | {"ends", "title"})
    for entry in _entries(file, head, "laws"):
        yield law(entry, top)
    for entry in _entries(file, head, "tariffs"):
        yield tariff(entry, top, places)
    for entry in _entries(file, head, "contracts"):
        yield contract(entry, top, places)
    for entry in _entries(file, head, "caps"):
        yield cap(entry, top)


def _entries(file: Path, head: dict[str, Any], name: str) -> list[Entry]:
    found = head.get(name) or []
    if not isinstance(found, list):
        raise LawError(f"{file.name}:{head[LINE]}: {name} must be a list")
    return [Entry(file, fields) for fields in found]


def law(entry: Entry, top: Entry) -> Law:
    entry.only(LAW)
    share = entry.number("share", most=100)
    return Law(
        **_common(entry, top),
        services=entry.words("services", Service),
        jurisdiction=top.text("jurisdiction"),
        custody=entry.words("custody", Custody),
        share=share,
        domestic_only=_domestic_only(entry),
        authority=entry.text("authority", "statute"),
        access=_access(entry),
    )


def tariff(entry: Entry, top: Entry, places: Places) -> Tariff:
    entry.only(TARIFF)
    prices = {Service(name): _price(entry, name) for name in sorted(SERVICES & set(entry.fields))}
    if not prices:
        raise entry.wrong("a tariff prices at least one service")
    return Tariff(
        **_common(entry, top),
        services=frozenset(prices),
        places=_places(entry, top, places),
        prices=MappingProxyType(prices),
        allowance=_allowance(entry),
        stamp_cents=entry.optional("stamp_cents"),
        credit_cents=entry.optional("credit_cents"),
        paid_from=MappingProxyType(_paid_from(entry, prices)),
        gives_back=_gives_back(entry, prices),
    )


def contract(entry: Entry, top: Entry, places: Places) -> Contract:
    entry.only(COMMON | SERVICES | {"places"})
    prices = {Service(name): entry.number(name) for name in SERVICES if entry.has(name)}
    if not prices:
        raise entry.wrong("a contract prices at least one service")
    return Contract(
        **_common(entry, top),
        services=frozenset(prices),
        places=_places(entry, top, places),
        prices=MappingProxyType(prices),
    )


def cap(entry: Entry, top: Entry) -> Cap:
    entry.only(COMMON | {"call", "visit"})
    tiers = tuple(_tier(top.mapping("tiers"), name) for name in plain(top.value("tiers")))
    cents = {
        service: MappingProxyType({tier.name: table.number(tier.name) for tier in tiers})
        for service in (Service.CALL, Service.VISIT)
        if entry.has(service.value) and (table := entry.mapping(service.value))
    }
    return Cap(
        **_common(entry, top),
        services=frozenset(cents),
        jurisdiction=top.text("jurisdiction"),
        tiers=tiers,
        cents=MappingProxyType(cents),
    )


def _common(entry: Entry, top: Entry) -> dict[str, Any]:
    return {
        "id": entry.text("id"),
        "period": entry.period(),
        **entry.sourced(),
        "note": entry.text("note", ""),
        "fictional": bool(top.fields.get("fictional", False)),
        "origin": entry.origin,
    }


def _domestic_only(entry: Entry) -> bool:
    word = entry.fields.get("destinations", "all")
    if word not in {"all", "domestic"}:
        raise entry.wrong("destinations must be all or domestic")
    return bool(word == "domestic")


def _access(entry: Entry) -> Access | None:
    if not entry.has("access"):
        return None
    fields = entry.mapping("access")
    facts = {name: str(value) for name, value in plain(fields.fields).items() if name != "kind"}
    return Access(fields.text("kind"), MappingProxyType(facts))


def _allowance(entry: Entry) -> Allowance | None:
    if not entry.has("allowance"):
        return None
    fields = entry.mapping("allowance")
    fields.only({"minutes"})
    price = entry.fields.get("call")
    if not isinstance(price, dict) or price.get("every_seconds", 60) != 60:
        raise entry.wrong("an allowance of minutes needs calls that are billed by the minute")
    return Allowance(fields.number("minutes", least=1))


def _gives_back(entry: Entry, prices: Mapping[Service, ServicePrice]) -> GiveBack:
    if not entry.has("gives_back"):
        return GiveBack.EACH_PART
    if not set(prices) & WRITTEN:
        raise entry.wrong("gives_back is about messages, and this tariff prices none")
    told: GiveBack = entry.word_of(entry.text("gives_back"), GiveBack)
    return told


def _paid_from(
    entry: Entry, prices: Mapping[Service, ServicePrice]
) -> dict[Service, tuple[AccountKind, ...]]:
    """The order of payment, service by service, where the tariff states one."""
    if not entry.has("paid_from"):
        return {}
    table = entry.mapping("paid_from")
    table.only({service.value for service in prices})
    return {Service(name): _order(table, name) for name in plain(table.fields)}


def _order(table: Entry, name: str) -> tuple[AccountKind, ...]:
    service = Service(name)
    kinds = tuple(table.word_of(word, AccountKind) for word in table.texts(name))
    if not kinds:
        raise table.wrong(f"{name} names no account")
    if len(set(kinds)) < len(kinds):
        raise table.wrong(f"{name} names an account twice")
    for kind in kinds:
        if service not in PAYS_FOR[kind]:
            raise table.wrong(f"{kind} pays for no {name}")
    return kinds


def _price(entry: Entry, name: str) -> ServicePrice:
    fields = entry.mapping(name)
    if name == Service.CALL:
        return _call_price(fields)
    if name == Service.VISIT:
        fields.only({"minute", "session", "session_minutes"})
        if fields.has("session"):
            return VisitPrice(fields.number("session"), fields.number("session_minutes", least=1))
        return VisitPrice(fields.number("minute"))
    fields.only({"stamps", "credits", "cents"})
    (unit,) = plain(fields.fields) or ("",)
    names = {"stamps": STAMP, "credits": CREDIT, "cents": name}
    return PiecePrice(fields.number(unit), names[unit])


def _call_price(fields: Entry) -> CallPrice:
    fields.only(
        {"minute", "termination", "countries", "long_distance", "home_state", "every_seconds"}
    )
    countries: dict[str, int] = {}
    if fields.has("countries"):
        table = fields.mapping("countries")
        countries = {code: table.number(code) for code in plain(table.fields)}
    codes: frozenset[str] = frozenset()
    if fields.has("long_distance"):
        codes = numbering.area_codes_of(fields.text("home_state"))
        if not codes:
            raise fields.wrong("home_state must be a state like MA")
    every = fields.number("every_seconds", least=1) if fields.has("every_seconds") else 60
    price = CallPrice(
        minute=fields.number("minute"),
        termination=fields.number("termination"),
        by_country=MappingProxyType(countries),
        long_distance=fields.optional("long_distance"),
        local_codes=codes,
        every_seconds=every,
    )
    added = (price.termination, *countries.values())
    asked = {price.minute, price.long_distance or 0, *(price.minute + more for more in added)}
    if any(cents * HUNDRED * every % 60 for cents in asked):
        raise fields.wrong(f"{every} seconds of it are no whole hundredth of a cent")
    return price


def _tier(table: Entry, name: str) -> Tier:
    fields = table.mapping(name)
    fields.only({"prisons", "from", "below"})
    return Tier(
        name=name,
        from_people=fields.number("from") if fields.has("from") else 0,
        below_people=fields.optional("below"),
        prisons=bool(fields.fields.get("prisons", False)),
    )


def _places(entry: Entry, top: Entry, places: Places) -> frozenset[PlaceCode]:
    """The places named: codes, patterns ("ma-doc-*") or groups of this file."""
    groups = plain(top.fields.get("groups") or {})
    found: set[PlaceCode] = set()
    for name in entry.texts("places"):
        for pattern in groups.get(name, [name]):
            matching = {code for code in places if fnmatchcase(code, pattern)}
            if not matching:
                raise entry.wrong(f"no place is called {pattern!r}")
            found |= matching
    if not found:
        raise entry.wrong("places are missing")
    return frozenset(found)
