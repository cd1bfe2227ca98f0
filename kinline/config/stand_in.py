"""`kinline stand-in`: become localstripe, which stands in for Stripe in a demo.

It is under the GPL: a program of its own that takes this process' place, never imported. The tether
that was held before stays: it ends with whoever started it.
"""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Never returns: this process is localstripe from here on. `arguments` are its own."""
    words = [sys.executable, "-m", "localstripe", "--from-scratch", *arguments]
    os.execv(sys.executable, words)
