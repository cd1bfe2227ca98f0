"""`kinline worker`: background tasks, each on its own clock and none able to stop the others."""

import argparse
import json
import logging
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

log = logging.getLogger("kinline.worker")
ANSWER_WITHIN_SECONDS = 2.0
LARGEST_JUMP_SECONDS = 5.0
LONGEST_NAP_SECONDS = 1.0


@dataclass(slots=True)
class Job:
    """Something done every `every` seconds; `failures` in a row so far."""

    name: str
    every: float
    run: Callable[[datetime], object]
    due: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class WebWatch:
    """How long web has answered without a break, on a clock that never jumps.

    A jump of the wall clock (or a machine that slept) counts as a break: leases are compared
    with the wall clock, and until engines have been heard again it says nothing.
    """

    asks: Callable[[], bool]
    answered_since: float | None = None
    last: tuple[float, float] | None = None

    def look(self) -> None:
        clocks = time.time(), time.monotonic()
        if not self.asks() or self._jumped(clocks):
            self.answered_since = None
        elif self.answered_since is None:
            self.answered_since = clocks[1]
        self.last = clocks

    def answered_for(self, seconds: float) -> bool:
        since = self.answered_since
        return since is not None and time.monotonic() - since >= seconds

    def _jumped(self, clocks: tuple[float, float]) -> bool:
        if self.last is None:
            return False
        wall, steady = clocks[0] - self.last[0], clocks[1] - self.last[1]
        return abs(wall - steady) > LARGEST_JUMP_SECONDS


def answers() -> bool:
    """Whether web does for an engine what an engine needs: let it in, and ask the database.

    A plain page would answer while the database is down, and then every lease would seem to
    have run out at the moment the database comes back.
    """
    from django.conf import settings

    question = urllib.request.Request(
        f"{settings.WEB_INSIDE_URL.rstrip('/')}/control/commands",
        data=json.dumps({"engine": "worker", "boot": "worker"}).encode(),
        headers={"Authorization": f"Bearer {settings.KEYRING('control')}"},
    )
    try:
        with urllib.request.urlopen(question, timeout=ANSWER_WITHIN_SECONDS) as reply:
            return bool(reply.status == 200)
    except OSError:  # refused, too slow, or an answer that is an error
        return False


def jobs() -> list[Job]:
    """What the worker does, and how often. Imports are late: Django must be set up."""
    from kinline.apps import stored, uploads
    from kinline.apps.audit import actions as audit
    from kinline.apps.calls.actions import command, names, quarantine, queue, sweep
    from kinline.apps.charging import idle, payments, payouts
    from kinline.apps.ledger.actions import holds
    from kinline.apps.messaging.actions import retention, settle
    from kinline.apps.notices import actions as notices
    from kinline.apps.notices.sms import queue as sms
    from kinline.apps.people.actions import joining, order_papers, sign_in
    from kinline.apps.people.actions import links as people_links
    from kinline.apps.people.actions.statewide import deciding as attorneys
    from kinline.apps.people.actions.statewide import documents as attorney_documents
    from kinline.apps.people.actions.statewide import effect as attorney_effect
    from kinline.apps.people.actions.visitors import deciding as visitors
    from kinline.apps.people.actions.visitors import pictures as visitor_pictures
    from kinline.apps.recordings.actions import destroy, grant
    from kinline.apps.recordings.actions import visits as visit_recordings
    from kinline.apps.visits.actions import closing as visits_closing
    from kinline.apps.visits.actions import due as visits_due
    from kinline.apps.visits.actions import falling as visits_falling
    from kinline.apps.visits.actions import waiting as visits_waiting
    from kinline.apps.visits.actions.meeting import staff as meeting
    from kinline.apps.visits.actions.meeting import telling
    from kinline.doors import bridge

    web = WebWatch(asks=answers)

    def end_silent_calls(now: datetime) -> None:
        # Leases are renewed through web: while it was away, silence meant nothing. So wait
        # until it has been there for a whole lease, and every engine had time to be heard.
        web.look()
        if web.answered_for(sweep.LEASE_SECONDS):
            sweep.sweep(now=now)

    def end_silent_visits(now: datetime) -> None:
        web.look()
        if web.answered_for(sweep.LEASE_SECONDS):
            telling.sweep(now=now)

    def named(names: Collection[str]) -> set[str]:
        """Which kept files some row still opens, over all rooms that keep any."""
        rooms = (retention, visitor_pictures, attorney_documents, order_papers)
        return set[str]().union(*(room.named(names) for room in rooms))

    return [
        Job("ring by push", 0.5, lambda now: notices.ring_due(now=now)),
        Job("end silent calls", 2, end_silent_calls),
        Job("end silent visits", 5, end_silent_visits),
        Job("end visits under lockdown", 2, lambda now: meeting.end_under_lockdown(now=now)),
        Job("offer phones in turn", 2, lambda now: queue.settle_all(now=now)),
        Job("seal the audit log", 1, lambda now: audit.seal()),
        Job("send notices", 1, lambda now: notices.send_due(now=now)),
        Job("send sms", 1, lambda now: sms.send_due(now=now)),
        Job("take in sms", 1, lambda now: bridge.take_in(now=now)),
        Job("remind of visits", 30, lambda now: visits_due.remind_due(now=now)),
        Job("let offers of visits go", 5, lambda now: visits_waiting.expire_offers(now=now)),
        Job("offer freed visits", 10, lambda now: visits_waiting.offer_freed(now=now)),
        Job("keep closures of visits", 10, lambda now: visits_closing.enforce_all(now=now)),
        Job("end requests for visits", 60, lambda now: visits_due.lapse_due(now=now)),
        Job("end visits of who left", 60, lambda now: visits_due.end_of_who_left(now=now)),
        Job("end visits that may not be", 30, lambda now: visits_falling.fall_due(now=now)),
        Job("end missed visits", 60, lambda now: visits_due.miss_due(now=now)),
        Job("let decisions take effect", 1, lambda now: settle.settle_due(now=now)),
        Job("pay refunds", 2, lambda now: payouts.work(now=now)),
        Job("look after payments", 30, lambda now: payments.look_after(now=now)),
        Job("watch unused money", 3600, lambda now: idle.look(now=now)),
        Job("measure recordings", 5, lambda now: grant.measure_left()),
        Job("measure recorded visits", 5, lambda now: visit_recordings.measure_left()),
        Job("let overdue holds go", 60, lambda now: holds.let_go_overdue(now=now)),
        Job("forget who waited", 10, lambda now: sweep.clean_presence(now=now)),
        Job("forget done commands", 60, lambda now: command.clean_up(now=now)),
        Job("forget wrong tries", 60, lambda now: sign_in.forget_tries(now=now)),
        Job("forget look-ups", 600, lambda now: people_links.forget_look_ups(now=now)),
        Job("forget unproven sign-ups", 600, lambda now: joining.forget_unproven(now=now)),
        Job("forget takes of names", 600, lambda now: names.forget_takes(now=now)),
        Job("forget unfinished uploads", 600, lambda now: uploads.sweep(now=now)),
        Job("destroy old recordings", 600, lambda now: destroy.destroy_due(now=now)),
        Job("lock away private calls", 600, lambda now: quarantine.sweep(now=now)),
        Job("destroy what is locked away", 600, lambda now: quarantine.destroy_due(now=now)),
        Job("destroy old visits", 600, lambda now: visit_recordings.destroy_due(now=now)),
        Job("erase old messages", 600, lambda now: retention.erase_due(now=now)),
        Job("end old visitors", 60, lambda now: visitors.expire_due(now=now)),
        Job("remind visitors", 600, lambda now: visitors.remind_due(now=now)),
        Job("erase old pictures", 600, lambda now: visitor_pictures.erase_due(now=now)),
        Job("forget begun requests", 600, lambda now: visitor_pictures.forget_drafts(now=now)),
        Job("end old attorneys", 60, lambda now: attorneys.expire_due(now=now)),
        Job("remind attorneys", 600, lambda now: attorneys.remind_due(now=now)),
        Job("spread attorneys", 600, lambda now: attorney_effect.spread_due(now=now)),
        Job("erase bar cards", 600, lambda now: attorney_documents.erase_due(now=now)),
        Job("sweep files", 600, lambda now: stored.sweep(held=named, now=now)),
    ]


def main(arguments: Sequence[str]) -> int:
    """Work until SIGTERM or Ctrl-C: 0. `--once`: every job once, 1 when one failed."""
    parser = argparse.ArgumentParser(prog="kinline worker", description=__doc__)
    parser.add_argument("--once", action="store_true", help="run every job once, then stop")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kinline.config.settings")
    import django

    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work = jobs()
    if options.once:
        done = [attempt(job) for job in work]
        return int(not all(done))
    keep_working(work, stop)
    return 0


def keep_working(work: list[Job], stop: threading.Event) -> None:
    """Run what is due, sleep until the next, until asked to stop."""
    while not stop.is_set():
        for job in work:
            if stop.is_set() or time.monotonic() < job.due:
                continue
            attempt(job)
            job.due = time.monotonic() + job.every
        write_health(work)
        nap = min(job.due for job in work) - time.monotonic()
        stop.wait(min(max(nap, 0.0), LONGEST_NAP_SECONDS))


def attempt(job: Job) -> bool:
    """Run one job; a failure is logged and tried again at its next time."""
    from django.db import close_old_connections

    try:
        close_old_connections()
        job.run(datetime.now(UTC))
    except Exception:
        job.failures += 1
        log.exception("job failed", extra={"job": job.name, "failures": job.failures})
        return False
    job.failures = 0
    return True


def write_health(work: list[Job]) -> None:
    """<data>/worker.json: when it last went round, and which jobs are failing."""
    from django.conf import settings

    path = settings.DATA / "worker.json"
    failing = {job.name: job.failures for job in work if job.failures}
    state = {"pid": os.getpid(), "at": datetime.now(UTC).isoformat(), "failing": failing}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(state))
    draft.replace(path)
