"""SQL stand-ins for the extensions of a Supabase project that a plain server lacks, and how a server finds them."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from kitdb.database import Connection
from kitdb.sandbox.servers import Server

CONTROL_PATH_MAJOR = 18  # the first with extension_control_path
PREFIX = "prefix"

# What the baseline itself makes, whether real or not.
_EVERYWHERE = ("pgcrypto", "uuid-ossp", "pg_stat_statements")

# What hosted Supabase lets postgres create, though it is no superuser: `supautils.privileged_extensions` of its images
# (supabase/postgres, supautils.conf of 15 and 17 taken together), and pgmq. What a server's own control files trust
# (`pg_available_extension_versions.trusted`) is as it is there and not listed here for that.
PRIVILEGED = frozenset(
    "address_standardizer address_standardizer_data_us autoinc bloom btree_gin btree_gist citext cube dblink dict_int"
    " dict_xsyn earthdistance fuzzystrmatch hstore http hypopg index_advisor insert_username intarray isn ltree"
    " moddatetime orioledb pg_buffercache pg_cron pg_graphql pg_hashids pg_jsonschema pg_net pg_prewarm pg_repack"
    " pg_stat_monitor pg_stat_statements pg_tle pg_trgm pg_walinspect pgaudit pgcrypto pgjwt pgmq pgroonga"
    " pgroonga_database pgrouting pgrowlocks pgsodium pgstattuple pgtap plcoffee pljava plls plpgsql_check plv8 postgis"
    " postgis_raster postgis_sfcgal postgis_tiger_geocoder postgis_topology postgres_fdw refint rum seg sslinfo"
    " supabase_vault supautils tablefunc tcn timescaledb tsm_system_rows tsm_system_time unaccent uuid-ossp vector"
    " wrappers".split()
)

# The mark of a stand-in: its control file's comment, which Postgres keeps with the extension.
_MARK = "kitdb stand-in"


@lru_cache
def stand_in_files() -> Mapping[str, bytes]:
    """The stand-ins' control and script files by name."""
    folder = resources.files("kitdb.sandbox.stand_ins")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.endswith((".control", ".sql"))}


@lru_cache
def digest() -> str:
    files = stand_in_files()
    return hashlib.sha256(b"\0".join(name.encode() + files[name] for name in sorted(files))).hexdigest()


def created(connection: Connection) -> tuple[str, ...]:
    """The stand-ins in the connection's database that a project made use of, by name."""
    rows = connection.execute(
        "select extname from pg_catalog.pg_extension"
        " where pg_catalog.starts_with(pg_catalog.obj_description(oid, 'pg_extension'), %s) and extname <> all (%s)"
        " order by extname",
        (_MARK, list(_EVERYWHERE)),
    ).fetchall()
    return tuple(name for (name,) in rows)


def as_archive(files: Mapping[str, bytes]) -> bytes:
    """A tar file of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where an installation keeps its things, below the folder that all of them share."""

    root: Path
    bin: Path
    share: Path
    library: Path


def write_prefix(server: Server, target: Path, *, stand_ins: bool) -> bool:
    """Lay out a folder from which this server runs with what postgres may create, and with the stand-ins if wanted.

    False where that cannot be done.

    From 18 on a setting leads to them. Older servers look in their installation only, which they find from where their
    program lies: so this makes a copy of the program among links to all the rest.
    """
    layout = _layout(server)
    if layout is None:
        return False
    if server.major >= CONTROL_PATH_MAJOR:
        _write_extensions(layout, target / "extension", stand_ins=stand_ins)
        return True
    share = target / layout.share.relative_to(layout.root)
    _link_all(layout.share, share, without="extension")
    _link_all(layout.share / "extension", share / "extension")
    _write_extensions(layout, share / "extension", stand_ins=stand_ins)
    library = target / layout.library.relative_to(layout.root)
    library.parent.mkdir(parents=True, exist_ok=True)
    library.symlink_to(layout.library)
    for own in layout.library.parent.glob("*.so*"):  # what a server that brings its libraries along looks for there
        (library.parent / own.name).symlink_to(own)
    program = target / layout.bin.relative_to(layout.root) / "postgres"
    program.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(layout.bin / "postgres", program)
    return True


def program_in(prefix: Path) -> Path | None:
    """The copy of the server's program in a prefix."""
    return next(iter(prefix.glob("**/bin/postgres")), None)


def lacking(available: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The stand-ins' files for what is not available."""
    for name, content in sorted(stand_in_files().items()):
        if name.removesuffix(".control").partition("--")[0] not in available:
            yield name, content


def trusted(control: str) -> str:
    """The text of a control file that lets postgres create the extension."""
    return control if re.search(r"^\s*trusted\s*=\s*true", control, re.MULTILINE) else f"{control}\ntrusted = true\n"


def _write_extensions(layout: _Layout, folder: Path, *, stand_ins: bool) -> None:
    """What the server lacks, and leave for postgres to create what hosted projects let it create."""
    folder.mkdir(parents=True, exist_ok=True)
    real = {path.stem: path for path in (layout.share / "extension").glob("*.control")}
    for name, content in lacking(real) if stand_ins else ():
        (folder / name).write_bytes(content)
    for name in PRIVILEGED & real.keys():
        control = real[name].read_text(encoding="utf-8")
        if trusted(control) != control:
            _replace(folder / f"{name}.control", trusted(control))
            for script in (layout.share / "extension").glob(f"{name}--*.sql"):
                if not (folder / script.name).exists():
                    (folder / script.name).symlink_to(script)


def _replace(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # never through a link into the installation
    path.write_text(text, encoding="utf-8")


def _link_all(source: Path, target: Path, without: str = "") -> None:
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name != without:
            (target / path.name).symlink_to(path)


def _layout(server: Server) -> _Layout | None:
    share, library = _folders(server.bin)
    if not (share / "extension" / "plpgsql.control").is_file():
        return None
    root = Path(os.path.commonpath((server.bin, share, library)))
    return _Layout(root, server.bin, share, library)


def _folders(bin_folder: Path) -> tuple[Path, Path]:
    try:
        done = subprocess.run(
            [bin_folder / "pg_config", "--sharedir", "--pkglibdir"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        share, library = (Path(line).resolve() for line in done.stdout.splitlines()[:2])
    except (OSError, ValueError, subprocess.SubprocessError):
        share, library = bin_folder.parent / "share", bin_folder.parent / "lib"
        # A build whose path has neither "postgres" nor "pgsql" in it puts all of it one folder deeper.
        if (share / "postgresql" / "extension").is_dir():
            return share / "postgresql", library / "postgresql"
    return share, library
