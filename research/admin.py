"""The administration pages: counties, units and groups, for the system administrator.

Who may open what is said in ``models.people.ADMINISTRATION``. Accounts, roles and the record have pages of their own,
whose services keep the rules.
"""

from typing import Any, TypeVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research import searchables
from research.models import County, Group, Unit
from research.services import access, audit
from search.models import DictionaryWord, HotSearch, SynonymGroup

Row = TypeVar("Row", bound=Model)


def leads_to(page: str) -> Any:
    """A page of Django's own that is one of ours here: ours throttles, asks for the second step, and is written down."""

    def view(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return redirect(page)

    return view


admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # instead of a site of our own
admin.site.logout = leads_to("account_logout")  # type: ignore[method-assign]  # it warns of what is not sent yet
admin.site.password_change = leads_to("account_change_password")  # type: ignore[method-assign]  # it ends other sessions
admin.site.site_header = admin.site.site_title = _("Lüliang Teaching Research")


class AuditedAdmin(admin.ModelAdmin[Row]):
    """Every change in the administration pages is an audit line, and the live documents look at rights anew."""

    @override
    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.note(request, obj, "changed" if change else "created", columns=form.changed_data)

    @override
    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        self.note(request, obj, "deleted")
        super().delete_model(request, obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.note(request, obj, "deleted")
        super().delete_queryset(request, queryset)

    def note(self, request: HttpRequest, obj: Row, verb: str, **detail: Any) -> None:
        person = request.user if request.user.is_authenticated else None
        audit.record(f"{obj._meta.model_name}.{verb}", by=person, target=obj, console="admin", **detail)
        access.changed()


@admin.register(County)
class CountyAdmin(AuditedAdmin[County]):
    list_display = ["code", "name"]


@admin.register(Unit)
class UnitAdmin(AuditedAdmin[Unit]):
    list_display = ["name", "kind", "county", "stage", "is_active"]
    list_filter = ["kind", "stage", "county", "is_active"]
    list_select_related = ["county"]
    search_fields = ["name"]

    @override
    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        searchables.unit_changed(obj)


@admin.register(Group)
class GroupAdmin(AuditedAdmin[Group]):
    list_display = ["name", "kind", "unit", "subject"]
    list_filter = ["kind", "stage"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__name"]
    autocomplete_fields = ["unit"]

    @override
    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        searchables.group_changed(obj.pk, narrows="unit" in form.changed_data)


@admin.register(HotSearch)
class HotSearchAdmin(AuditedAdmin[HotSearch]):
    """Who shows a hot search, or saves it as not shown, has reviewed it."""

    list_display = ["query", "count", "is_shown", "reviewed_at", "position"]
    list_filter = ["is_shown", ("reviewed_at", admin.EmptyFieldListFilter)]
    search_fields = ["query"]
    fields = ["query", "is_shown", "position"]

    @override
    def save_model(self, request: HttpRequest, obj: HotSearch, form: Any, change: bool) -> None:
        obj.reviewed_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(DictionaryWord)
class DictionaryWordAdmin(AuditedAdmin[DictionaryWord]):
    list_display = ["word", "added_at"]
    search_fields = ["word"]


@admin.register(SynonymGroup)
class SynonymGroupAdmin(AuditedAdmin[SynonymGroup]):
    list_display = ["__str__", "is_active", "changed_at"]
    list_filter = ["is_active"]
