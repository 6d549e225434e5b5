"""我的小组: groups, their members, who leads."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from research import policies, queries
from research.enums import GroupRole, Role
from research.errors import ResearchError
from research.forms.groups import GroupForm, MemberForm, NewGroupForm, RoleForm
from research.http import PersonRequest, posted
from research.models import Group, Membership, Unit
from research.services import groups

PAGE_SIZE = 30


def founding_units(request: PersonRequest) -> "list[int]":
    """Units in which this person may found a group."""
    own = request.user.appointments.filter(role=Role.OFFICER).values_list("unit", flat=True)
    return [*own, *queries.managed_units(request.user).values_list("pk", flat=True)]


@login_required
@require_GET
def index(request: PersonRequest) -> HttpResponse:
    """My groups, and those of the units that I work with."""
    others = Paginator(queries.other_groups(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    may_create = policies.can_create_group(request.user, request.user.unit)
    context = {"groups": queries.groups_of(request.user), "others": others, "may_create": may_create}
    return render(request, "research/groups.html", context)


@login_required
def create(request: PersonRequest) -> HttpResponse:
    """建组."""
    units = Unit.objects.filter(pk__in=founding_units(request), is_active=True)
    if not units.exists():
        raise PermissionDenied
    form = NewGroupForm(posted(request), units=units, initial={"unit": request.user.unit_id})
    if not form.is_valid():
        return render(
            request, "research/group_form.html", {"form": form}, status=422 if form.is_bound else 200
        )
    group = groups.create_group(by=request.user, leader=request.user, **form.cleaned_data)
    return redirect("research:groups_detail", pk=group.pk)


def visible(request: PersonRequest, pk: int) -> Group:
    return get_object_or_404(Group.objects.visible_to(request.user).select_related("unit"), pk=pk)


def manageable(request: PersonRequest, pk: int) -> Group:
    """A group that this person may manage; others see it and are refused, or do not see it."""
    group = visible(request, pk)
    if not policies.can_manage_group(request.user, group):
        raise PermissionDenied
    return group


@login_required
@require_GET
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """A group and its members."""
    group = visible(request, pk)
    members = list(queries.members_of(group))
    context = {
        "group": group,
        "members": members,
        "own": next((one for one in members if one.person_id == request.user.pk), None),
        "may_manage": policies.can_manage_group(request.user, group),
    }
    return render(request, "research/group.html", context)


@login_required
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """修改小组."""
    group = manageable(request, pk)
    form = GroupForm(posted(request), instance=group)
    if not form.is_valid():
        context = {"form": form, "group": Group.objects.get(pk=pk)}
        return render(request, "research/group_form.html", context, status=422 if form.is_bound else 200)
    groups.change_group(by=request.user, group=group, **form.cleaned_data)
    return redirect("research:groups_detail", pk=pk)


@login_required
@require_POST
def add(request: PersonRequest, pk: int) -> HttpResponse:
    """加入成员."""
    group = manageable(request, pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        groups.add_member(by=request.user, group=group, person=form.cleaned_data["person"])
        messages.success(
            request, _("%(name)s is in the group now.") % {"name": form.cleaned_data["person"].name}
        )
    else:
        messages.error(request, _("Please choose somebody from the list."))
    return redirect("research:groups_detail", pk=pk)


def membership_of(request: PersonRequest, pk: int) -> Membership:
    """A place in a group that this person sees."""
    seen = Group.objects.visible_to(request.user).values("pk")
    found = Membership.objects.select_related("group__unit", "person").filter(group__in=seen)
    return get_object_or_404(found, pk=pk)


@login_required
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """移出; for oneself 退出."""
    membership = membership_of(request, pk)
    is_own = membership.person_id == request.user.pk
    if not is_own and not policies.can_manage_group(request.user, membership.group):
        raise PermissionDenied
    try:
        groups.remove_member(by=request.user, membership=membership)
    except ResearchError as error:
        messages.error(request, str(error))
    else:
        if is_own:
            return redirect("research:groups")
    return redirect("research:groups_detail", pk=membership.group_id)


@login_required
@require_POST
def set_role(request: PersonRequest, pk: int) -> HttpResponse:
    """任组长、改任组员."""
    membership = membership_of(request, pk)
    if not policies.can_manage_group(request.user, membership.group):
        raise PermissionDenied
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            groups.set_role(by=request.user, membership=membership, role=GroupRole(form.cleaned_data["role"]))
        except ResearchError as error:
            messages.error(request, str(error))
    return redirect("research:groups_detail", pk=membership.group_id)
