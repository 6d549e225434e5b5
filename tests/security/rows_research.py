"""Accounts, groups, the record, background work, signing in."""

import uuid

from research.enums import ImportState
from research.models import PeopleImport
from tests.factories.research import PersonFactory
from tests.security.matrix import EVERYBODY, EXEMPT, SIGNED_IN, Row, Who, World, extend

KEEPERS = (Who.UNIT_ADMIN, Who.SYSTEM_ADMIN)
# Whose scope holds the school's people: colleagues, the county's officer, administrators.
SEES_SCHOOL = (Who.COLLEAGUE, Who.LEAD, Who.UNIT_ADMIN, Who.OFFICER, Who.SYSTEM_ADMIN, Who.SECURITY_ADMIN)
SEES_GROUP = (*SEES_SCHOOL, Who.GROUP_MEMBER)
OUTSIDE = tuple(who for who in SIGNED_IN if who not in SEES_SCHOOL)
OUTSIDE_GROUP = tuple(who for who in SIGNED_IN if who not in SEES_GROUP)
GROUP_KEEPERS = (Who.LEAD, *KEEPERS)

EXEMPT.update(
    {
        "admin:": "Django's administration pages: their own tests, tests/research/test_admin.py",
        "account_reset_password_from_key": "the key is the right",
    }
)


@extend
def add_import(world: World) -> None:
    """A list that the unit's administrator uploaded."""
    world.things["import"] = PeopleImport.objects.create(
        by=world.people[Who.UNIT_ADMIN], file_name="示例.xlsx", state=ImportState.CHECKED
    )


@extend
def add_newcomer(world: World) -> None:
    """Somebody of the school who waits for a first password."""
    world.things["newcomer"] = PersonFactory.create(unit=world.unit)


def colleague(world: World) -> int:
    return world.people[Who.COLLEAGUE].pk


def list_of(world: World) -> int:
    return int(world.things["import"].pk)


def account(part: str) -> str:
    return f"/accounts/{part}"


PAGES_OF_SIGNING_IN = [
    Row("account_login", account("login/"), {Who.ANONYMOUS: 200}, rest=302),
    Row("account_logout", account("logout/"), rest=200),
    Row("account_inactive", account("inactive/"), {EVERYBODY: 200}),
    Row("account_reauthenticate", account("reauthenticate/"), rest=200),
    Row("account_change_password", account("password/change/"), rest=200),
    Row("account_reset_password", account("password/reset/"), {EVERYBODY: 200}),
    Row("account_reset_password_done", account("password/reset/done/"), {EVERYBODY: 200}),
    Row("account_reset_password_from_key_done", account("password/reset/key/done/"), {EVERYBODY: 200}),
    Row("mfa_index", account("2fa/"), rest=200),
    Row("mfa_authenticate", account("2fa/authenticate/"), rest=302),
    Row("mfa_reauthenticate", account("2fa/reauthenticate/"), rest=302),
    Row("mfa_activate_totp", account("2fa/totp/activate/"), rest=302),
    Row("mfa_deactivate_totp", account("2fa/totp/deactivate/"), rest=404),
    Row("mfa_view_recovery_codes", account("2fa/recovery-codes/"), rest=404),
    Row("mfa_generate_recovery_codes", account("2fa/recovery-codes/generate/"), rest=302),
    Row("mfa_download_recovery_codes", account("2fa/recovery-codes/download/"), rest=404),
    Row("research:entry", "/research/first/", {Who.ANONYMOUS: 200}, rest=302),
    Row("research:profile", "/research/me/", rest=200),
]

PAGES_OF_PEOPLE = [
    Row("research:people", "/research/people/", rest=200),
    Row("research:people_find", "/research/people/find/?q=zhang", rest=200),
    Row("research:people_create", "/research/people/new/", {KEEPERS: 200}),
    Row(
        "research:people_edit",
        lambda world: f"/research/people/{colleague(world)}/",
        {KEEPERS: 200, Who.SECURITY_ADMIN: 200, OUTSIDE: 404},
    ),
    Row(
        "research:people_edit",
        lambda world: f"/research/people/{colleague(world)}/",
        {KEEPERS: 422, OUTSIDE: 404},
        method="post",
    ),
    Row(
        "research:people_edit",
        lambda world: f"/research/people/{world.people[Who.AUDIT_ADMIN].pk}/",
        {
            Who.SECURITY_ADMIN: 200,
            Who.SYSTEM_ADMIN: 403,
            Who.AUDIT_ADMIN: 403,
        },
        rest=404,
    ),
    Row(
        "research:people_active",
        lambda world: f"/research/people/{colleague(world)}/active/",
        {KEEPERS: 302, OUTSIDE: 404},
        method="post",
        data=lambda _world: {"active": "1"},
    ),
    Row(
        "research:people_code",
        lambda world: f"/research/people/{colleague(world)}/code/",
        {KEEPERS: 200, OUTSIDE: 404},
        method="post",
    ),
    Row("research:people_slips", "/research/people/slips/", {KEEPERS: 200}),
    Row(
        "research:people_codes",
        "/research/people/codes/",
        {KEEPERS: 200},
        rest=404,
        method="post",
        data=lambda world: {"unit": world.unit.pk},
    ),
    Row(
        "research:people_appoint",
        lambda world: f"/research/people/{colleague(world)}/appoint/",
        {Who.SECURITY_ADMIN: 302, OUTSIDE: 404},
        method="post",
    ),
    Row(
        "research:people_dismiss",
        lambda world: (
            f"/research/people/appointments/{world.people[Who.UNIT_ADMIN].appointments.get().pk}/end/"
        ),
        {Who.SECURITY_ADMIN: 302, OUTSIDE: 404},
        method="post",
    ),
    Row(
        "research:people_second_step",
        lambda world: f"/research/people/{colleague(world)}/second-step/",
        {Who.SECURITY_ADMIN: 302, OUTSIDE: 404},
        method="post",
    ),
    Row("research:people_imports", "/research/people/imports/", {KEEPERS: 200}),
    Row("research:people_import_sample", "/research/people/imports/sample.xlsx", {KEEPERS: 200}),
    Row(
        "research:people_import",
        lambda world: f"/research/people/imports/{list_of(world)}/",
        {Who.UNIT_ADMIN: 200, Who.SYSTEM_ADMIN: 404},
    ),
    Row(
        "research:people_import_run",
        lambda world: f"/research/people/imports/{list_of(world)}/run/",
        {Who.UNIT_ADMIN: 302, Who.SYSTEM_ADMIN: 404},
        method="post",
    ),
    Row(
        "research:people_import_faults",
        lambda world: f"/research/people/imports/{list_of(world)}/faults.xlsx",
        {Who.UNIT_ADMIN: 200, Who.SYSTEM_ADMIN: 404},
    ),
]

PAGES_OF_GROUPS = [
    Row("research:groups", "/research/groups/", rest=200),
    Row("research:groups_create", "/research/groups/new/", {(*KEEPERS, Who.OFFICER): 200}),
    Row(
        "research:groups_detail",
        lambda world: f"/research/groups/{world.group.pk}/",
        {SEES_GROUP: 200},
        rest=404,
    ),
    Row(
        "research:groups_edit",
        lambda world: f"/research/groups/{world.group.pk}/edit/",
        {GROUP_KEEPERS: 200, OUTSIDE_GROUP: 404},
    ),
    Row(
        "research:groups_add",
        lambda world: f"/research/groups/{world.group.pk}/add/",
        {GROUP_KEEPERS: 302, OUTSIDE_GROUP: 404},
        method="post",
    ),
    Row(
        "research:groups_remove",
        lambda world: f"/research/groups/members/{world.membership(Who.LEAD).pk}/remove/",
        {GROUP_KEEPERS: 302, OUTSIDE_GROUP: 404},
        method="post",
    ),
    Row(
        "research:groups_role",
        lambda world: f"/research/groups/members/{world.membership(Who.GROUP_MEMBER).pk}/role/",
        {GROUP_KEEPERS: 302, OUTSIDE_GROUP: 404},
        method="post",
        data=lambda _world: {"role": "leader"},
    ),
]

PAGES_OF_THE_HOUSE = [
    Row("research:audit", "/research/audit/", {Who.AUDIT_ADMIN: 200}),
    Row("research:audit_export", "/research/audit/audit.xlsx", {Who.AUDIT_ADMIN: 200}),
    Row("research:machines", "/research/machines/", {Who.SYSTEM_ADMIN: 200}),
    Row(
        "research:machines_retry",
        f"/research/machines/tasks/{uuid.UUID(int=1)}/retry/",
        {Who.SYSTEM_ADMIN: 404},
        method="post",
    ),
    Row("workbench", "/", rest=200),
    Row("icon", "/icon.svg", {EVERYBODY: 200}),
]

ROWS = PAGES_OF_SIGNING_IN + PAGES_OF_PEOPLE + PAGES_OF_GROUPS + PAGES_OF_THE_HOUSE
