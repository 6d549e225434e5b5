"""The database itself refuses to change or delete audit events and their seals.

Events older than the shortest retention that the rules allow, 180 days, may be deleted (``manage.py audit purge``);
seals never, so that the chain can be followed past them.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT_DAYS = 180

SQLITE = {
    "audit_event_is_never_changed": (
        "CREATE TRIGGER audit_event_is_never_changed BEFORE UPDATE ON research_auditevent "
        "BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END"
    ),
    "audit_event_is_kept": (
        "CREATE TRIGGER audit_event_is_kept BEFORE DELETE ON research_auditevent "
        f"WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{KEPT_DAYS} days') "
        f"BEGIN SELECT RAISE(ABORT, 'audit events are kept {KEPT_DAYS} days'); END"
    ),
    "audit_seal_is_never_changed": (
        "CREATE TRIGGER audit_seal_is_never_changed BEFORE UPDATE ON research_auditseal "
        "BEGIN SELECT RAISE(ABORT, 'audit seals are never changed'); END"
    ),
    "audit_seal_is_kept": (
        "CREATE TRIGGER audit_seal_is_kept BEFORE DELETE ON research_auditseal "
        "BEGIN SELECT RAISE(ABORT, 'audit seals are never deleted'); END"
    ),
}

POSTGRESQL_FUNCTIONS = [
    "CREATE FUNCTION research_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
    "CREATE FUNCTION research_refuse_young() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF OLD.at > now() - interval '{KEPT_DAYS} days' THEN "
    "RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; "
    "END IF; RETURN OLD; END $$",
]
POSTGRESQL = {
    "audit_event_is_never_changed": ("research_auditevent", "BEFORE UPDATE", "FOR EACH ROW", "research_refuse"),
    "audit_event_is_kept": ("research_auditevent", "BEFORE DELETE", "FOR EACH ROW", "research_refuse_young"),
    "audit_event_is_not_emptied": ("research_auditevent", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "research_refuse"),
    "audit_seal_is_never_changed": ("research_auditseal", "BEFORE UPDATE OR DELETE", "FOR EACH ROW", "research_refuse"),
    "audit_seal_is_not_emptied": ("research_auditseal", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "research_refuse"),
}


def add_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE.values():
            schema_editor.execute(statement, None)
        return
    for name, (table, when, each, function) in POSTGRESQL.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION {function}()")


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name, (table, *_rest) in POSTGRESQL.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def forwards(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL_FUNCTIONS:
            schema_editor.execute(statement, None)  # no parameters: a % in it is its own
    add_triggers(schema_editor)


def backwards(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_triggers(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION research_refuse()")
        schema_editor.execute("DROP FUNCTION research_refuse_young()")


class Migration(migrations.Migration):
    dependencies = [("research", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
