"""人员导入: upload, look at what would happen, agree, watch, take the faults along."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from research import policies, queries
from research.enums import ImportState, RowState
from research.errors import ListUnreadableError
from research.forms.people import ImportForm
from research.http import PersonRequest, posted
from research.imports.sheet import MAX_BYTES
from research.imports.workbook import XLSX, workbook
from research.models import PeopleImport, Person
from research.services import imports

SHOWN_FAULTS = 100
SHOWN_ROWS = 8
SAMPLE_COLUMNS = ("姓名", "工号", "单位", "县区", "学科", "手机号", "邮箱")


def importer(request: PersonRequest) -> Person:
    """Whoever manages a unit; others are refused."""
    if not policies.can_import_people(request.user):
        raise PermissionDenied
    return request.user


def found(request: PersonRequest, pk: int) -> PeopleImport:
    """A list of one's own."""
    own = PeopleImport.objects.visible_to(importer(request)).select_related("unit")
    return get_object_or_404(own, pk=pk)


def download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


@login_required
def index(request: PersonRequest) -> HttpResponse:
    """Upload a list; my earlier ones."""
    person = importer(request)
    form = ImportForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        units=queries.managed_units(person),
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = imports.upload(
                by=person,
                file_name=file.name,
                content=file.read(MAX_BYTES + 1),
                unit=form.cleaned_data["unit"],
            )
        except ListUnreadableError as error:
            form.add_error("file", str(error))
        else:
            return redirect("research:people_import", pk=made.pk)
    context = {"form": form, "imports": PeopleImport.objects.visible_to(person)[:20]}
    return render(request, "research/people_imports.html", context, status=422 if form.is_bound else 200)


def page(request: HttpRequest, made: PeopleImport, template: str) -> HttpResponse:
    """A list's page, or the part of it that moves."""
    rows = made.rows.order_by("number")
    context = {
        "made": made,
        "progress": queries.progress_of(made),
        "is_moving": made.state in {ImportState.CHECKING, ImportState.RUNNING},
        "faults": rows.filter(state=RowState.FAULT)[:SHOWN_FAULTS],
        "rows": rows.exclude(state=RowState.FAULT)[:SHOWN_ROWS],
    }
    return render(request, template, context)


@login_required
@require_GET
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One list: what would happen, or how far it has come; htmx asks for the moving part alone."""
    made = found(request, pk)
    part = (
        "research/people_import.html#progress"
        if request.headers.get("HX-Request")
        else "research/people_import.html"
    )
    return page(request, made, part)


@login_required
@require_POST
def run(request: PersonRequest, pk: int) -> HttpResponse:
    """Agree; a second press does nothing."""
    made = found(request, pk)
    imports.start(by=request.user, made=made)
    return redirect("research:people_import", pk=pk)


@login_required
@require_GET
def faults(request: PersonRequest, pk: int) -> HttpResponse:
    """The rows that were not taken, each with its reason, to be put right and uploaded again."""
    made = found(request, pk)
    columns = ("name", "staff_number", "unit", "county", "subject", "mobile", "email")
    rows = (
        [*(row.cells.get(column, "") for column in columns), row.number, row.fault]
        for row in made.rows.filter(state=RowState.FAULT).order_by("number").iterator()
    )
    headings = [*SAMPLE_COLUMNS, _("Row"), _("What is wrong")]
    return download(
        workbook(headings, rows, title="faults", widths=(12, 14, 28, 10, 12, 14, 24, 8, 48)), f"faults-{pk}"
    )


@login_required
@require_GET
def sample(request: PersonRequest) -> HttpResponse:
    """An empty list with the right headings and one example."""
    person = importer(request)
    row = ["张三", "2026001", person.unit.name, str(person.unit.county or ""), "语文", "", ""]
    return download(
        workbook(SAMPLE_COLUMNS, [row], title="sample", widths=(12, 14, 28, 10, 12, 14, 24)), "people"
    )
