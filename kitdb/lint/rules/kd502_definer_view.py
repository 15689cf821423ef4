from __future__ import annotations

from collections.abc import Iterator

from kitdb.lint.rule import Edit, Fix, Problem, rule
from kitdb.lint.script import Script
from kitdb.names import QualifiedName
from kitdb.sql.operations import CreateView, Operation
from kitdb.sql.scan import tokens


@rule("KD502", help="Create it WITH (security_invoker = on).", on=(CreateView,), final=True)
def definer_view(operation: Operation, script: Script) -> Iterator[Problem]:
    """A view that the API exposes reads its tables with its owner's rights.

    The owner is not held by row level security, so whoever may read the view sees every row of the tables behind
    it. CREATE OR REPLACE VIEW forgets the options that it does not repeat.

    Bad:

        create view public.open_tasks as select * from task where not done;

    Bad:

        create view public.open_tasks with (security_invoker = on) as select * from task where not done;
        create or replace view public.open_tasks as select * from task where not done;

    Good:

        create view public.open_tasks with (security_invoker = on) as select * from task where not done;

    Good:

        create view public.open_tasks as select * from task where not done;
        alter view public.open_tasks set (security_invoker = true);

    Good:

        create view public.numbers as select n from generate_series(1, 10) as n;
    """
    match operation:
        case CreateView(view, materialized=False, temporary=False, relations=relations) if script.is_exposed(view):
            known = script.final.views.get(view)
            if known is None or known.created is not operation or _is_on(known.options.get("security_invoker")):
                return
            hidden = [name for name in relations if _may_hide_rows(name, script)]
            if hidden and script.final.privileges.readers(view):
                names = ", ".join(str(name) for name in hidden)
                yield Problem(
                    f"{view} shows every row of {names}, whatever their policies say",
                    str(view),
                    fix=_invoker(operation, script),
                )


def _is_on(value: str | None) -> bool:
    return value is not None and value.lower() in ("on", "true", "yes", "1", "t", "y")


def _may_hide_rows(name: QualifiedName, script: Script) -> bool:
    if name.schema in ("pg_catalog", "information_schema"):
        return False
    table = script.final.tables.get(name)
    return table is None or table.created is None or table.row_level_security


def _invoker(operation: CreateView, script: Script) -> Fix | None:
    """WITH (security_invoker = on) before AS. Callers then see what the policies let them."""
    if operation.options:
        return None
    for token in tokens(script.statement.text):
        if token.word == "as" and token.depth == 0:
            return Fix((Edit(token.start, token.start, "with (security_invoker = on) "),), safe=False)
    return None
