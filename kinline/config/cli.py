"""The command `kinline`. What a command answers goes to standard output, all else to standard
error; the exit code says whether it worked: 0 yes, 1 no, 2 asked wrongly."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import kinline
from kinline import logs
from kinline.config import rating, tether

# Commands that read their own words, by the module whose `main` they are.
MODULES = {
    "engine": "kinline.engine.run",
    "sip": "kinline.engine.signalling.sip.process",
    "worker": "kinline.config.worker",
    "transition": "kinline.config.transition",
    "bill": "kinline.config.bill",
    "books": "kinline.config.books",
    "stand-in": "kinline.config.stand_in",
    "telephones": "kinline.config.telephones",
    "balances": "kinline.config.balances",
    "tell": "kinline.config.tell",
}
PASSED_ON = (*MODULES, "django")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Imports are late: `kinline --help` needs no Django."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Whatever another project has left in this shell, ours are these.
    os.environ["DJANGO_SETTINGS_MODULE"] = "kinline.config.settings"
    tether.hold()
    logs.to_stderr()
    # These read their own arguments, down to their own --help.
    if words and words[0] in PASSED_ON:
        return pass_on(words[0], words[1:])
    if words and words[0] in rating.COMMANDS:
        return rating.main(words[0], words[1:])
    options = parser().parse_args(words)
    use_folders(options)
    command: Callable[[Namespace], int] = options.command
    return command(options)


def parser() -> ArgumentParser:
    root = ArgumentParser(prog="kinline", description=kinline.__doc__)
    root.add_argument("--version", action="version", version=kinline.__version__)
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    folders = ArgumentParser(add_help=False)
    folders.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    folders.add_argument("--keys", type=Path, metavar="DIR", help="the keys (default: DIR-keys)")

    def add(name: str, command: Callable[[Namespace], int], help: str) -> ArgumentParser:
        found = commands.add_parser(name, parents=[folders], help=help, description=help)
        found.set_defaults(command=command)
        return found

    from kinline.config import up, up_options, web

    up_options.add_arguments(add("up", up.main, "start everything, and keep it running"))
    web.add_arguments(add("web", web.main, "the web process alone"))
    commands.add_parser("engine", help="one media engine alone (engine --help)")
    commands.add_parser("sip", help="the telephones' SIP beside an engine (sip --help)")
    commands.add_parser("worker", help="the background tasks alone")
    add("migrate", migrate, "bring the database up to this version")
    demo_options = add("demo", demo, "load the demo town: invented people, invented limits")
    demo_options.add_argument(
        "--real-hours",
        action="store_true",
        help="calling hours as the demo's jails would keep them",
    )
    demo_options.add_argument(
        "--history",
        action="store_true",
        help="and invented usage of past quarters, for reports, and old balances",
    )
    code_options = add("code", code, "the sign-in code a demo staff member's phone would show")
    code_options.add_argument("email")
    for name, (help, _, _) in rating.COMMANDS.items():
        commands.add_parser(name, help=f"{help} ({name} --help)")
    commands.add_parser("transition", help="what becomes of an old balance (transition --help)")
    commands.add_parser("bill", help="a month of real usage under another law (bill --help)")
    commands.add_parser("books", help="check the books, or write them out (books --help)")
    commands.add_parser("balances", help="bring in an old system's balances (balances --help)")
    commands.add_parser("tell", help="tell a facility's people what is free (tell --help)")
    commands.add_parser("stand-in", help="what stands in for Stripe in a demo (stand-in --help)")
    commands.add_parser("telephones", help="what stands in for the SMS provider in a demo")
    commands.add_parser("django", help="a management command of Django (django help)")
    return root


def use_folders(options: Namespace) -> None:
    """Name the folders for this process and its children, before any setting is read."""
    if options.data:
        os.environ["KINLINE_DATA"] = str(options.data.resolve())
    if options.keys:
        os.environ["KINLINE_KEYS"] = str(options.keys.resolve())


def pass_on(name: str, words: list[str]) -> int:
    if name in MODULES:
        code: int = import_module(MODULES[name]).main(words)
        return code
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kinline django", *words])
    return 0


def migrate(options: Namespace) -> int:
    _django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    return 0


def demo(options: Namespace) -> int:
    _django()
    from kinline.config import demo
    from kinline.config.demo import messages, phones, shop, visitors, visits

    demo.load(now=datetime.now(UTC), open_hours=not options.real_hours)
    demo.fund(now=datetime.now(UTC))
    shop.load(now=datetime.now(UTC))
    phones.load(now=datetime.now(UTC))
    demo.take_cards(now=datetime.now(UTC))
    messages.write(now=datetime.now(UTC))
    visitors.ask(now=datetime.now(UTC))
    visits.load(now=datetime.now(UTC), open_hours=not options.real_hours)
    if options.history:
        from kinline.config.demo import history

        history.load(now=datetime.now(UTC))
        demo.fund(now=datetime.now(UTC), old=True)
    return 0


def code(options: Namespace) -> int:
    """Six digits on standard output. Only for the demo's staff: others' secrets are theirs."""
    from kinline.config import demo, totp

    for person in demo.sign_ins():
        if person.totp_secret and person.sign_in == options.email.lower():
            print(totp.code(person.totp_secret, at=datetime.now(UTC)))
            return 0
    staff = ", ".join(person.sign_in for person in demo.sign_ins() if person.totp_secret)
    print(f"{options.email} is not one of the demo's staff: {staff}", file=sys.stderr)
    return 1


def _django() -> None:
    import django

    from kinline.config import paths

    paths.data_dir().mkdir(parents=True, exist_ok=True)
    django.setup()
