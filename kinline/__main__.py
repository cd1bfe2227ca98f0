"""`python -m kinline` is the command `kinline`."""

import sys

from kinline.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
