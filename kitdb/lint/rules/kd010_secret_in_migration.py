from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator

from kitdb.lint.rule import Problem, rule
from kitdb.lint.script import Script
from kitdb.sql.operations import Operation

_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.(eyJ[\w-]{8,})\.[\w-]{20,}")
_KEY = re.compile(r"\b(sb_secret_[\w-]{12,}|sk_live_[A-Za-z0-9]{12,}|ghp_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16}\b)")
_PASSWORD = re.compile(r"\b(?:create|alter)\s+(?:role|user)\b[^;]*\bpassword\s+'[^']+'", re.IGNORECASE | re.DOTALL)
_URL = re.compile(r"\bpostgres(?:ql)?://[^\s:/@']+:[^\s@']+@")


def _may_have_one(text: str) -> bool:
    return "eyJ" in text or "://" in text or _may_have_key(text) or "assword" in text.lower()


def _may_have_key(text: str) -> bool:
    return "sb_secret_" in text or "sk_live_" in text or "ghp_" in text or "AKIA" in text


@rule(
    "KD010",
    help="Take it out, put it into Vault, and replace it where it is in use: a repository keeps what it had.",
    once=True,
    within=_may_have_one,
)
def secret_in_migration(_operation: Operation, script: Script) -> Iterator[Problem]:
    """A secret is written into a migration.

    Migrations are committed, copied and kept in the history table, so whoever reads any of them has the secret. The
    public anon key is none.

    Bad:

        select net.http_post('https://x.example/hook', headers := '{"apikey": "sb_secret_abcdefghijklmnop1234"}');

    Bad:

        create role reporter login password 'hunter2';

    Good:

        select net.http_post('https://x.example/hook', headers := jsonb_build_object('apikey', private.hook_key()));
    """
    text = script.statement.text
    if "eyJ" in text:
        for token in _TOKEN.finditer(text):
            if _role(token[1]) not in ("anon", "publishable"):
                yield Problem("a JSON web token is written here", None, token.start(), secret=True)
                return
    if _may_have_key(text) and (found := _KEY.search(text)):
        yield Problem(f"a secret key ({found[1][:10]}…) is written here", None, found.start(), secret=True)
    elif found := (_URL.search(text) if "://" in text else None):
        yield Problem("a database URL with its password is written here", None, found.start(), secret=True)
    elif "assword" in text.lower() and (found := _PASSWORD.search(text)):
        yield Problem("a password is written here", None, found.start(), secret=True)


def _role(payload: str) -> str | None:
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return None
    return claims.get("role") if isinstance(claims, dict) else None
