"""Where the program begins: `kitdb`, and `python -m kitdb`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Load the command line and run it; Ctrl-C is one line from the first moment on."""
    gc.set_threshold(500_000)  # little of what a command makes is garbage, and looking for it costs a tenth of a start
    try:
        from kitdb.cli import main as run  # noqa: PLC0415  # the loading itself can be interrupted

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
