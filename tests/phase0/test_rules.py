"""Phase 0's rules on a real server: every statement is tried by everybody, those who may and those who may not."""

import json
import re
import threading
import tomllib
from contextlib import contextmanager
from importlib.resources import files
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import scalar_row

pytestmark = pytest.mark.server

ANON, SELLER, BUYER, STRANGER, ADMIN, SERVICE = "anon", "seller", "buyer", "stranger", "admin", "service"
EVERYBODY = (ANON, SELLER, BUYER, STRANGER, ADMIN, SERVICE)
USERS = (SELLER, BUYER, STRANGER, ADMIN)

REFUSED = errors.InsufficientPrivilege.sqlstate
TAKEN = errors.UniqueViolation.sqlstate
INVALID = errors.CheckViolation.sqlstate

WORLD = """
insert into auth.users (id, raw_user_meta_data)
  select id::uuid, jsonb_build_object('username', name)
  from (values (%(seller)s, 'seller'), (%(buyer)s, 'buyer'), (%(stranger)s, 'stranger'), (%(admin)s, 'admin'))
    as people (id, name);

insert into kit_projects (id, owner_id, title) values
  (%(project)s, %(seller)s, 'Break'),
  (%(rival_project)s, %(stranger)s, 'Rival');

insert into kits (id, owner_id, name, visibility, status) values
  (%(listed)s, %(seller)s, 'Listed', 'public', 'published'),
  (%(draft)s, %(seller)s, 'Draft', 'public', 'draft'),
  (%(hidden)s, %(seller)s, 'Hidden', 'private', 'published'),
  (%(sold)s, %(seller)s, 'Sold', 'private', 'archived'),
  (%(returned)s, %(seller)s, 'Returned', 'private', 'draft'),
  (%(rival_kit)s, %(stranger)s, 'Rival', 'private', 'draft');

insert into kit_slices (id, project_id, kit_id, name, start_time, end_time) values
  (%(slice_of_project)s, %(project)s, null, 'Kick', 0, 1),
  (%(slice_of_listed)s, null, %(listed)s, 'Snare', 0, 1),
  (%(slice_of_hidden)s, null, %(hidden)s, 'Hat', 0, 1),
  (%(slice_of_sold)s, null, %(sold)s, 'Clap', 0, 1),
  (%(slice_of_returned)s, null, %(returned)s, 'Tom', 0, 1),
  (%(slice_of_both)s, %(project)s, %(draft)s, 'Ride', 0, 1),
  (%(rival_slice)s, %(rival_project)s, null, 'Rim', 0, 1),
  (%(mixed_slice)s, %(rival_project)s, %(listed)s, 'Crash', 0, 1);

insert into purchases (id, kit_id, buyer_id, amount_cents, currency, status) values
  (%(completed)s, %(sold)s, %(buyer)s, 900, 'EUR', 'completed'),
  (%(refunded)s, %(returned)s, %(buyer)s, 900, 'EUR', 'refunded'),
  (%(pending)s, %(hidden)s, %(stranger)s, 900, 'EUR', 'pending');

insert into kit_likes (id, kit_id, user_id) values
  (%(like_of_listed)s, %(listed)s, %(buyer)s),
  (%(like_of_draft)s, %(draft)s, %(buyer)s),
  (%(like_of_sold)s, %(sold)s, %(stranger)s);

insert into notifications (id, user_id, actor_id, type) values
  (%(news_for_seller)s, %(seller)s, %(buyer)s, 'sale'),
  (%(news_for_buyer)s, %(buyer)s, null, 'welcome');

insert into audit_logs (id, event_type, user_id) values
  (%(entry)s, 'user.login', %(buyer)s);

insert into storage.objects (id, bucket_id, name) values
  (%(cover)s, 'covers', %(seller)s || '/cover.png'),
  (%(loose_cover)s, 'covers', 'cover.png'),
  (%(cover_of_admin)s, 'covers', %(admin)s || '/cover.png'),
  (%(dump)s, 'audit-dumps', %(admin)s || '/2025.json');
"""


class Market:
    """A small marketplace in one transaction, and requests to it as PostgREST makes them."""

    def __init__(self, connection):
        self.connection = connection
        names = (*USERS, *re.findall(r"%\((\w+)\)s", WORLD))
        self.ids = {name: str(uuid4()) for name in names}
        self.connection.execute(self.compose(WORLD))

    def compose(self, statement, **values):
        cursor = psycopg.ClientCursor(self.connection)
        return cursor.mogrify(statement, {**self.ids, **values})

    def claims(self, actor):
        if actor in (ANON, SERVICE):
            return {"role": {ANON: "anon", SERVICE: "service_role"}[actor]}
        return {
            "sub": self.ids[actor],
            "role": "authenticated",
            "app_metadata": {"role": "admin"} if actor == ADMIN else {},
            "user_metadata": {"role": "admin"} if actor == STRANGER else {},
        }

    @contextmanager
    def request(self, actor, headers=None, keep=False):
        claims = self.claims(actor)
        settings = {
            "role": claims["role"],
            "request.jwt.claims": json.dumps(claims),
            "request.headers": json.dumps(headers or {}),
            "storage.allow_delete_query": "true",
        }
        with self.connection.transaction(force_rollback=not keep):
            for name, value in settings.items():
                self.connection.execute("select set_config(%s, %s, true)", (name, value))
            yield self.connection
            for name in settings:
                self.connection.execute("select set_config(%s, %s, true)", (name, "none" if name == "role" else ""))

    def ask(self, actor, statement, *, headers=None, keep=False, **values):
        """The rows of one request, which is undone unless it is to be kept."""
        with self.request(actor, headers, keep) as connection:
            cursor = connection.execute(self.compose(statement, me=self.ids.get(actor), **values))
            return cursor.fetchall() if cursor.description else []

    def outcome(self, actor, statement, **values):
        """How many rows a request touches, or the SQLSTATE it fails with."""
        try:
            with self.request(actor) as connection:
                return connection.execute(self.compose(statement, me=self.ids.get(actor), **values)).rowcount
        except psycopg.Error as error:
            return error.sqlstate

    def outcomes(self, statement, **values):
        return {actor: self.outcome(actor, statement, **values) for actor in EVERYBODY}

    def visible(self, actor, table):
        """The rows of the world that an actor selects from a table, by name; or the SQLSTATE."""
        names = {identity: name for name, identity in self.ids.items()}
        try:
            rows = self.ask(actor, f"select id::text from {table}")
        except psycopg.Error as error:
            return error.sqlstate
        return {names[identity] for (identity,) in rows if identity in names}

    def value(self, query, **values):
        return self.connection.execute(self.compose(query, **values)).fetchone()[0]

    def run(self, statement, **values):
        return self.connection.execute(self.compose(statement, **values)).rowcount


@pytest.fixture
def market(phase0):
    # As postgres, and yet able to become the auth service, which postgres is no member of.
    connection = phase0.connect("supabase_admin")
    connection.execute("set session authorization postgres")
    connection.execute('set search_path = "$user", public, extensions')
    connection.commit()
    try:
        yield Market(connection)
    finally:
        connection.rollback()
        connection.close()


@pytest.fixture
def catalog(phase0):
    connection = phase0.connect()
    connection.row_factory = scalar_row
    try:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()
    finally:
        connection.rollback()
        connection.close()


def everybody(otherwise, **exceptions):
    return dict.fromkeys(EVERYBODY, otherwise) | exceptions


SELECT = {
    "profiles": everybody({SELLER, BUYER, STRANGER, ADMIN}, anon={SELLER}),
    "kit_projects": everybody(
        set(), anon=REFUSED, seller={"project"}, stranger={"rival_project"}, service={"project", "rival_project"}
    ),
    "kits": everybody(
        {"listed"},
        seller={"listed", "draft", "hidden", "sold", "returned"},
        buyer={"listed", "sold"},
        stranger={"listed", "rival_kit"},
        service={"listed", "draft", "hidden", "sold", "returned", "rival_kit"},
    ),
    "kit_slices": everybody(
        {"slice_of_listed", "mixed_slice"},
        seller={
            "slice_of_project",
            "slice_of_listed",
            "slice_of_hidden",
            "slice_of_sold",
            "slice_of_returned",
            "slice_of_both",
            "mixed_slice",
        },
        buyer={"slice_of_listed", "slice_of_sold", "mixed_slice"},
        stranger={"slice_of_listed", "rival_slice", "mixed_slice"},
        service={
            "slice_of_project",
            "slice_of_listed",
            "slice_of_hidden",
            "slice_of_sold",
            "slice_of_returned",
            "slice_of_both",
            "rival_slice",
            "mixed_slice",
        },
    ),
    "kit_likes": everybody(
        {"like_of_listed"},
        anon=REFUSED,
        seller={"like_of_listed", "like_of_draft", "like_of_sold"},
        buyer={"like_of_listed", "like_of_draft", "like_of_sold"},
        stranger={"like_of_listed", "like_of_sold"},
        service={"like_of_listed", "like_of_draft", "like_of_sold"},
    ),
    "purchases": everybody(
        set(),
        anon=REFUSED,
        seller={"completed", "refunded", "pending"},
        buyer={"completed", "refunded"},
        stranger={"pending"},
        service={"completed", "refunded", "pending"},
    ),
    "notifications": everybody(
        set(),
        anon=REFUSED,
        seller={"news_for_seller"},
        buyer={"news_for_buyer"},
        service={"news_for_seller", "news_for_buyer"},
    ),
    "audit_logs": everybody(set(), anon=REFUSED, admin={"entry"}, service={"entry"}),
    "storage.objects": everybody(
        {"cover", "loose_cover", "cover_of_admin"},
        admin={"cover", "loose_cover", "cover_of_admin", "dump"},
        service={"cover", "loose_cover", "cover_of_admin", "dump"},
    ),
}


@pytest.mark.parametrize("table", SELECT)
def test_everybody_selects_exactly_their_rows(market, table):
    assert {actor: market.visible(actor, table) for actor in EVERYBODY} == SELECT[table]


def test_a_caller_without_a_subject_is_no_user(market):
    market.claims = lambda actor: {"role": "authenticated"}

    seen = {table: market.visible(SELLER, table) for table in SELECT}

    assert seen == {table: set() for table in SELECT} | {
        "kits": {"listed"},
        "kit_slices": {"slice_of_listed", "mixed_slice"},
        "kit_likes": {"like_of_listed"},
        "storage.objects": {"cover", "loose_cover", "cover_of_admin"},
    }


BLIND = {
    "update profiles set bio = 'x'": everybody(1, anon=REFUSED, service=REFUSED),
    "update kit_projects set notes = 'x'": everybody(0, anon=REFUSED, seller=1, stranger=1, service=REFUSED),
    "delete from kit_projects": everybody(0, anon=REFUSED, seller=1, stranger=1, service=REFUSED),
    "update kits set description = 'x'": everybody(0, anon=REFUSED, seller=5, stranger=1, service=REFUSED),
    "update kit_slices set name = 'x'": everybody(0, anon=REFUSED, seller=6, stranger=1, service=REFUSED),
    "delete from kit_slices": everybody(0, anon=REFUSED, seller=6, stranger=1, service=REFUSED),
    "delete from kit_likes": everybody(0, anon=REFUSED, buyer=2, stranger=1, service=REFUSED),
    "update notifications set is_read = true": everybody(0, anon=REFUSED, seller=1, buyer=1, service=REFUSED),
    "delete from notifications": everybody(0, anon=REFUSED, seller=1, buyer=1, service=REFUSED),
    "update storage.objects set metadata = '{}'": everybody(0, seller=1, admin=1, service=4),
    "delete from storage.objects": everybody(0, seller=1, admin=1, service=REFUSED),
    "update storage.objects set bucket_id = 'audit-dumps', name = name || 'x'": everybody(
        0, seller=REFUSED, admin=REFUSED, service=4
    ),
}


@pytest.mark.parametrize("statement", BLIND)
def test_a_statement_without_a_filter_reaches_its_callers_rows_alone(market, statement):
    assert market.outcomes(statement) == BLIND[statement]


# profiles


def test_profiles_are_made_by_sign_up_alone(market):
    insert = "insert into profiles (id, username) values (%(id)s, 'forged')"

    assert market.outcomes(insert, id=str(uuid4())) == everybody(REFUSED)
    assert market.value("select username from profiles where id = %(seller)s") == "seller"


def test_profiles_are_edited_by_their_user_alone(market):
    edit = "update profiles set display_name = 'Me', bio = 'Drums' where id = %(seller)s"

    assert market.outcomes(edit) == everybody(0, seller=1, anon=REFUSED, service=REFUSED)


@pytest.mark.parametrize("column", ["id", "created_at", "updated_at"])
def test_a_profile_keeps_its_id_and_times(market, column):
    assert market.outcomes(f"update profiles set {column} = {column} where id = %(me)s") == everybody(REFUSED)


def test_profiles_go_with_their_user_only(market):
    assert market.outcomes("delete from profiles where id = %(me)s") == everybody(REFUSED)
    assert market.run("delete from auth.users where id = %(admin)s") == 1
    assert market.value("select count(*) from profiles where id = %(admin)s") == 0


@pytest.mark.parametrize("name", ["Seller", "ab", "a" * 31, "with space", "naïve", "line\n", ""])
def test_a_username_is_three_to_thirty_plain_characters(market, name):
    rename = "update profiles set username = %(name)s where id = %(me)s"

    assert market.outcome(BUYER, rename, name=name) == INVALID
    assert market.outcome(BUYER, rename, name="buyer_2") == 1


def test_a_username_is_unique(market):
    assert market.outcome(BUYER, "update profiles set username = 'seller' where id = %(me)s") == TAKEN


# kit_projects


def test_projects_are_made_by_users_for_themselves(market):
    insert = "insert into kit_projects (owner_id, title) values (%(owner)s, 'New')"

    assert market.outcomes(insert, owner=market.ids[SELLER]) == everybody(REFUSED, seller=1)
    assert market.outcomes("insert into kit_projects (title) values ('New') returning *") == everybody(
        1, anon=REFUSED, service=REFUSED
    )


def test_projects_are_edited_and_deleted_by_their_owner(market):
    assert market.outcomes("update kit_projects set title = 'Beat' where id = %(project)s returning id") == everybody(
        0, seller=1, anon=REFUSED, service=REFUSED
    )
    assert market.outcomes("delete from kit_projects where id = %(project)s") == everybody(
        0, seller=1, anon=REFUSED, service=REFUSED
    )


def test_a_project_is_linked_to_its_owners_own_kit_only(market):
    link = "update kit_projects set linked_kit_id = %(kit)s where owner_id = %(me)s"
    insert = "insert into kit_projects (title, linked_kit_id) values ('New', %(kit)s)"

    for statement in (link, insert):
        assert market.outcome(SELLER, statement, kit=market.ids["draft"]) == 1
        assert market.outcome(SELLER, statement, kit=market.ids["rival_kit"]) == REFUSED
        assert market.outcome(STRANGER, statement, kit=market.ids["listed"]) == REFUSED


@pytest.mark.parametrize("column", ["owner_id", "created_at", "updated_at"])
def test_a_project_keeps_its_owner_and_times(market, column):
    assert market.outcomes(f"update kit_projects set {column} = {column} where owner_id = %(me)s") == everybody(REFUSED)


def test_a_project_is_upserted_by_its_owner(market):
    upsert = """
        insert into kit_projects (id, title, notes) values (%(id)s, 'Again', 'kept')
        on conflict (id) do update set id = excluded.id, title = excluded.title, notes = excluded.notes
        returning id
    """

    assert market.outcomes(upsert, id=market.ids["project"]) == everybody(REFUSED, seller=1)
    assert market.outcome(BUYER, upsert, id=str(uuid4())) == 1


# kits


def test_kits_are_made_by_users_for_themselves(market):
    insert = "insert into kits (owner_id, name, status) values (%(owner)s, 'New', 'archived')"

    assert market.outcomes(insert, owner=market.ids[SELLER]) == everybody(REFUSED, seller=1)
    assert market.outcomes(insert, owner=None) == everybody(REFUSED)
    assert market.outcomes("insert into kits (name) values ('New') returning *") == everybody(
        1, anon=REFUSED, service=REFUSED
    )


def test_a_kit_comes_from_its_owners_own_project(market):
    insert = "insert into kits (name, project_id) values ('New', %(project)s)"
    update = "update kits set project_id = %(project)s where owner_id = %(me)s"

    for statement in (insert, update):
        assert market.outcome(STRANGER, statement, project=market.ids["rival_project"]) == 1
        assert market.outcome(STRANGER, statement, project=market.ids["project"]) == REFUSED


@pytest.mark.parametrize("column", ["like_count", "download_count"])
def test_counters_are_no_clients_business(market, column):
    insert = f"insert into kits (name, {column}) values ('New', 0)"
    update = f"update kits set {column} = 1000 where id = %(listed)s"

    assert market.outcomes(insert) == everybody(REFUSED)
    assert market.outcomes(update) == everybody(REFUSED)
    assert market.ask(SELLER, f"insert into kits (name) values ('New') returning {column}") == [(0,)]


@pytest.mark.parametrize("column", ["id", "owner_id", "created_at", "updated_at"])
def test_a_kit_keeps_its_id_owner_and_times(market, column):
    assert market.outcomes(f"update kits set {column} = {column} where id = %(draft)s") == everybody(REFUSED)


def test_kits_are_edited_by_their_owner_and_not_by_their_buyer(market):
    publish = "update kits set status = 'published', visibility = 'public', price_cents = 0 where id = %(sold)s"

    assert market.outcomes(publish) == everybody(0, seller=1, anon=REFUSED, service=REFUSED)


def test_kits_are_deleted_by_their_owner_unless_somebody_bought_them(market):
    delete = "delete from kits where id = %(kit)s"

    assert market.outcomes(delete, kit=market.ids["draft"]) == everybody(0, seller=1, anon=REFUSED, service=REFUSED)
    assert market.outcome(BUYER, delete, kit=market.ids["sold"]) == 0
    # Postgres 18 gives "on delete restrict" a code of its own.
    with pytest.raises((errors.ForeignKeyViolation, errors.RestrictViolation)):
        market.ask(SELLER, delete, kit=market.ids["sold"])


@pytest.mark.parametrize("status", ["completed", "refunded", "pending", "failed"])
def test_only_a_completed_purchase_opens_a_kit(market, status):
    market.run("update purchases set status = %(status)s where id = %(completed)s", status=status)

    assert ("sold" in market.visible(BUYER, "kits")) is (status == "completed")
    assert ("slice_of_sold" in market.visible(BUYER, "kit_slices")) is (status == "completed")


def test_unlisting_a_kit_hides_it_and_its_slices(market):
    assert "listed" in market.visible(ANON, "kits")

    market.ask(SELLER, "update kits set visibility = 'private' where id = %(listed)s", keep=True)

    assert market.visible(ANON, "kits") == set()
    assert market.visible(ANON, "kit_slices") == set()
    assert market.visible(ANON, "profiles") == set()


# kit_slices


def test_slices_are_added_by_the_owner_of_project_and_kit(market):
    insert = """
        insert into kit_slices (project_id, kit_id, name, start_time, end_time)
        values (%(into)s, %(kit)s, 'New', 0, 0.5)
    """
    project, kit, rival_project = (market.ids[name] for name in ("project", "draft", "rival_project"))

    assert market.outcomes(insert, into=project, kit=None) == everybody(REFUSED, seller=1)
    assert market.outcomes(insert, into=None, kit=kit) == everybody(REFUSED, seller=1)
    assert market.outcomes(insert, into=project, kit=kit) == everybody(REFUSED, seller=1)
    assert market.outcomes(insert, into=rival_project, kit=kit) == everybody(REFUSED)
    assert market.outcome(SELLER, insert + " returning *", into=project, kit=kit) == 1


def test_slices_are_edited_and_deleted_by_the_owner_of_project_and_kit(market):
    edit = "update kit_slices set name = 'Other' where id = %(slice)s returning id"
    delete = "delete from kit_slices where id = %(slice)s"
    mine = everybody(0, seller=1, anon=REFUSED, service=REFUSED)
    nobodys = everybody(0, anon=REFUSED, service=REFUSED)

    for statement in (edit, delete):
        assert market.outcomes(statement, slice=market.ids["slice_of_project"]) == mine
        assert market.outcomes(statement, slice=market.ids["slice_of_listed"]) == mine
        assert market.outcomes(statement, slice=market.ids["slice_of_both"]) == mine
        assert market.outcomes(statement, slice=market.ids["slice_of_sold"]) == mine
        assert market.outcomes(statement, slice=market.ids["mixed_slice"]) == nobodys


def test_a_slice_moves_only_to_a_home_of_the_same_owner(market):
    to_kit = "update kit_slices set kit_id = %(kit)s where id = %(slice_of_project)s"
    to_project = "update kit_slices set project_id = %(into)s where id = %(slice_of_listed)s"

    assert market.outcome(SELLER, to_kit, kit=market.ids["sold"]) == 1
    assert market.outcome(SELLER, to_kit, kit=market.ids["rival_kit"]) == REFUSED
    assert market.outcome(SELLER, to_project, into=market.ids["project"]) == 1
    assert market.outcome(SELLER, to_project, into=market.ids["rival_project"]) == REFUSED


def test_a_slice_is_upserted_by_its_owner(market):
    upsert = """
        insert into kit_slices (id, project_id, name, start_time, end_time)
        values (%(id)s, %(project)s, 'Again', 0, 2)
        on conflict (id) do update set id = excluded.id, project_id = excluded.project_id, name = excluded.name,
          start_time = excluded.start_time, end_time = excluded.end_time
        returning id
    """

    assert market.outcomes(upsert, id=market.ids["slice_of_project"]) == everybody(REFUSED, seller=1)
    assert market.outcome(SELLER, upsert, id=str(uuid4())) == 1
    assert market.outcome(SELLER, upsert, id=market.ids["rival_slice"]) == REFUSED


def test_a_slice_needs_a_home(market):
    orphan = "insert into kit_slices (name, start_time, end_time) values ('New', 0, 1)"

    leave = "update kit_slices set kit_id = null where id = %(slice)s"

    assert market.outcome(SELLER, orphan) == INVALID
    assert market.outcome(SELLER, leave, slice=market.ids["slice_of_listed"]) == REFUSED
    assert market.outcome(SELLER, leave, slice=market.ids["slice_of_both"]) == 1
    with pytest.raises(errors.CheckViolation), market.connection.transaction():
        market.run(leave, slice=market.ids["slice_of_listed"])


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [("0", "0.001", 1), ("1", "1", INVALID), ("-0.1", "1", INVALID), ("0", "NaN", INVALID), ("0", "Infinity", INVALID)],
)
def test_a_slice_is_a_finite_stretch_of_time(market, start, end, outcome):
    move = "update kit_slices set start_time = %(start)s, end_time = %(end)s where id = %(slice_of_project)s"

    assert market.outcome(SELLER, move, start=start, end=end) == outcome


def test_a_slice_in_project_and_kit_outlives_either(market):
    homes = "select project_id is null, kit_id is null from kit_slices where id = %(slice_of_both)s"

    with market.connection.transaction(force_rollback=True):
        market.ask(SELLER, "delete from kit_projects where id = %(project)s", keep=True)
        assert market.connection.execute(market.compose(homes)).fetchall() == [(True, False)]
        assert market.value("select count(*) from kit_slices where id = %(slice_of_project)s") == 0

    with market.connection.transaction(force_rollback=True):
        market.ask(SELLER, "delete from kits where id = %(draft)s", keep=True)
        assert market.connection.execute(market.compose(homes)).fetchall() == [(False, True)]
        assert market.value("select count(*) from kit_slices where id = %(slice_of_listed)s") == 1
        market.ask(SELLER, "delete from kit_projects where id = %(project)s", keep=True)
        assert market.connection.execute(market.compose(homes)).fetchall() == []


# kit_likes


def test_users_like_listed_kits_as_themselves(market):
    like = "insert into kit_likes (kit_id, user_id) values (%(kit)s, %(user)s)"

    assert market.outcomes(like, kit=market.ids["listed"], user=market.ids[STRANGER]) == everybody(REFUSED, stranger=1)
    assert market.outcome(STRANGER, "insert into kit_likes (kit_id) values (%(listed)s) returning *") == 1
    for kit in ("draft", "hidden", "sold"):
        assert market.outcomes(like, kit=market.ids[kit], user=market.ids[BUYER]) == everybody(REFUSED)
        assert market.outcomes(like, kit=market.ids[kit], user=market.ids[SELLER]) == everybody(REFUSED)


def test_a_kit_is_liked_once(market):
    assert market.outcome(BUYER, "insert into kit_likes (kit_id) values (%(listed)s)") == TAKEN


@pytest.mark.parametrize("like", ["like_of_listed", "like_of_draft"])
def test_a_like_is_taken_back_by_its_user_alone_listed_or_not(market, like):
    delete = "delete from kit_likes where id = %(like)s returning id"

    assert market.outcomes(delete, like=market.ids[like]) == everybody(0, buyer=1, anon=REFUSED, service=REFUSED)


def test_a_like_is_never_edited(market):
    assert market.outcomes("update kit_likes set kit_id = %(listed)s where user_id = %(me)s") == everybody(REFUSED)


def test_likes_of_others_are_counted(market):
    count = "select like_count from kits where id = %(listed)s"
    assert market.value(count) == 1

    market.ask(STRANGER, "insert into kit_likes (kit_id) values (%(listed)s)", keep=True)
    assert market.value(count) == 2

    market.ask(BUYER, "delete from kit_likes where kit_id = %(listed)s", keep=True)
    assert market.value(count) == 1

    market.run("delete from auth.users where id = %(stranger)s")
    assert market.value(count) == 0


def test_likes_are_counted_per_kit_in_one_statement(market):
    counts = "select like_count from kits where id in (%(listed)s, %(draft)s, %(hidden)s) order by name"

    market.run("""
        insert into kit_likes (kit_id, user_id) values
          (%(listed)s, %(stranger)s), (%(listed)s, %(admin)s), (%(draft)s, %(admin)s), (%(hidden)s, %(admin)s)
    """)
    assert market.connection.execute(market.compose(counts)).fetchall() == [(2,), (1,), (3,)]

    market.run("delete from kit_likes where user_id in (%(buyer)s, %(admin)s)")
    assert market.connection.execute(market.compose(counts)).fetchall() == [(0,), (0,), (1,)]


def test_a_liked_kit_can_be_deleted(market):
    market.ask(SELLER, "delete from kits where id = %(listed)s", keep=True)

    assert market.value("select count(*) from kit_likes where kit_id = %(listed)s") == 0


def test_a_like_is_no_edit_of_the_kit(market):
    market.run("""
        alter table kits disable trigger kits_set_updated_at;
        update kits set updated_at = '2025-01-01Z';
        alter table kits enable trigger kits_set_updated_at
    """)
    edited = "select updated_at > '2025-01-01Z' from kits where id = %(listed)s"

    market.ask(STRANGER, "insert into kit_likes (kit_id) values (%(listed)s)", keep=True)
    assert market.value(edited) is False

    market.ask(SELLER, "update kits set name = 'Other' where id = %(listed)s", keep=True)
    assert market.value(edited) is True


# purchases


def test_purchases_are_written_by_the_server_alone(market):
    insert = """
        insert into purchases (kit_id, buyer_id, amount_cents, currency, status)
        values (%(hidden)s, %(buyer)s, 0, 'EUR', 'completed') returning *
    """

    assert market.outcomes(insert) == everybody(REFUSED, service=1)
    assert market.outcomes("update purchases set status = 'completed' where id = %(refunded)s") == everybody(
        REFUSED, service=1
    )
    assert market.outcomes("delete from purchases where id = %(refunded)s") == everybody(REFUSED)


def test_a_payment_is_recorded_once(market):
    record = """
        insert into purchases (kit_id, buyer_id, amount_cents, currency, stripe_payment_id, status)
        values (%(hidden)s, %(buyer)s, 900, 'EUR', %(payment)s, 'completed')
    """
    again = record + " on conflict (stripe_payment_id) do update set status = excluded.status"

    market.ask(SERVICE, record, payment="pi_1", keep=True)

    assert market.outcome(SERVICE, record, payment="pi_1") == TAKEN
    assert market.outcome(SERVICE, again, payment="pi_1") == 1
    assert market.outcome(SERVICE, record, payment=None) == 1


# notifications


def test_notifications_are_written_by_the_server_alone(market):
    insert = "insert into notifications (user_id, type) values (%(buyer)s, 'news') returning *"

    assert market.outcomes(insert) == everybody(REFUSED, service=1)


def test_a_notification_is_marked_read_and_deleted_by_its_user(market):
    for statement in (
        "update notifications set is_read = true where id = %(news_for_buyer)s returning id",
        "delete from notifications where id = %(news_for_buyer)s",
    ):
        assert market.outcomes(statement) == everybody(0, buyer=1, anon=REFUSED, service=REFUSED)


@pytest.mark.parametrize("column", ["id", "user_id", "actor_id", "type", "data", "created_at", "updated_at"])
def test_nothing_else_of_a_notification_changes(market, column):
    assert market.outcomes(f"update notifications set {column} = {column} where user_id = %(me)s") == everybody(REFUSED)


# audit_logs


def test_the_log_is_written_by_the_server_alone(market):
    insert = "insert into audit_logs (event_type) values ('kit.publish') returning id"

    assert market.outcomes(insert) == everybody(REFUSED, service=1)
    assert market.outcomes("select log_audit_event('kit.publish')") == everybody(REFUSED, service=1)


def test_an_entry_is_not_dated_back(market):
    insert = "insert into audit_logs (event_type, created_at) values ('kit.publish', '2020-01-01')"

    assert market.outcome(SERVICE, insert) == REFUSED


@pytest.mark.parametrize(
    "change",
    [
        "update audit_logs set details = '{}' where id = %(entry)s",
        "update audit_logs set user_id = null where id = %(entry)s",
        "delete from audit_logs where id = %(entry)s",
        "truncate audit_logs",
    ],
)
def test_the_log_is_append_only_for_everybody_its_owner_included(market, change):
    assert market.outcomes(change) == everybody(REFUSED)
    with pytest.raises(errors.InsufficientPrivilege, match="append-only"), market.connection.transaction():
        market.run(change)


def test_deleting_a_user_keeps_their_entries_without_the_name(market):
    market.run("delete from auth.users where id = %(buyer)s")

    entry = "select event_type || ' ' || coalesce(user_id::text, 'nobody') from audit_logs where id = %(entry)s"
    assert market.value(entry) == "user.login nobody"


@pytest.mark.parametrize("event", ["", "login", "User.login", "user.", ".login", "user..login", "user.log in", "a.b\n"])
def test_an_event_type_is_dotted_lower_case(market, event):
    insert = "insert into audit_logs (event_type) values (%(event)s)"

    assert market.outcome(SERVICE, insert, event=event) == INVALID
    assert market.outcome(SERVICE, insert, event="drumkit.create.v2") == 1


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (" 2001:db8::7 ,10.0.0.1", "2001:db8::7"),
        ("unknown, 203.0.113.7", None),
        ("203.0.113.7:4711", None),
        ("10.0.0.0/8", None),
        ("'; drop table kits; --", None),
        ("", None),
        (None, None),
    ],
)
def test_an_event_carries_the_first_address_of_its_request(market, forwarded, address):
    headers = {"user-agent": "Groovebox/1.0"} | ({} if forwarded is None else {"x-forwarded-for": forwarded})

    (identity,) = market.ask(SERVICE, "select log_audit_event('user.login')", headers=headers, keep=True)[0]

    found = (
        "select jsonb_build_array(host(ip_address), user_agent, severity, details) from audit_logs where id = %(id)s"
    )
    assert market.value(found, id=identity) == [address, "Groovebox/1.0", "info", {}]


@pytest.mark.parametrize("headers", ["", "not json", "[]", '"text"', "null", '{"user-agent": "\\u0000"}'])
def test_an_event_is_logged_whatever_the_headers_hold(market, headers):
    with market.request(SERVICE) as connection:
        connection.execute("select set_config('request.headers', %s, true)", (headers,))
        logged = connection.execute("""
            select log_audit_event(event_type => 'kit.publish', resource_type => 'kit', resource_id => '7',
                                   details => '{"by": "cron"}', severity => 'warning')
        """).fetchone()
        entry = connection.execute(
            "select ip_address, user_agent, resource_type, resource_id, details, severity, user_id"
            " from audit_logs where id = %s",
            logged,
        ).fetchone()

    assert entry == (None, None, "kit", "7", {"by": "cron"}, "warning", None)


# functions


def test_statistics_are_the_callers_own(market):
    market.run("update kits set download_count = 3 where id in (%(listed)s, %(sold)s, %(rival_kit)s)")
    stats = "select kit_count, project_count, total_downloads, newest_project_id::text from get_my_stats()"

    assert market.ask(SELLER, stats) == [(5, 1, 6, market.ids["project"])]
    assert market.ask(STRANGER, stats) == [(1, 1, 3, market.ids["rival_project"])]
    assert market.ask(BUYER, "select * from get_my_stats()") == [(0, 0, 0, None, None, None)]
    assert market.outcome(ANON, stats) == REFUSED
    assert market.outcome(SERVICE, stats) == REFUSED


def test_helpers_are_out_of_clients_reach(market):
    for function in ("is_admin()", "bought_kit_ids()", "request_ip()", "request_header('host')"):
        assert market.outcomes(f"select private.{function}") == everybody(REFUSED)


# storage


def test_covers_are_uploaded_into_the_users_own_folder(market):
    upload = "insert into storage.objects (bucket_id, name) values (%(bucket)s, %(name)s)"
    own = market.ids[SELLER]

    assert market.outcome(SELLER, upload + " returning id", bucket="covers", name=f"{own}/new.png") == 1
    assert market.outcomes(upload, bucket="covers", name=f"{own}/new.png") == everybody(REFUSED, seller=1, service=1)
    assert market.outcomes(upload, bucket="covers", name=f"{own}/a/b.png") == everybody(REFUSED, seller=1, service=1)
    for name in (f"{own}.png", own, f"{own}x/new.png", f"x/{own}/new.png", f"/{own}/new.png"):
        assert market.outcomes(upload, bucket="covers", name=name) == everybody(REFUSED, service=1)


def test_covers_are_changed_and_deleted_in_the_users_own_folder(market):
    for statement in (
        "update storage.objects set metadata = '{}' where id = %(cover)s returning id",
        "delete from storage.objects where id = %(cover)s",
    ):
        assert market.outcomes(statement) == everybody(0, seller=1, service=1)
    for statement in (
        "update storage.objects set metadata = '{}' where id = %(loose_cover)s",
        "delete from storage.objects where id = %(loose_cover)s",
    ):
        assert market.outcomes(statement) == everybody(0, service=1)


def test_a_cover_moves_neither_to_another_folder_nor_to_another_bucket(market):
    rename = "update storage.objects set name = %(name)s where id = %(cover)s"
    move = "update storage.objects set bucket_id = 'audit-dumps' where id = %(cover)s"

    assert market.outcome(SELLER, rename, name=f"{market.ids[SELLER]}/b.png") == 1
    assert market.outcome(SELLER, rename, name=f"{market.ids[BUYER]}/b.png") == REFUSED
    assert market.outcome(SELLER, rename, name="b.png") == REFUSED
    assert market.outcome(SELLER, move) == REFUSED
    assert market.outcome(ADMIN, move, cover=market.ids["cover_of_admin"]) == REFUSED


def test_audit_dumps_are_written_by_the_server_and_deleted_by_nobody(market):
    insert = "insert into storage.objects (bucket_id, name) values ('audit-dumps', %(name)s)"
    own_folder = f"{market.ids[ADMIN]}/new.json"

    assert market.outcomes(insert, name=own_folder) == everybody(REFUSED, service=1)
    assert market.outcomes("update storage.objects set metadata = '{}' where id = %(dump)s") == everybody(0, service=1)
    assert market.outcomes("delete from storage.objects where id = %(dump)s") == everybody(0, service=REFUSED)
    assert market.outcomes("update storage.objects set bucket_id = 'covers' where id = %(dump)s") == everybody(
        0, service=REFUSED
    )


def test_buckets_are_out_of_clients_reach(market):
    shown = "select id from storage.buckets where id in ('covers', 'audit-dumps')"
    opened = "update storage.buckets set public = true where id = 'audit-dumps'"

    assert market.outcomes(shown) == everybody(0, service=2)
    assert market.outcomes(opened) == everybody(0, service=1)


def test_covers_are_public_images_of_five_megabytes_and_dumps_private(catalog):
    buckets = catalog("""
        select jsonb_build_object('public', public, 'limit', file_size_limit, 'types', allowed_mime_types)
        from storage.buckets where id in ('covers', 'audit-dumps') order by id desc
    """)

    assert buckets == [
        {
            "public": True,
            "limit": 5 * 1024 * 1024,
            "types": ["image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"],
        },
        {"public": False, "limit": None, "types": None},
    ]


# users who come and go


@pytest.mark.parametrize(
    ("metadata", "profile"),
    [
        (None, [None, None, None]),
        ({}, [None, None, None]),
        ([], [None, None, None]),
        ("text", [None, None, None]),
        ({"username": " DrumFan_1 "}, ["drumfan_1", None, None]),
        ({"username": "seller"}, [None, None, None]),
        ({"username": "SELLER", "name": "Second"}, [None, "Second", None]),
        ({"username": "x"}, [None, None, None]),
        ({"username": "y" * 31}, [None, None, None]),
        ({"username": {"a": 1}}, [None, None, None]),
        ({"username": "robert'); drop table kits; --"}, [None, None, None]),
        ({"full_name": "  " + "n" * 500}, [None, "n" * 98, None]),
        ({"display_name": "   "}, [None, None, None]),
        ({"avatar_url": "javascript:alert(1)"}, [None, None, None]),
        ({"avatar_url": "https://x/" + "y" * 5000}, [None, None, None]),
        ({"avatar_url": "https://example.com/a.png"}, [None, None, "https://example.com/a.png"]),
        ({"role": "admin", "id": "7", "created_at": "2020-01-01"}, [None, None, None]),
    ],
)
def test_sign_up_makes_a_profile_whatever_the_metadata_holds(market, metadata, profile):
    newcomer = str(uuid4())

    market.run("set local session authorization supabase_auth_admin")
    market.run(
        "insert into auth.users (id, raw_user_meta_data) values (%(id)s, %(metadata)s)",
        id=newcomer,
        metadata=None if metadata is None else json.dumps(metadata),
    )
    market.run("set local session authorization postgres")

    made = "select jsonb_build_array(username, display_name, avatar_url) from profiles where id = %(id)s"
    assert market.value(made, id=newcomer) == profile


def test_buyers_keep_a_kit_whose_seller_leaves_and_the_rest_goes(market):
    market.run(
        "insert into purchases (kit_id, buyer_id, amount_cents, currency) values (%(listed)s, %(buyer)s, 1, 'EUR')"
    )

    market.run("delete from auth.users where id = %(seller)s")

    left = "select jsonb_agg(name order by name) from kits where id in (%(listed)s, %(draft)s, %(hidden)s, %(sold)s)"
    assert market.value(left) == ["Hidden", "Listed", "Sold"]
    assert market.visible(BUYER, "kits") == {"sold"}
    assert market.visible(BUYER, "kit_slices") == {"slice_of_sold"}
    assert market.visible(STRANGER, "kits") == {"rival_kit"}
    assert market.visible(ANON, "kits") == set()
    assert market.value("select count(*) from kit_projects where id = %(project)s") == 0


def test_the_seller_keeps_the_sale_when_the_buyer_leaves(market):
    market.run("delete from auth.users where id = %(buyer)s")

    assert market.ask(SELLER, "select buyer_id, amount_cents from purchases where id = %(completed)s") == [(None, 900)]
    assert market.value("select count(*) from kit_likes where user_id = %(buyer)s") == 0
    assert market.value("select count(*) from notifications where user_id = %(buyer)s") == 0
    assert market.value("select count(*) from notifications where id = %(news_for_seller)s and actor_id is null") == 1


def test_everybody_can_leave(market):
    everybody_leaves = "delete from auth.users where id in (%(seller)s, %(buyer)s, %(stranger)s, %(admin)s)"

    market.run("set local session authorization supabase_auth_admin")
    assert market.run(everybody_leaves) == 4
    market.run("set local session authorization postgres")
    assert market.value("select count(*) from audit_logs where id = %(entry)s") == 1


CONSTRAINTS = [
    ("kit_projects", "title", "", "t" * 200),
    ("kit_projects", "title", "t" * 201, "é" * 200),
    ("kit_projects", "source_duration", "-0.001", "0"),
    ("kit_projects", "source_duration", "NaN", None),
    ("kit_projects", "slice_settings", "[]", '{"grid": 16}'),
    ("kit_projects", "playback_config", "null", "{}"),
    ("kit_projects", "fx_chains", '"reverb"', "{}"),
    ("kits", "name", "", "n"),
    ("kits", "name", "n" * 201, "n" * 200),
    ("kits", "price_cents", "-1", "0"),
    ("kits", "currency", "eur", "EUR"),
    ("kits", "currency", "EURO", "JPY"),
    ("kits", "download_count", "-1", "0"),
    ("kits", "like_count", "-1", "0"),
    ("kits", "owner_id", None, SELLER),
    ("kit_slices", "fade_in_ms", "-1", "0"),
    ("kit_slices", "fade_out_ms", "-1", "0"),
    ("kit_slices", "metadata", "[]", "{}"),
    ("purchases", "amount_cents", "-1", "0"),
    ("purchases", "currency", "usd", "USD"),
    ("notifications", "data", "[]", "{}"),
]


@pytest.mark.parametrize(("table", "column", "wrong", "right"), CONSTRAINTS)
def test_a_column_holds_what_it_may(market, table, column, wrong, right):
    update = f"update {table} set {column} = %(value)s"
    right = market.ids.get(right, right)

    with pytest.raises(errors.CheckViolation), market.connection.transaction():
        market.run(update, value=wrong)
    assert market.run(update, value=right) > 0


EDITED = ["profiles", "kit_projects", "kits", "kit_slices", "purchases", "notifications"]


@pytest.mark.parametrize("table", EDITED)
def test_an_edited_row_is_stamped(market, table):
    stamp = f"update {table} set updated_at = '2025-01-01Z'"

    market.run(stamp)

    assert market.value(f"select count(*) from {table} where updated_at < now()") == 0


# several at once


@pytest.fixture
def crowd(phase0):
    """One listed kit and two users, committed, for tests that need several connections."""
    ids = {name: str(uuid4()) for name in ("owner", "first", "second", "kit")}
    connection = phase0.connect()
    connection.autocommit = True
    people = list(ids.values())[:3]
    connection.cursor().executemany("insert into auth.users (id) values (%s)", [(person,) for person in people])
    connection.execute(
        "insert into kits (id, owner_id, name, visibility, status)"
        " values (%(kit)s, %(owner)s, 'Hit', 'public', 'published')",
        ids,
    )
    try:
        yield connection, ids
    finally:
        connection.execute("delete from auth.users where id = any(%s)", (people,))
        connection.close()


def meanwhile(phase0, statement, values):
    """Run a statement in a session of its own; returns the thread and what it will have to say."""
    said = []

    def work():
        with phase0.connect() as connection:
            try:
                said.append(connection.execute(statement, values).rowcount)
            except psycopg.Error as error:
                said.append(error.sqlstate)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, said


def wait_for_a_blocked_session(connection):
    blocked = "select exists (select from pg_locks where not granted)"
    for _ in range(2000):
        if connection.execute(blocked).fetchone()[0]:
            return
        threading.Event().wait(0.005)
    pytest.fail("no session ever waited for a lock")


def test_two_likes_at_once_are_both_counted(phase0, crowd):
    connection, ids = crowd
    like = "insert into kit_likes (kit_id, user_id) values (%s, %s)"

    with phase0.connect() as slow:
        slow.execute(like, (ids["kit"], ids["first"]))
        thread, said = meanwhile(phase0, like, (ids["kit"], ids["second"]))
        wait_for_a_blocked_session(connection)
        slow.commit()
        thread.join(30)

    assert said == [1]
    assert connection.execute("select like_count from kits where id = %s", (ids["kit"],)).fetchone() == (2,)


def test_a_like_and_its_withdrawal_at_once_leave_the_count_right(phase0, crowd):
    connection, ids = crowd
    like = "insert into kit_likes (kit_id, user_id) values (%s, %s)"
    connection.execute(like, (ids["kit"], ids["first"]))

    with phase0.connect() as slow:
        slow.execute("delete from kit_likes where user_id = %s", (ids["first"],))
        thread, said = meanwhile(phase0, like, (ids["kit"], ids["second"]))
        wait_for_a_blocked_session(connection)
        slow.rollback()
        thread.join(30)

    assert said == [1]
    assert connection.execute("select like_count from kits where id = %s", (ids["kit"],)).fetchone() == (2,)


def test_two_users_who_like_the_same_kits_leave_at_once(phase0, crowd):
    connection, ids = crowd
    kits = [ids["kit"], *(str(uuid4()) for _ in range(5))]
    connection.cursor().executemany(
        "insert into kits (id, owner_id, name) values (%s, %s, 'Hit') on conflict do nothing",
        [(kit, ids["owner"]) for kit in kits],
    )
    for person, liked in (("first", kits), ("second", reversed(kits))):
        connection.cursor().executemany(
            "insert into kit_likes (kit_id, user_id) values (%s, %s)", [(kit, ids[person]) for kit in liked]
        )
    leave = "delete from auth.users where id = %s"

    with phase0.connect() as slow:
        slow.execute(leave, (ids["first"],))
        thread, said = meanwhile(phase0, leave, (ids["second"],))
        wait_for_a_blocked_session(connection)
        slow.commit()
        thread.join(30)

    assert said == [1]
    counts = connection.execute("select distinct like_count from kits where id = any(%s)", (kits,)).fetchall()
    assert counts == [(0,)]


def test_the_same_username_at_once_does_not_stop_a_sign_up(phase0, crowd):
    connection, ids = crowd
    sign_up = """insert into auth.users (id, raw_user_meta_data) values (%s, '{"username": "only_one"}')"""
    connection.execute("delete from auth.users where id in (%(first)s, %(second)s)", ids)

    with phase0.connect() as slow:
        slow.execute(sign_up, (ids["first"],))
        thread, said = meanwhile(phase0, sign_up, (ids["second"],))
        wait_for_a_blocked_session(connection)
        slow.commit()
        thread.join(30)

    assert said == [1]
    names = "select username from profiles where id in (%(first)s, %(second)s) order by username nulls last"
    assert connection.execute(names, ids).fetchall() == [("only_one",), (None,)]


# what the catalog must look like

ROLES = {"anon": "anon", "user": "authenticated", "admin": "authenticated", "service": "service_role"}
LINE = re.compile(r"(?P<actors>[\w, ]+): (?P<verbs>(?:(?:select|insert|update|delete)(?:\([^)]*\))?(?:, )?)+)")
VERB = re.compile(r"(select|insert|update|delete)(?:\(([^)]*)\))?")


def rights_of(specification, columns):
    """(role, verb, column) for each right that a table's lines grant; a delete has no column."""
    for line in specification["allow"]:
        match = LINE.match(line)
        for actor in match["actors"].split(", "):
            for verb, named in VERB.findall(match["verbs"]):
                every = [""] if verb == "delete" else columns
                yield from ((ROLES[actor], verb, column) for column in (named.split(", ") if named else every))


def test_the_api_roles_hold_the_privileges_of_the_specification_and_no_other(catalog):
    access = tomllib.loads((files("kitdb") / "policies" / "access.toml").read_text("utf-8"))
    tables = catalog("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")

    assert sorted(access["tables"]) == sorted(tables)
    for table in tables:
        columns = catalog("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0", table)
        held = catalog(
            """
            select array[role, verb, attname] from unnest(array['anon', 'authenticated', 'service_role']) as role,
              unnest(array['select', 'insert', 'update', 'references']) as verb, pg_attribute
            where attrelid = %s::regclass and attnum > 0 and has_column_privilege(role, attrelid, attnum, verb)
            union all
            select array[role, verb, ''] from unnest(array['anon', 'authenticated', 'service_role']) as role,
              unnest(array['delete', 'truncate', 'trigger']) as verb
            where has_table_privilege(role, %s, verb)
            """,
            table,
            table,
        )
        assert set(map(tuple, held)) == set(rights_of(access["tables"][table], columns)), table


def test_functions_are_executed_by_the_roles_of_the_specification(catalog):
    access = tomllib.loads((files("kitdb") / "policies" / "access.toml").read_text("utf-8"))
    executable = catalog("""
        select array[oid::regprocedure::text, role]
        from pg_proc, unnest(array['anon', 'authenticated', 'service_role']) as role
        where pronamespace = 'public'::regnamespace and has_function_privilege(role, oid, 'execute')
    """)

    expected = {
        (signature.replace(", ", ","), ROLES[actor])
        for signature, actors in access["functions"].items()
        for actor in actors
    }
    assert set(map(tuple, executable)) == expected


def test_every_table_has_row_level_security(catalog):
    assert catalog(
        "select bool_and(relrowsecurity) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    ) == [True]


def test_a_table_has_one_permissive_policy_for_a_command_and_role(catalog):
    policies = catalog("""
        select format('%s %s %s', polrelid::regclass, polcmd, role::regrole)
        from pg_policy, unnest(polroles) as role
    """)

    assert len(policies) == len(set(policies))
    assert not [policy for policy in policies if " * " in policy or policy.endswith(" -")]


def test_policies_compute_the_caller_once(catalog):
    expressions = catalog("""
        select expression from pg_policy,
          unnest(array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) as expression
        where expression is not null
    """)

    for expression in expressions:
        calls = re.findall(r"(.{8})(?:auth|private)\.\w+\(", expression, re.DOTALL)
        assert set(calls) <= {" SELECT "}, expression


def test_every_foreign_key_is_indexed(catalog):
    bare = catalog("""
        select conname from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
          select 1 from pg_index where indrelid = conrelid and indkey[0] = conkey[1] and indpred is null
        )
    """)

    assert bare == []


def test_functions_find_nothing_by_search_path(catalog):
    loose = catalog("""
        select oid::regprocedure::text from pg_proc
        where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
          and not coalesce(proconfig @> array['search_path=""'], false)
    """)

    assert loose == []


def test_definer_functions_are_closed_to_the_public(catalog):
    definers = catalog("""
        select oid::regprocedure::text from pg_proc
        where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    """)
    opened = catalog("""
        select oid::regprocedure::text from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) as held
        where held.grantee = 0 and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    """)

    assert "log_audit_event(text,text,text,jsonb,audit_severity)" in definers
    assert opened == []
