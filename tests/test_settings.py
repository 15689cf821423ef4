from __future__ import annotations

from pathlib import Path

import pytest

from kitdb.errors import BadSettings, NoDatabase
from kitdb.settings import database_url, load_settings, optional_database_url


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "supabase").mkdir()
    return tmp_path


def test_a_supabase_folder_needs_no_settings(project):
    settings = load_settings(environment={})
    assert settings.migrations == Path("supabase/migrations")
    assert settings.exposed_schemas == ("public",)
    assert settings.exposure == "explicit"


def test_the_project_is_found_from_a_folder_below_it(project, monkeypatch):
    deep = project / "apps" / "web"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert load_settings(environment={}).migrations == project / "supabase" / "migrations"


def test_what_supabase_config_says_is_not_to_be_said_again(project):
    (project / "supabase" / "config.toml").write_text(
        '[db]\nmajor_version = 15\n[api]\nschemas = ["public", "api"]\nauto_expose_new_tables = true\n'
        '[db.migrations]\nschema_paths = ["./schemas/a.sql", "./schemas/b.sql"]\n'
    )
    settings = load_settings(environment={})
    assert (settings.pg_major, settings.exposed_schemas, settings.exposure) == (15, ("public", "api"), "legacy")
    assert settings.schemas == (Path("supabase/schemas/a.sql"), Path("supabase/schemas/b.sql"))


def test_the_environment_wins_over_kitdb_toml_and_that_over_config_toml(project):
    (project / "supabase" / "config.toml").write_text("[db]\nmajor_version = 15\n")
    (project / "kitdb.toml").write_text("pg_major = 17\n")
    assert load_settings(environment={}).pg_major == 17
    assert load_settings(environment={"KITDB_PG_MAJOR": "18"}).pg_major == 18


def test_settings_may_live_in_pyproject(project):
    (project / "pyproject.toml").write_text('[tool.kitdb]\nmigrations = "db/migrations"\n')
    assert load_settings(environment={}).migrations == Path("db/migrations")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('exposure = "explicit"\nmigratoins = "x"\n', 2, "migratoins"),
        ("pg_major = 9\n", 1, "pg_major is 9"),
        ('\n\nexposure = "open"\n', 3, "exposure is 'open'"),
        ("exposed_schemas = []\n", 1, "exposed_schemas"),
        ("pg_major = \n", 1, "not valid TOML"),
    ],
)
def test_a_bad_setting_is_refused_with_its_line_and_a_way_out(project, text, line, message):
    (project / "kitdb.toml").write_text(text)
    with pytest.raises(BadSettings) as caught:
        load_settings(environment={})
    assert caught.value.place.line == line
    assert message in caught.value.message
    assert caught.value.hint


def test_a_misspelt_key_is_guessed(project):
    (project / "kitdb.toml").write_text('migratoins = "x"\n')
    with pytest.raises(BadSettings) as caught:
        load_settings(environment={})
    assert "'migrations'" in caught.value.hint


def test_a_bad_environment_variable_is_named(project):
    with pytest.raises(BadSettings, match="KITDB_EXPOSURE"):
        load_settings(environment={"KITDB_EXPOSURE": "open"})


def test_the_database_comes_from_the_flag_then_from_the_environment_in_order():
    environment = {"KITDB_DB_URL": "postgres://a", "SUPABASE_DB_URL": "postgres://b", "DATABASE_URL": "postgres://c"}
    assert database_url("postgres://flag", environment) == "postgres://flag"
    assert database_url(None, environment) == "postgres://a"
    assert database_url(None, {"DATABASE_URL": "postgres://c"}) == "postgres://c"
    assert optional_database_url(None, {"PGHOST": "localhost"}) == "postgresql://"
    assert optional_database_url(None, {}) is None
    with pytest.raises(NoDatabase):
        database_url(None, {})
