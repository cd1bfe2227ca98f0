"""The shop's counter: on or off, the catalogue, uploads, prices, purchases, paying back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.shop.actions import catalogue, keeping, paying_back
from kinline.apps.shop.queries import counter
from kinline.apps.shop.queries.counter import ItemView
from kinline.apps.shop.taking import LARGEST_BYTES, too_large
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import Kind
from kinline.doors import uploads
from kinline.doors.console import say
from kinline.doors.console.forms.shop import DetailsForm, NewItem, PayBack, PriceForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.paging import page_number

KEEP, PAY = Right.KEEP_SHOP, Right.PAY_BACK


@require_safe
@staff_only(KEEP)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """The catalogue of a facility, and whether its shop is on."""
    here = access_facility(staff=request.staff, place=place, right=KEEP)
    staff, now = request.staff, request.now
    sellable = counter.kinds(staff=staff, place=place, now=now)
    facts = {
        "here": here,
        "page": counter.catalogue(staff=staff, place=place, page=page_number(request), now=now),
        "is_open": counter.is_open(staff=staff, place=place, now=now),
        "kinds": [(kind, _why_not(no)) for kind, no in sellable.items()],
        "may_pay_back": staff.may(PAY, here.facility),
    }
    return page(request, "console/shop.html", facts, tab="shop")


@require_POST
@staff_only(KEEP)
def turn(request: StaffRequest, place: str) -> HttpResponse:
    """The shop on or off, as the button said."""
    is_open = request.POST.get("on") == "1"
    keeping.turn(staff=request.staff, place=place, is_open=is_open, now=request.now)
    words = _("The shop is open.") if is_open else _("The shop is closed.")
    return _back(request, words, "console_shop", place)


@csrf_exempt  # looked at inside, once the form may be read
def add(request: HttpRequest, place: str, kind: str) -> HttpResponseBase:
    """A new item. How much may come in is set before anything is read."""
    most = LARGEST_BYTES.get(Kind(kind), 0) if kind in set(Kind) else 0
    limited = uploads.limit(request, most=most)
    return _add(request, place, kind, limited)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(KEEP)
def _add(
    request: StaffRequest, place: str, kind: str, limited: uploads.Limited
) -> HttpResponseBase:
    here = access_facility(staff=request.staff, place=place, right=KEEP)
    if kind not in set(Kind):
        raise NotFound
    return _checked(request, here, Kind(kind), limited)


@csrf_protect
def _checked(
    request: StaffRequest, here: StaffPlace, kind: Kind, limited: uploads.Limited
) -> HttpResponse:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewItem(*posted, kind=kind)
    why_not = counter.kinds(staff=request.staff, place=here.place, now=request.now)[kind]
    if limited.too_large:
        form.errors.pop("file", None)  # it is not missing: it was not let in
        say.blame(form, (too_large(limited.most),))
    elif form.is_valid() and say.done(form, _added, request, here, kind, form):
        return _back(request, _("Added as a draft. Publish it to sell it."), "console_shop",
                     here.place)  # fmt: skip
    facts = {"here": here, "form": form, "kind": kind, "why_not": _why_not(why_not)}
    return page(request, "console/shop_add.html", facts, tab="shop")


def _added(request: StaffRequest, here: StaffPlace, kind: Kind, form: NewItem) -> None:
    file = form.cleaned_data.get("file")
    catalogue.add(
        staff=request.staff,
        place=here.place,
        kind=kind,
        details=form.details(),
        cents=form.cleaned_data["cents"],
        pieces=form.cleaned_data.get("pieces") or 0,
        chunks=file.chunks() if file is not None else (),
        now=request.now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(KEEP)
def one(request: StaffRequest, place: str, item: UUID) -> HttpResponse:
    """One item: its words to change, its prices, its state."""
    seen = counter.item(staff=request.staff, place=place, item_id=item, now=request.now)
    form = DetailsForm(request.POST or None, initial=_initial(seen))
    if form.is_valid() and say.done(
        form,
        catalogue.change,
        staff=request.staff,
        place=place,
        item_id=item,
        details=form.details(),
        now=request.now,
    ):
        return _back(request, _("Changed."), "console_shop_item", place, item)
    return _item(request, place, seen, form, PriceForm())


@require_POST
@staff_only(KEEP)
def price(request: StaffRequest, place: str, item: UUID) -> HttpResponse:
    """Another price, from now or from a later day."""
    seen = counter.item(staff=request.staff, place=place, item_id=item, now=request.now)
    form = PriceForm(request.POST)
    if form.is_valid() and say.done(
        form,
        catalogue.price,
        staff=request.staff,
        place=place,
        item_id=item,
        now=request.now,
        **form.cleaned_data,
    ):
        return _back(request, _("The price is set."), "console_shop_item", place, item)
    return _item(request, place, seen, DetailsForm(initial=_initial(seen)), form)


@require_POST
@staff_only(KEEP)
def offer(request: StaffRequest, place: str, item: UUID) -> HttpResponse:
    """Publish or withdraw, as the button said."""
    seen = counter.item(staff=request.staff, place=place, item_id=item, now=request.now)
    facts: dict[str, Any] = {
        "staff": request.staff, "place": place, "item_id": item, "now": request.now,
    }  # fmt: skip
    if request.POST.get("on") != "1":
        catalogue.withdraw(**facts)
        return _back(request, _("Withdrawn."), "console_shop_item", place, item)
    if seen.reasons:
        messages.error(request, _why_not(seen.reasons))
        return HttpResponseRedirect(reverse("console_shop_item", args=[place, item]))
    catalogue.publish(**facts)
    return _back(request, _("Published: people can buy it."), "console_shop_item", place, item)


@require_safe
@staff_only(PAY)
def sales(request: StaffRequest, place: str) -> HttpResponse:
    """Who bought what, the newest first."""
    here = access_facility(staff=request.staff, place=place, right=PAY)
    found = counter.sales(
        staff=request.staff, place=place, page=page_number(request), now=request.now
    )
    facts = {
        "here": here,
        "page": found,
        "names": people.account_names(ids=[one.paid_back_by for one in found.items]),
        "may_keep": request.staff.may(KEEP, here.facility),
    }
    return page(request, "console/shop_sales.html", facts, tab="shop")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(PAY)
def pay_back(request: StaffRequest, place: str, purchase: UUID) -> HttpResponse:
    """Pay a purchase back, with a reason."""
    here = access_facility(staff=request.staff, place=place, right=PAY)
    sale = counter.sale(staff=request.staff, place=place, purchase_id=purchase, now=request.now)
    form = PayBack(request.POST or None)
    if sale.paid_back_at is not None:
        return _back(request, _("Paid back."), "console_shop_sales", place)
    if form.is_valid() and say.done(
        form,
        paying_back.pay_back,
        staff=request.staff,
        place=place,
        purchase_id=purchase,
        now=request.now,
        **form.cleaned_data,
    ):
        return _back(request, _("Paid back."), "console_shop_sales", place)
    facts = {"here": here, "form": form, "sale": sale}
    return page(request, "console/shop_pay_back.html", facts, tab="shop")


def _item(
    request: StaffRequest, place: str, seen: ItemView, form: DetailsForm, priced: PriceForm
) -> HttpResponse:
    facts = {
        "here": access_facility(staff=request.staff, place=place, right=KEEP),
        "item": seen,
        "good": seen.good,
        "form": form,
        "priced": priced,
        "why_not": _why_not(seen.reasons),
        "names": people.account_names(ids=[seen.added_by, *(one.set_by for one in seen.prices)]),
    }
    return page(request, "console/shop_item.html", facts, tab="shop")


def _initial(seen: ItemView) -> dict[str, object]:
    good = seen.good
    return {
        "title": good.title,
        "maker": good.maker,
        "about": good.about,
        "language": good.language,
        "rating": good.rating.value,
        "opens_at": good.hours.opens_at if good.hours else None,
        "closes_at": good.hours.closes_at if good.hours else None,
    }


def _why_not(refusals: tuple[Refusal, ...]) -> str:
    """Why goods of a kind cannot be sold here; empty where they can."""
    return " ".join(say.mistake(one) for one in refusals)


def _back(request: StaffRequest, words: str, route: str, *args: object) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse(route, args=args))
