"""Who takes part in a plan, and who finds it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lessons import policies, queries
from lessons.access import Action
from lessons.enums import Visibility
from lessons.errors import LessonsError
from lessons.forms import MEMBER_CHOICES, CircleForm, LeadForm, MemberForm, RoleForm
from lessons.http import allowed_plan, found_plan, person_of
from lessons.models import LessonPlan
from lessons.services import members as service
from lessons.services import plans


@require_GET
@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """成员与可见范围: everybody who reads the plan sees who takes part; the lead decides it."""
    return page(request, found_plan(request, pk))


def page(request: HttpRequest, plan: LessonPlan, *, fault: str = "") -> HttpResponse:
    """The page, with a sentence about what went wrong, if something did."""
    person = person_of(request)
    abilities = policies.abilities(person, plan)
    may_manage = Action.MANAGE in abilities
    shown = list(queries.members_of(plan))
    now = {"visibility": plan.visibility, "group": plan.group}
    context = {
        "plan": plan,
        "members": shown,
        "own": next((member for member in shown if member.person_id == person.pk), None),
        "may_manage": may_manage,
        "may_delete": Action.DELETE in abilities,
        "roles": MEMBER_CHOICES,
        "circle": CircleForm(person=person, kept=plan.group, initial=now) if may_manage else None,
        "fault": fault,
    }
    return render(request, "lessons/plan_members.html", context, status=422 if fault else 200)


@require_GET
@login_required
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """People to add, as a fragment."""
    plan = allowed_plan(request, pk, Action.MANAGE)
    text = request.GET.get("who", "")[:60]
    context = {
        "plan": plan,
        "who": text,
        "people": queries.people_to_add(plan, text),
        "roles": MEMBER_CHOICES,
    }
    return render(request, "lessons/plan_members.html#people", context)


def changed(
    request: HttpRequest,
    plan: LessonPlan,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """Run the act with what the form holds, then show the page again; what went wrong is told on it."""
    if not form.is_valid():
        return page(
            request, plan, fault=" ".join(str(fault) for own in form.errors.values() for fault in own)
        )
    try:
        act(form.cleaned_data)
    except LessonsError as error:
        return page(request, plan, fault=str(error))
    messages.success(request, done)
    return redirect("lessons:members", pk=plan.pk)


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """添加成员."""
    plan = allowed_plan(request, pk, Action.MANAGE)
    by = person_of(request)
    return changed(
        request, plan, MemberForm(request.POST),
        lambda data: service.add_member(plan_id=pk, person=data["person"], role=data["role"], by=by),
        _("Added."),
    )  # fmt: skip


@require_POST
@login_required
def change(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    """调整分工."""
    plan = allowed_plan(request, pk, Action.MANAGE)
    by = person_of(request)
    return changed(
        request, plan, RoleForm(request.POST),
        lambda data: service.change_member(plan_id=pk, person_id=person_id, role=data["role"], by=by),
        _("Saved."),
    )  # fmt: skip


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    """移除成员, or leave the plan oneself."""
    by = person_of(request)
    leaves = by.pk == person_id
    plan = allowed_plan(request, pk, Action.FIND if leaves else Action.MANAGE)
    try:
        service.remove_member(plan_id=pk, person_id=person_id, by=by)
    except LessonsError as error:
        return page(request, plan, fault=str(error))
    messages.success(request, _("You have left the plan.") if leaves else _("Removed."))
    return redirect("lessons:plans") if leaves else redirect("lessons:members", pk=pk)


@require_POST
@login_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """移交主备人: to one of the members; who hands over stays as co-author."""
    plan = allowed_plan(request, pk, Action.MANAGE)
    by = person_of(request)
    return changed(
        request, plan, LeadForm(request.POST, people=queries.people_in(plan)),
        lambda data: service.change_lead(plan_id=pk, to=data["person"], by=by),
        _("Handed over. You stay in the plan as co-author."),
    )  # fmt: skip


@require_POST
@login_required
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    """可见范围."""
    plan = allowed_plan(request, pk, Action.MANAGE)
    by = person_of(request)
    return changed(
        request, plan, CircleForm(request.POST, person=by, kept=plan.group),
        lambda data: plans.change_visibility(
            plan_id=pk, visibility=Visibility(data["visibility"]), group=data["group"], by=by
        ),
        _("Saved."),
    )  # fmt: skip
