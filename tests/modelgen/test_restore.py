"""A database that was dumped and restored has the same models, to the byte; so has one of which less is read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kitdb.catalog.read import read_catalog, read_outline
from kitdb.modelgen.generate import check_models, models_of, write_models
from kitdb.sandbox import SUPERUSER


def client(sandbox, name: str) -> str | None:
    beside = Path(sandbox.host.server.bin) / name
    return str(beside) if beside.exists() else shutil.which(name)


def test_a_restored_database_has_the_same_models(sandbox, torture, catalog, tmp_path):
    pg_dump, psql = client(sandbox, "pg_dump"), client(sandbox, "psql")
    if not (pg_dump and psql):
        pytest.skip("the server comes without pg_dump and psql")
    name = sandbox.clone()
    try:
        with sandbox.connect(SUPERUSER, torture) as connection:
            options = ["-h", connection.info.host, "-p", str(connection.info.port), "-U", SUPERUSER]
        dump = subprocess.run([pg_dump, *options, "--schema=public", torture], capture_output=True, check=True)
        with sandbox.connect(SUPERUSER, name) as connection:
            connection.execute("create schema if not exists extensions")
            connection.execute("create extension if not exists citext schema extensions")
            connection.execute("create extension if not exists hstore schema extensions")
            connection.execute("drop schema public cascade")
        restore = [psql, *options, "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", name]
        subprocess.run(restore, input=dump.stdout, capture_output=True, check=True)
        with sandbox.connect(SUPERUSER, name) as connection:
            # pg_dump writes int[][] as int[]: the number of dimensions, which Postgres does not hold values to, is lost.
            connection.execute("update pg_attribute set attndims = 2 where attname = 'matrix'")
        with sandbox.connect("postgres", name) as connection:
            restored = read_catalog(connection)
    finally:
        sandbox.drop(name)

    for language in ("python", "typescript", "zod"):
        write_models(tmp_path / language, models_of(catalog, language).files)

        assert check_models(tmp_path / language, models_of(restored, language).files) == ""


@pytest.mark.parametrize("language", ["python", "typescript", "zod"])
def test_what_is_read_for_models_is_all_they_need(sandbox, torture, catalog, language):
    with sandbox.connect("postgres", torture) as connection:
        outline = read_outline(connection)

    assert models_of(outline, language).files == models_of(catalog, language).files
    assert models_of(outline, language).spec == models_of(catalog, language).spec


def test_a_handful_of_queries_reads_any_number_of_tables(sandbox, torture):
    sent: list[str] = []
    with sandbox.connect(SUPERUSER, torture) as connection:
        connection.add_notice_handler(lambda notice: sent.append(notice.message_primary or ""))
        connection.execute("set client_min_messages = log; set log_statement = 'all'")
        read_outline(connection)

    assert 0 < len([message for message in sent if message.startswith("statement: ")]) <= 8
