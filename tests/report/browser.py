"""A headless Chromium, spoken to by its own protocol over a pipe: no driver, no port."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next((path for name in NAMES if (path := shutil.which(name))), None)
_PATIENCE = 60


@dataclass
class Browser:
    """One page in one browser."""

    to: int
    back: int
    session: str | None = None
    sent: int = 0
    unread: bytes = b""
    errors: list[str] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.sent += 1
        message: dict[str, Any] = {"id": self.sent, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(answer["params"]))
            if answer.get("id") == self.sent:
                assert "error" not in answer, answer
                return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self.unread:
            assert select.select([self.back], [], [], _PATIENCE)[0], "the browser does not answer"
            found = os.read(self.back, 1 << 20)
            assert found, "the browser has ended"
            self.unread += found
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        # a new fragment of the same address is no load: both end with the page complete and drawn
        self.ask("new Promise((done) => { const look = () => document.readyState === 'complete' "
                 "? requestAnimationFrame(() => setTimeout(done, 0)) : setTimeout(look, 5); look(); })")  # fmt: skip

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if len(key) == 1 and kind == "keyDown" else {}
            codes = {"windowsVirtualKeyCode": 27} if key == "Escape" else {}  # it closes a dialog by its number
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, **text, **codes)
        time.sleep(0.02)


@contextmanager
def browser(profile: Path, width: int = 1280, height: int = 900) -> Iterator[Browser]:
    assert PROGRAM is not None
    read_commands, to = os.pipe()
    back, write_answers = os.pipe()
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
               f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"]  # fmt: skip
    command = f"exec {shlex.join([PROGRAM, *options])} 3<&{read_commands} 4>&{write_answers}"
    process = subprocess.Popen(
        ["bash", "-c", command],
        pass_fds=(read_commands, write_answers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_commands)
    os.close(write_answers)
    try:
        found = Browser(to, back)
        target = found.call("Target.createTarget", url="about:blank")["targetId"]
        found.session = found.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        found.call("Runtime.enable")
        found.call("Page.enable")
        yield found
    finally:
        os.close(to)  # the browser ends with its pipe
        os.close(back)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
