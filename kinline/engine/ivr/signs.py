"""Signs of a third party in one call: each is told with its evidence, and may end the call."""

import logging

from kinline.core.call.signs import Response, SignKind, SignPolicy, worth_keeping
from kinline.core.call.states import EndReason, Side
from kinline.core.ids import CallId
from kinline.engine.ivr.lines import Ending
from kinline.engine.ivr.phones import Phones
from kinline.engine.ivr.watch import Reporter
from kinline.engine.media.port import RecordableRoom, ToneHeard
from kinline.engine.signalling.sip.telephony import PhoneSign

log = logging.getLogger(__name__)


class Signs:
    """`policy` None: nobody looks for any in this call, and what comes is forgotten."""

    def __init__(
        self, call: CallId, policy: SignPolicy | None, phones: Phones, reporter: Reporter
    ) -> None:
        self._call, self._policy = call, policy
        self._phones, self._reporter = phones, reporter
        self._kept: list[SignKind] = []

    def listen(self, room: RecordableRoom | None) -> None:
        """From the beginning of a talk: for another line's tones in an outside telephone's sound.

        A page has no line on which somebody else could be rung; a private room nobody hears.
        """
        if self._policy is None or room is None or not self._phones.has(Side.OUTSIDE):
            return
        room.watch_tones(Side.OUTSIDE)

    def came(self, event: PhoneSign | ToneHeard) -> Ending | None:
        """One sign: tell it. The ending, if the facility wants calls cut for this kind."""
        side = self._side(event)
        if self._policy is None or side is None:
            return None
        kind = event.kind
        cut = self._policy.response(kind) is Response.CUT
        if worth_keeping(kind, self._kept):
            self._kept.append(kind)
            self._reporter.sign(kind, side, event.evidence, cut=cut)
            facts = {"call": self._call, "kind": kind.value, "cut": cut}
            log.info("sign of a third party", extra=facts)
        return Ending(EndReason.THIRD_PARTY, side) if cut else None

    def _side(self, event: PhoneSign | ToneHeard) -> Side | None:
        """Whose line gave it away; None for a telephone that is not in this call."""
        if isinstance(event, ToneHeard):
            return event.side
        if self._phones.rings(event.phone):
            return Side.OUTSIDE
        return self._phones.side_of(event.phone)
