"""The files as they would be without what can be put right, and the further files that this takes.

Edits are made on the text as written; what is not concerned stays as it is to the byte. The result is judged again: an
edit after which there is a syntax error, or more of the same finding, is given up.
"""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kitdb.errors import CannotWrite
from kitdb.lint.rule import Edit, Fix
from kitdb.lint.run import Judged, Judgement
from kitdb.lint.script import File

Lint = Callable[[str], Judgement]


@dataclass(frozen=True)
class Fixed:
    """One file: its text before and after, the findings put right, and new files (name, text) beside it."""

    path: Path
    before: str
    after: str
    codes: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()

    def diff(self) -> Iterator[str]:
        yield from _diff(self.before, self.after, str(self.path), str(self.path))
        for name, text in self.extra:
            yield from _diff("", text, "/dev/null", str(self.path.with_name(name)))


def _diff(before: str, after: str, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), old, new)
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def fixed(judgement: Judgement, lint: Lint, *, unsafe: bool = False) -> Fixed | None:
    """The file put right, None if there is nothing to do. `lint` judges a text that would be in its place."""
    file = judgement.file
    wanted = [one for one in judgement.judged if one.problem.fix and (one.problem.fix.safe or unsafe)]
    accepted: list[tuple[Judged, Fix]] = []
    spans: list[tuple[int, int]] = []
    before = _codes(judgement)
    for one in wanted:
        fix = one.problem.fix
        if fix is None or not (own := [_span(edit, one, file) for edit in fix.edits]):
            continue
        if any(_overlap(span, other) for span in own for other in spans):
            continue
        text = _applied(file, [*accepted, (one, fix)])
        if _is_better(before, _codes(lint(text)), one.finding.code):
            accepted.append((one, fix))
            spans += own
    if not accepted:
        return None
    after = _applied(file, accepted)
    extra = tuple(_extra(file, accepted))
    return Fixed(Path(file.path), file.text, after, tuple(one.finding.code for one, _ in accepted), extra)


def _codes(judgement: Judgement) -> list[str]:
    return [one.finding.code for one in judgement.judged]


def _is_better(before: Sequence[str], after: Sequence[str], code: str) -> bool:
    broken = ("KD001", "KD002", "KD009")
    return after.count(code) < before.count(code) and all(after.count(one) <= before.count(one) for one in broken)


def _span(edit: Edit, judged: Judged, file: File) -> tuple[int, int]:
    base = judged.part.statement.start if judged.part else 0
    stop = min(base + edit.end, len(file.text))
    return base + edit.start, stop


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    if one[0] == one[1] and other[0] == other[1]:
        return one[0] == other[0]
    return one[0] < other[1] and other[0] < one[1]


def _applied(file: File, accepted: Sequence[tuple[Judged, Fix]]) -> str:
    edits = [(_span(edit, one, file), edit.text) for one, fix in accepted if not fix.alone for edit in fix.edits]
    for one, fix in accepted:
        if fix.alone and one.part is not None:
            edits.append((_whole(one, file), ""))
    text = file.text
    for (start, stop), replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[stop:]
    return text


def _whole(judged: Judged, file: File) -> tuple[int, int]:
    """The statement with its semicolon and the end of its line."""
    assert judged.part is not None  # noqa: S101  # only statements have a fix that moves them
    statement = judged.part.statement
    stop = min(statement.stop + 1, len(file.text))
    rest = re.compile(r"[ \t]*\r?\n").match(file.text, stop)
    return statement.start, rest.end() if rest else stop


def _extra(file: File, accepted: Sequence[tuple[Judged, Fix]]) -> Iterator[tuple[str, str]]:
    """The files for what has to come later: first what cannot run in a transaction, then the rest."""
    alone = [f"{_moved(one, fix)};\n" for one, fix in accepted if fix.alone]
    later = [f"{statement};\n" for _, fix in accepted for statement in fix.later]
    # What reads every row goes first: the others take a lock that is held from then on.
    later.sort(key=lambda statement: " validate constraint " not in statement)
    for number, (suffix, statements) in enumerate((("concurrently", alone), ("validate", later)), 1):
        if statements:
            yield _next_name(Path(file.path).name, suffix, number), "".join(statements)


def _moved(judged: Judged, fix: Fix) -> str:
    assert judged.part is not None  # noqa: S101  # as above
    text = judged.part.statement.text
    for edit in sorted(fix.edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _next_name(name: str, suffix: str, number: int) -> str:
    found = re.match(r"([0-9]+)_(.*)\.sql\Z", name)
    if found is None:
        return f"{Path(name).stem}_{number}_{suffix}.sql"
    version = str(int(found[1]) + number).zfill(len(found[1]))
    return f"{version}_{found[2]}_{suffix}.sql"


def write_fixed(fixed: Fixed) -> tuple[Path, ...]:
    """Write the file and its further files; their paths. Raises `CannotWrite`, for a further one that is there too."""
    texts = {fixed.path.with_name(name): text for name, text in fixed.extra}
    for path in texts:
        if path.exists():
            raise CannotWrite(path, "it is there already")
    texts[fixed.path] = fixed.after
    for path, text in texts.items():
        kept = _bytes(path, text)
        try:
            path.write_bytes(kept)
        except OSError as error:
            raise CannotWrite(path, error.strerror or str(error)) from None
    return tuple(texts)


def _bytes(path: Path, text: str) -> bytes:
    """The text with the byte order mark that the file had."""
    mark = codecs.BOM_UTF8 if path.exists() and path.read_bytes().startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()
