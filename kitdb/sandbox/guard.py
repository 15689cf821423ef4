"""A process of its own that waits for its parent's end, then removes what the parent left elsewhere."""

from __future__ import annotations

import importlib
import json
import shutil
import signal
import sys

_KINDS = {"container": "kitdb.sandbox.docker", "databases": "kitdb.sandbox.remote"}


def main() -> None:
    # A terminal's hang-up and an init's farewell are for the parent: its end is what we wait for.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    orders = json.loads(sys.stdin.readline() or "{}")
    if orders.get("kind") not in _KINDS:
        return
    host = importlib.import_module(_KINDS[orders["kind"]])
    orders["released"] = sys.stdin.read().strip()
    try:
        host.clean_up(orders)
    finally:
        shutil.rmtree(orders["folder"], ignore_errors=True)


if __name__ == "__main__":
    main()
