"""Where the pages about lint are."""

from __future__ import annotations

from pathlib import Path

RULES_PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
LINT_PAGE = RULES_PAGE.with_name("lint.md")
