"""What ``manage.py doctor`` looks at: each examination says what is wrong and what to do, or what is well."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlparse

import redis
from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from config.safety import is_public
from lessons.imports import sandbox
from realtime.documents import complaint_about_processes
from research.background import beats, queue
from search.engines import engine
from search.errors import EngineUnavailableError
from search.models import OutboxRow
from search.services import indexing

LOW_DISK = 2 * 2**30
NO_DISK = 200 * 2**20
CLOCK_SECONDS = 5
LAG_SECONDS = 60


class Health(StrEnum):
    """How bad it is: BAD makes the exit status 1."""

    WELL = "well"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    health: Health
    about: str
    sentence: str


def well(about: str, sentence: str) -> Finding:
    return Finding(Health.WELL, about, sentence)


def note(about: str, sentence: str) -> Finding:
    return Finding(Health.NOTE, about, sentence)


def bad(about: str, sentence: str) -> Finding:
    return Finding(Health.BAD, about, sentence)


def database() -> Iterator[Finding]:
    about = _("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        yield bad(about, _("It cannot be reached: %(why)s. Check DATABASE_URL.") % {"why": error})
        return
    if connection.vendor == "sqlite":
        yield from sqlite(about)
    else:
        yield well(about, _("PostgreSQL answers."))
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield bad(about, _("Its tables are of another version. Run: manage.py migrate."))


def sqlite(about: str) -> Iterator[Finding]:
    """WAL and FULL: what was acknowledged survives a power cut."""
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        level = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if (mode, level) == ("wal", 2):
        yield well(about, _("SQLite answers; every commit is on the disk before it is acknowledged."))
    else:
        yield bad(about, _("SQLite is not in WAL mode with synchronous=FULL; a power cut would lose edits."))


def several_processes() -> Iterator[Finding]:
    about = _("Redis")
    if not settings.REDIS_URL:
        yield note(
            about, _("Not set: one server process and one worker, no more. Set REDIS_URL for several.")
        )
    else:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping()
        except redis.RedisError as error:
            yield bad(about, _("It cannot be reached: %(why)s. Check REDIS_URL.") % {"why": error})
        else:
            yield well(about, _("Redis answers."))
    if complaint := complaint_about_processes():
        yield bad(_("Processes"), complaint)


def search() -> Iterator[Finding]:
    """Whether the index answers, is up to date, and nothing was given up."""
    about = _("Search")
    try:
        state = engine().state()
    except EngineUnavailableError as error:
        yield bad(about, _("The search engine does not answer: %(why)s. Check SEARCH_URL.") % {"why": error})
        return
    if not state.is_current:
        yield note(about, _("The index is made anew by the worker; until then the old one answers."))
    else:
        yield well(
            about, _("The index answers; it holds %(entries)d entries.") % {"entries": state.documents}
        )
    if (lag := indexing.lag_seconds()) > LAG_SECONDS:
        yield bad(
            about, _("Changes have been waiting for %(seconds)d s. Is the worker running?") % {"seconds": lag}
        )
    if given_up := OutboxRow.objects.dead().count():
        yield bad(
            about, _("%(rows)d changes were given up. See: manage.py search status.") % {"rows": given_up}
        )


def disk() -> Iterator[Finding]:
    about = _("Disk")
    free = shutil.disk_usage(settings.VAR).free
    size = {"free": f"{free / 2**30:.1f}"}
    if not os.access(settings.VAR, os.W_OK):
        yield bad(about, _("The data folder %(folder)s cannot be written to.") % {"folder": settings.VAR})
    elif free < NO_DISK:
        yield bad(about, _("Only %(free)s GB are free; saving will fail soon. Make room now.") % size)
    elif free < LOW_DISK:
        yield note(about, _("Only %(free)s GB are free.") % size)
    else:
        yield well(about, _("%(free)s GB are free.") % size)


def clock() -> Iterator[Finding]:
    """Against the database's clock, where that is another machine's."""
    about = _("Clock")
    if connection.vendor != "postgresql":
        yield well(about, datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %z"))
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    if apart > CLOCK_SECONDS:
        yield bad(
            about,
            _("It differs from the database's by %(seconds)d s. Turn on time synchronisation.")
            % {"seconds": apart},
        )
    else:
        yield well(about, _("It agrees with the database's."))


def addresses() -> Iterator[Finding]:
    about = _("Addresses")
    host = urlparse(settings.SITE_URL).hostname or ""
    if host not in settings.ALLOWED_HOSTS and not any(
        host.endswith(one) for one in settings.ALLOWED_HOSTS if one.startswith(".")
    ):
        yield bad(
            about,
            _("SITE_URL names %(host)s, which is not among HOSTS; links in letters would not work.")
            % {"host": host},
        )
    elif is_public() and not settings.HTTPS:
        yield bad(
            about,
            _(
                "The site has a public name but no HTTPS: passwords travel in the clear. Put a proxy with a certificate before it and set HTTPS=1."
            ),
        )
    else:
        yield well(about, ", ".join(settings.ALLOWED_HOSTS))
    foreign = [
        origin
        for origin in settings.CSRF_TRUSTED_ORIGINS
        if urlparse(origin).hostname not in settings.ALLOWED_HOSTS
    ]
    if foreign:
        yield bad(
            about,
            _("TRUSTED_ORIGINS names hosts that are not ours: %(origins)s.")
            % {"origins": ", ".join(foreign)},
        )


def unsafe_settings() -> Iterator[Finding]:
    """The system checks that stop the server, as sentences."""
    found = [one for one in checks.run_checks(tags=["safety"]) if one.level >= checks.ERROR]
    for one in found:
        yield bad(_("Safety"), str(one.msg))
    if not found:
        yield well(_("Safety"), _("Key, DEBUG and hosts are safe."))
    if settings.DEMO and is_public():
        yield note(
            _("Safety"),
            _(
                "DEMO is on: an empty database is filled with sample people whose password everybody knows. Set DEMO=0."
            ),
        )


def mail() -> Iterator[Finding]:
    about = _("Mail")
    if settings.MAIL_WORKS:
        yield well(about, _("Letters go out through %(host)s.") % {"host": settings.EMAIL_HOST})
    else:
        yield note(
            about,
            _(
                "EMAIL_URL is not set: letters are kept as files, forgotten passwords are reset with entry codes."
            ),
        )


def front_end() -> Iterator[Finding]:
    about = _("Front end")
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).exists():
        yield bad(about, _("The front end is not built. Run: npm ci && npm run build."))
    elif not settings.STATIC_ROOT.exists():
        yield bad(about, _("Static files are not collected. Run: manage.py prepare."))
    else:
        yield well(about, _("The front end is built."))
    if not (settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.mo").exists():
        yield bad(about, _("The Chinese messages are not compiled. Run: python -m config.messages compile."))


def workers() -> Iterator[Finding]:
    about = _("Background work")
    try:
        count, letters = len(beats.living()), queue.dead_letters().count()
    except Error:
        return
    if not count:
        yield bad(about, _("No worker is alive: imports, letters and exports wait. Start manage.py worker."))
    else:
        yield well(about, _("%(count)d workers are alive.") % {"count": count})
    if letters:
        yield note(
            about,
            _("%(count)d tasks were given up; the system administrator can try them again.")
            % {"count": letters},
        )


def documents() -> Iterator[Finding]:
    fonts = settings.BASE_DIR / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
    if fonts.exists():
        yield well(_("Fonts"), _("The fonts for PDF are there."))
    else:
        yield bad(_("Fonts"), _("The fonts for PDF are missing. Run: npm ci."))
    yield office(sandbox.office())


def office(program: str | None) -> Finding:
    """LibreOffice reads old Word files for us, their formulas only with its Math."""
    if program is None:
        return note(
            "LibreOffice", _("Not installed: .docx is imported, old .doc files are refused with a sentence.")
        )
    if not sandbox.reads_formulas(program):
        return bad(
            "LibreOffice",
            _(
                "Its Math component is missing: old .doc files with formulas are not imported rightly. Run: apt install libreoffice-math-nogui (with a desktop: libreoffice-math)."
            ),
        )
    return well("LibreOffice", _("Old .doc files can be imported."))


EXAMINATIONS: list[Callable[[], Iterator[Finding]]] = [
    database,
    several_processes,
    search,
    disk,
    clock,
    addresses,
    unsafe_settings,
    mail,
    front_end,
    workers,
    documents,
]


def examine() -> Iterator[Finding]:
    """Everything, in order; an examination that itself fails is a finding, not the end."""
    for examination in EXAMINATIONS:
        try:
            yield from examination()
        except Exception as error:  # noqa: BLE001 - a doctor that falls ill helps nobody
            yield bad(examination.__name__, f"{type(error).__name__}: {error}")
