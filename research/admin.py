"""The administration pages: counties, units and groups, for the system administrator.

Who may open what is said in ``models.people.ADMINISTRATION``. Accounts, roles and the record have pages of their own,
whose services keep the rules.
"""

from typing import Any, TypeVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research import searchables
from research.models import County, Group, Unit
from research.services import access, audit
from search.analysis import lexicon
from search.models import DictionaryWord, HotSearch, SynonymGroup
from search.services import teaching
from search.services.teaching import IndexNow
from search.word_forms import DictionaryWordsForm, SynonymGroupForm

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
        self.note(
            request, obj, "changed" if change else "created", columns=form.changed_data, **self.facts(obj)
        )

    @override
    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        self.note(request, obj, "deleted", **self.facts(obj))
        super().delete_model(request, obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.note(request, obj, "deleted", **self.facts(obj))
        super().delete_queryset(request, queryset)

    def facts(self, obj: Row) -> dict[str, Any]:
        """What the record keeps of a row besides its number, where the row alone is the history there is."""
        return {}

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


class TeachingAdmin(AuditedAdmin[Row]):
    """What administrators teach the search; their list says whether the index knows it already."""

    @override
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "GET":
            said = teaching.index_now()
            if said is IndexNow.BEING_MADE:
                text = _(
                    "The index is being made anew with the words of today; until it is, searches cut text as before."
                )
                self.message_user(request, text, messages.INFO)
            elif said is IndexNow.AWAY:
                self.message_user(request, _("The search engine does not answer."), messages.WARNING)
        return super().changelist_view(request, extra_context)

    @override
    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(lexicon.forget)


@admin.register(DictionaryWord)
class DictionaryWordAdmin(TeachingAdmin[DictionaryWord]):
    """Words are added, one or many at a time, and taken away; each is a line in the record."""

    list_display = ["word", "added_at"]
    list_display_links = None
    search_fields = ["word"]
    form = DictionaryWordsForm

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """One button: however many they are, they are added at once."""
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **buttons})

    @override
    def get_fields(self, request: HttpRequest, obj: DictionaryWord | None = None) -> Any:
        """A word that is there is looked at, not changed."""
        return ["words"] if obj is None else ["word", "added_at"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: DictionaryWord | None = None) -> Any:
        return [] if obj is None else ["word", "added_at"]

    @override
    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The page speaks of the first word; ``save_model`` adds them all."""
        word = super().save_form(request, form, change)
        word.word = form.cleaned_data["words"][0]
        return word

    @override
    def save_model(self, request: HttpRequest, obj: DictionaryWord, form: Any, change: bool) -> None:
        first, *others = teaching.add_words(form.cleaned_data["words"])
        obj.pk, obj.added_at = first.pk, first.added_at
        for word in (first, *others):
            self.note(request, word, "created", **self.facts(word))

    @override
    def response_add(self, request: HttpRequest, obj: DictionaryWord, post_url_continue: Any = None) -> Any:
        self.message_user(request, _("The words are added; the worker makes the index anew with them."))
        return redirect("admin:search_dictionaryword_changelist")

    @override
    def facts(self, obj: DictionaryWord) -> dict[str, Any]:
        return {"word": obj.word}


@admin.register(SynonymGroup)
class SynonymGroupAdmin(TeachingAdmin[SynonymGroup]):
    """The record keeps how each group was: its versions."""

    list_display = ["__str__", "is_active", "changed_at"]
    list_filter = ["is_active"]
    form = SynonymGroupForm

    @override
    def facts(self, obj: SynonymGroup) -> dict[str, Any]:
        return {"words": obj.words, "is_active": obj.is_active}
