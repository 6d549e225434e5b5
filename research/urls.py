"""Addresses under /research/."""

from django.urls import path

from research.views import audit, groups, imports, machines, people, profile, sign_in

app_name = "research"
urlpatterns = [
    path("first/", sign_in.entry, name="entry"),
    path("me/", profile.profile, name="profile"),
    path("people/", people.index, name="people"),
    path("people/new/", people.create, name="people_create"),
    path("people/find/", people.find, name="people_find"),
    path("people/slips/", people.waiting, name="people_slips"),
    path("people/codes/", people.issue_codes, name="people_codes"),
    path("people/imports/", imports.index, name="people_imports"),
    path("people/imports/sample.xlsx", imports.sample, name="people_import_sample"),
    path("people/imports/<int:pk>/", imports.detail, name="people_import"),
    path("people/imports/<int:pk>/run/", imports.run, name="people_import_run"),
    path("people/imports/<int:pk>/faults.xlsx", imports.faults, name="people_import_faults"),
    path("people/<int:pk>/", people.edit, name="people_edit"),
    path("people/<int:pk>/active/", people.set_active, name="people_active"),
    path("people/<int:pk>/code/", people.issue_code, name="people_code"),
    path("people/<int:pk>/appoint/", people.appoint, name="people_appoint"),
    path("people/<int:pk>/second-step/", people.end_second_step, name="people_second_step"),
    path("people/appointments/<int:pk>/end/", people.dismiss, name="people_dismiss"),
    path("groups/", groups.index, name="groups"),
    path("groups/new/", groups.create, name="groups_create"),
    path("groups/<int:pk>/", groups.detail, name="groups_detail"),
    path("groups/<int:pk>/edit/", groups.edit, name="groups_edit"),
    path("groups/<int:pk>/add/", groups.add, name="groups_add"),
    path("groups/members/<int:pk>/remove/", groups.remove, name="groups_remove"),
    path("groups/members/<int:pk>/role/", groups.set_role, name="groups_role"),
    path("audit/", audit.index, name="audit"),
    path("audit/audit.xlsx", audit.export, name="audit_export"),
    path("machines/", machines.index, name="machines"),
    path("machines/tasks/<uuid:pk>/retry/", machines.retry, name="machines_retry"),
]
