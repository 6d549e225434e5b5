"""人员: the accounts of the units that somebody works with."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from research import policies, queries
from research.errors import ResearchError
from research.forms.people import AppointmentForm, PeopleFilter, PersonForm, SlipsForm
from research.http import PersonRequest, posted
from research.models import Appointment, Person
from research.models.scopes import managed
from research.services import codes, people, throttle

PAGE_SIZE = 50
# So many slips are printed at once: a large school.
MAX_SLIPS = 500
ENABLED = gettext_lazy("The account is enabled.")
DISABLED = gettext_lazy("The account is disabled, and its owner is signed out everywhere.")


def filters(request: PersonRequest) -> dict[str, str]:
    form = PeopleFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    return {"text": data.get("q", ""), "unit": data.get("unit", ""), "state": data.get("state", "")}


@login_required
@require_GET
def index(request: PersonRequest) -> HttpResponse:
    """The list; contact data only for those who manage the account's unit."""
    scope = managed(request.user)
    chosen = filters(request) if scope else filters(request) | {"state": ""}
    page = Paginator(queries.people_of(request.user, **chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "managed": {person.pk for person in page if scope.holds(person.unit)},
        "chosen": chosen,
        "states": PeopleFilter.base_fields["state"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        "may_manage": bool(scope),
        "may_appoint": policies.can_appoint(request.user),
    }
    return render(request, "research/people.html", context)


@login_required
def create(request: PersonRequest) -> HttpResponse:
    """新增人员."""
    units = queries.managed_units(request.user)
    if not policies.can_import_people(request.user):
        raise PermissionDenied
    form = PersonForm(posted(request), units=units, initial={"unit": request.user.unit_id})
    person = None
    if form.is_valid():
        try:
            person = people.create_person(by=request.user, **form.cleaned_data)
        except ResearchError as error:
            form.add_error(None, str(error))
    if person is None:
        return render(
            request, "research/person_form.html", {"form": form}, status=422 if form.is_bound else 200
        )
    messages.success(
        request, _("The account is made. Give out an entry code, so that its owner can sign in.")
    )
    return redirect("research:people_edit", pk=person.pk)


@login_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """One account: its data for who manages it, its roles for the security administrator."""
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("unit"), pk=pk)
    may_manage = policies.can_manage_person(request.user, person)
    if not (may_manage or policies.can_appoint(request.user)):
        raise PermissionDenied
    if request.method == "POST" and not may_manage:
        raise PermissionDenied
    units = queries.managed_units(request.user)
    form = PersonForm(posted(request), instance=person if may_manage else None, units=units)
    if form.is_bound and form.is_valid():
        try:
            people.change_person(by=request.user, person=person, **form.cleaned_data)
        except ResearchError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("research:people_edit", pk=pk)
    return person_page(request, person.pk, form if may_manage else None, status=422 if form.is_bound else 200)


def person_page(
    request: PersonRequest, pk: int, form: PersonForm | None, *, status: int = 200
) -> HttpResponse:
    """An account's page; the row is read anew, for a form that failed has changed its copy."""
    person = Person.objects.select_related("unit").get(pk=pk)
    context = {
        "person": person,
        "form": form,
        "may_issue_code": policies.can_issue_code(request.user, person),
        "may_appoint": policies.can_appoint(request.user),
        "appointments": person.appointments.select_related("unit"),
        "appointment_form": AppointmentForm(initial={"unit": person.unit_id}),
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "research/person.html", context, status=status)


@login_required
@require_POST
def set_active(request: PersonRequest, pk: int) -> HttpResponse:
    """停用、启用."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.can_manage_person(request.user, person):
        raise PermissionDenied
    try:
        enable = request.POST.get("active") == "1"
        people.set_active(by=request.user, person=person, is_active=enable)
    except ResearchError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, ENABLED if enable else DISABLED)
    return redirect("research:people_edit", pk=pk)


def slips_page(request: PersonRequest, slips: list[codes.Slip]) -> HttpResponse:
    """Sheets of slips to cut; nobody may keep this page."""
    first_address = urljoin(settings.SITE_URL, reverse("research:entry"))
    return render(request, "research/slips.html", {"slips": slips, "first_address": first_address})


@login_required
@require_POST
@never_cache
def issue_code(request: PersonRequest, pk: int) -> HttpResponse:
    """One slip: shown once, to be printed or copied."""
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("unit"), pk=pk)
    if not policies.can_issue_code(request.user, person):
        raise PermissionDenied
    slips = codes.issue(by=request.user, people=[person])
    return slips_page(request, slips)


@login_required
@require_GET
def waiting(request: PersonRequest) -> HttpResponse:
    """打印登录码: the units in which somebody waits for a first password."""
    if not policies.can_import_people(request.user):
        raise PermissionDenied
    chosen = filters(request)
    units = queries.units_waiting(request.user, text=chosen["unit"])
    page = Paginator(units, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "any_coded": any(getattr(unit, "coded", 0) for unit in page)}
    return render(request, "research/people_slips.html", context)


@login_required
@require_POST
@never_cache
def issue_codes(request: PersonRequest) -> HttpResponse:
    """Slips for those of a managed unit who wait for a first password, on sheets to cut."""
    form = SlipsForm(request.POST, units=queries.managed_units(request.user))
    if not form.is_valid():
        raise Http404
    found = list(queries.waiting_for_code(request.user, **form.cleaned_data)[:MAX_SLIPS])
    if not found:
        messages.info(request, _("Nobody of this unit waits for a code."))
        return redirect("research:people_slips")
    slips = codes.issue(by=request.user, people=found)
    return slips_page(request, slips)


@login_required
@require_POST
def appoint(request: PersonRequest, pk: int) -> HttpResponse:
    """任命."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.can_appoint(request.user):
        raise PermissionDenied
    form = AppointmentForm(request.POST)
    if form.is_valid():
        try:
            people.appoint(by=request.user, person=person, **form.cleaned_data)
        except ResearchError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The role is given."))
    else:
        messages.error(request, _("Please choose a role and a unit."))
    return redirect("research:people_edit", pk=pk)


@login_required
@require_POST
def dismiss(request: PersonRequest, pk: int) -> HttpResponse:
    """免任."""
    visible = Person.objects.visible_to(request.user).values("pk")
    appointment = get_object_or_404(Appointment.objects.filter(person__in=visible), pk=pk)
    if not policies.can_appoint(request.user):
        raise PermissionDenied
    try:
        people.dismiss(by=request.user, appointment=appointment)
    except ResearchError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The role has ended."))
    return redirect("research:people_edit", pk=appointment.person_id)


@login_required
@require_POST
def end_second_step(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a lost authenticator app away: the security administrator, not the one who issues codes."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if not policies.can_appoint(request.user) or person.pk == request.user.pk:
        raise PermissionDenied
    if people.end_second_step(by=request.user, person=person):
        messages.success(request, _("The second step is off. They sign in with the password alone now."))
    else:
        messages.info(request, _("There was no second step."))
    return redirect("research:people_edit", pk=pk)


@login_required
@require_GET
def find(request: PersonRequest) -> HttpResponse:
    """Choose somebody by name, pinyin or staff number: name, unit and subject, nothing else."""
    if not throttle.allows("find", request.user.pk, limit=120, seconds=60):
        return JsonResponse({"people": []}, status=429)
    found = queries.pickable(request.GET.get("q", "")[:60])
    rows = [
        {
            "id": one.pk,
            "name": one.name,
            "number": one.staff_number,
            "unit": one.unit.name,
            "subject": one.subject,
        }
        for one in found
    ]
    if request.headers.get("HX-Request"):
        return render(request, "research/_picked.html", {"people": rows, "asked": request.GET.get("q", "")})
    return JsonResponse({"people": rows})
