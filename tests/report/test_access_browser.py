"""The HTML report in a real browser: what it shows, filters, opens, and that the address says which."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browser import PROGRAM, Browser, browser
from shown import CELLS, EVIDENCE, HOSTILE, TABLE, cell, text, view

from kitdb.catalog.model import Grant

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="NO CHROMIUM: the HTML report is not tried in a browser")

LABELS = "[...document.querySelectorAll('.square:not(.pale)')].map((one) => one.getAttribute('aria-label'))"
SEEN = "document.body.innerText"
OPENED = "document.querySelector('dialog[open]')?.innerText ?? ''"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("chromium") / "profile") as running:
        yield running


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "access.html"
    path.write_text(text("html"), encoding="utf-8")
    return path


def show(chromium: Browser, report: Path, **state: str) -> Browser:
    chromium.open(f"{report.as_uri()}#{urlencode(state)}")
    assert chromium.errors == []
    return chromium


def labels(chromium: Browser) -> list[list[str]]:
    return [label.split(", ") for label in chromium.ask(LABELS)]


def test_the_verdict_the_findings_and_the_matrix_are_there_at_once(chromium, report):
    seen = show(chromium, report).ask(SEEN)

    assert "✗ Not as specified: 1 finding" in seen
    assert "supabase/migrations/1_notes.sql:3:1" in seen
    assert "row level security is off" in seen
    assert f"user delete {HOSTILE[:9]}" in seen
    found = labels(chromium)
    assert ["user", "select", "notes", "Leak: other", "other rows: yes · 2 of 2 kinds of rows"] in found
    assert ["user", "update", "notes", "own (body)", "1 column refused"] in found
    assert ["anon", "select", "notes", "no access"] in found


def test_filters_leave_what_was_asked_for(chromium, report):
    assert {label[0] for label in labels(show(chromium, report, actor="anon"))} == {"anon"}
    assert {label[1] for label in labels(show(chromium, report, command="update"))} == {"update"}
    assert [label[:3] for label in labels(show(chromium, report, verdict="leak"))] == [["user", "select", "notes"]]
    assert {label[2] for label in labels(show(chromium, report, object="notes"))} == {"notes"}
    assert [label[:3] for label in labels(show(chromium, report, text="OWNER_id"))] == [["user", "update", "notes"]]
    assert "Nothing matches the filter." in show(chromium, report, text="no such thing").ask(SEEN)


def test_what_is_chosen_is_in_the_address(chromium, report):
    show(chromium, report)

    chromium.ask("{ const one = document.querySelector('[name=actor]'); one.value = 'user'; "
                 "one.dispatchEvent(new Event('change', { bubbles: true })); }")  # fmt: skip
    chromium.ask("document.querySelector('.square.leak').click()")

    chosen = chromium.ask("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")
    assert chosen["actor"] == "user"
    assert json.loads(chosen["cell"]) == ["notes", "select", "user"]


def test_a_square_opens_with_rule_rows_policy_and_sql(chromium, report):
    opened = show(chromium, report, cell=json.dumps(["notes", "select", "user"])).ask(OPENED)

    assert opened.startswith("user · select · notes")
    assert "✗ Not as specified" in opened
    assert "user: select own access.toml:4:" in opened
    assert "owner_id = :uid" in opened
    assert "Leak · rows: other · expected denied, seen allowed" in opened
    assert "supabase/migrations/1_notes.sql:3:1" in opened
    assert "using true" in opened
    chromium.ask("document.querySelector('dialog .group.leak details').open = true")
    assert EVIDENCE in chromium.ask(OPENED)
    columns = show(chromium, report, cell=json.dumps(["notes", "update", "user"])).ask(OPENED)
    assert "✓ body" in columns
    assert "– owner_id" in columns


def test_the_sql_of_a_square_that_is_right_names_role_and_claims(chromium, report):
    show(chromium, report, cell=json.dumps(["notes", "select", "user"]))
    chromium.ask(
        "document.querySelectorAll('dialog .group.ok, dialog .group.ok details').forEach((one) => one.open = true)"
    )
    chromium.ask("new Promise((done) => setTimeout(done, 50))")
    chromium.ask("document.querySelectorAll('dialog .group.ok details').forEach((one) => one.open = true)")

    sql = chromium.ask("[...document.querySelectorAll('dialog .group.ok pre')].at(-1).innerText")
    assert sql.startswith('begin;\nset local role "authenticated";\nselect set_config(\'request.jwt.claims\', \'{"aud"')
    assert sql.endswith("select 1;\nrollback;")


def test_the_keyboard_is_enough(chromium, report):
    show(chromium, report)

    chromium.press("/")
    assert chromium.ask("document.activeElement.name") == "text"
    chromium.ask("document.querySelector('.square').focus()")
    first = chromium.ask("document.activeElement.getAttribute('aria-label')")
    chromium.press("ArrowRight")
    assert chromium.ask("document.activeElement.getAttribute('aria-label')") != first
    chromium.ask("document.activeElement.click()")
    chromium.ask("new Promise((done) => setTimeout(done, 50))")
    assert chromium.ask(OPENED)
    chromium.press("Escape")
    chromium.ask("new Promise((done) => setTimeout(done, 50))")
    assert chromium.ask(OPENED) == ""


def test_an_address_that_names_nothing_shows_the_whole_report(chromium, report):
    for nothing in ("{", json.dumps(["nope", "select", "user"])):
        show(chromium, report, cell=nothing, theme="dark")

        assert chromium.ask(OPENED) == ""
        assert len(labels(chromium)) == len({(one.object, one.command, one.actor) for one in CELLS})


def test_hostile_names_are_text(chromium, report):
    seen = show(chromium, report, text="onerror").ask(SEEN)

    assert chromium.ask("document.querySelectorAll('img').length") == 0
    assert "\u202e" not in seen
    assert TABLE.replace("\u202e", "⟨U+202E⟩") in seen


def test_nothing_is_loaded_from_elsewhere(chromium, report):
    show(chromium, report)

    assert chromium.ask("performance.getEntriesByType('resource').length") == 0
    assert "default-src 'none'" in chromium.ask("document.querySelector('meta[http-equiv]').content")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_and_nothing_is_cut_off(chromium, report, theme, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.call("Emulation.setDeviceMetricsOverride", **size)
    show(chromium, report, theme=theme)

    assert chromium.ask("document.documentElement.scrollWidth") <= width
    assert chromium.ask(CONTRASTS) == []


def test_the_drawer_keeps_its_margin_beside_a_scroll_bar(chromium, report):
    chromium.call("Emulation.setDeviceMetricsOverride", width=600, height=800, deviceScaleFactor=1, mobile=False)

    show(chromium, report, cell='["notes","select","user"]')

    left = "document.querySelector('#drill h2').getBoundingClientRect().left"
    assert chromium.ask(left) >= 12


def test_without_a_specification_nothing_is_called_specified(chromium, tmp_path):
    broken = (cell("user", "select", "broken", actual="broken"), cell("user", "update", rows="own", actual="allowed"))
    held = Grant("table", "public.notes", "authenticated", "DELETE")
    path = tmp_path / "alone.html"
    shown = replace(view(broken, ()), specified=False)
    path.write_text(text("html", replace(shown, catalog=replace(shown.catalog, grants=(held,)))), encoding="utf-8")

    show(chromium, path, cell='["notes","select","user"]')

    assert "as specified" not in chromium.ask(SEEN).lower()
    assert "✗ Broken" in chromium.ask(OPENED)
    assert ["user", "delete", "notes", "not tried"] in labels(chromium)


# Texts whose colour is less than 4.5 : 1 from what is behind them (WCAG 2.1, AA).
CONTRASTS = """(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((n) => n / 255)
    .map((n) => (n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)).reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => { for (; node; node = node.parentElement) { const c = getComputedStyle(node).backgroundColor; if (numbers(c)[3] !== 0) return c; } return "rgb(255,255,255)"; };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || ["SCRIPT", "STYLE", "OPTION", "NOSCRIPT"].includes(node.tagName)) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(node.className + ": " + node.textContent.slice(0, 40));
  }
  return poor;
})()"""


def test_three_hundred_tables_are_drawn(chromium, tmp_path):
    many = tuple(
        cell(actor, command, object=f"table_{number}", rows=rows, columns=columns)
        for number in range(300)
        for actor in ("anon", "user", "service")
        for command in ("select", "insert", "update", "delete")
        for rows, columns in (("own", ()), ("other", ()), ("every row", ("a",)), ("every row", ("b",)))
    )
    path = tmp_path / "many.html"
    path.write_text(text("html", view(cells=many, findings=())), encoding="utf-8")

    seen = show(chromium, path).ask(SEEN)

    assert "3,600 squares in 300 objects" in seen
    assert "✓ Every right is as specified" in seen
    assert "12 squares in 1 object" in show(chromium, path, object="table_299").ask(SEEN)
