"""What `kinline up` says when all is well: where to go, who can sign in, what to try first."""

from collections.abc import Iterator

from kinline.config import lan
from kinline.config.plan import Plan

KINDS = {"inside": "Inside (number, PIN)", "contact": "Outside", "staff": "Staff"}


def lines(plan: Plan) -> Iterator[str]:
    """The whole welcome, line by line."""
    url = plan.public_url
    yield ""
    yield "Kinline is running."
    yield ""
    yield f"  Start     {url}/"
    yield f"  Family    {url}/portal/"
    yield f"  Tablet    {url}/tablet/"
    yield f"  Staff     {url}/console/"
    if plan.sms_port:
        yield f"  Phones    {plan.sms_url}/   (what their SMS would be)"
    yield f"  Data in   {plan.data}   (keys in {plan.keys})"
    if plan.certificate:
        yield from _phone(plan)
    if plan.demo:
        yield from _people()
        yield from _first_steps(url)
    yield ""
    yield "Ctrl-C stops everything."


def _phone(plan: Plan) -> Iterator[str]:
    yield ""
    yield "On a phone in the same network, point its camera here:"
    yield ""
    yield lan.picture(plan.web.url).rstrip("\n")
    yield ""
    yield "The certificate was made on this machine, so the browser warns once: choose Advanced,"
    yield "then go on. Firefox asks for each port: open this once, too, and go on past the warning:"
    for engine in plan.engines:
        yield f"  https://{plan.host}:{engine.port}/healthz"


def _people() -> Iterator[str]:
    """Everybody of the demo who can sign in. Invented, and said so."""
    from kinline.config import demo

    people = demo.sign_ins()
    yield ""
    yield "Who can sign in (a demo: people, limits and hours are invented):"
    for kind, title in KINDS.items():
        yield f"  {title}"
        for person in (person for person in people if person.kind == kind):
            about = ", ".join(filter(None, [person.place, person.note]))
            yield f"    {person.name:<15} {person.sign_in:<20} {person.secret:<18} {about}"
    yield "  Staff are asked for a code too: kinline code EMAIL   (./dev kinline code EMAIL)"


def _first_steps(url: str) -> Iterator[str]:
    """A first call, with the first people of the demo."""
    from kinline.config import demo

    inside = next(person for person in demo.sign_ins() if person.kind == "inside")
    outside = next(person for person in demo.sign_ins() if person.kind == "contact")
    yield ""
    yield "Try first:"
    yield f"  1. Open {url}/portal/ and sign in as {outside.name}; leave the page open."
    yield f"  2. In another browser, or a private window, open {url}/tablet/"
    yield f"     ({inside.note}), sign in as {inside.name}, and call."
    yield f"  3. Answer as {outside.name}, hear who is calling, press 1, and talk."
