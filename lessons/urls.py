"""Addresses under /lessons/."""

from django.urls import path

from lessons.views import (
    attachments,
    columns,
    editor,
    exports,
    fragments,
    imports,
    lists,
    members,
    new,
    trash,
)

app_name = "lessons"
urlpatterns = [
    path("", lists.plans, name="plans"),
    path("new/", new.new_plan, name="new"),
    path("trash/", trash.trash, name="trash"),
    path("imports/", imports.index, name="import"),
    path("imports/<uuid:pk>/", imports.show, name="import_show"),
    path("imports/<uuid:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:pk>/by-hand/", imports.by_hand, name="import_by_hand"),
    path("imports/<uuid:pk>/discard/", imports.discard, name="import_discard"),
    path("imports/<uuid:pk>/file/", imports.original, name="import_original"),
    path("imports/<uuid:pk>/pictures/<int:number>/", imports.picture, name="import_picture"),
    path("imports/<uuid:pk>/<int:number>/columns/", imports.column, name="import_column"),
    path("imports/<uuid:pk>/<int:number>/create/", imports.create, name="import_create"),
    path("imports/<uuid:pk>/<int:number>/pieces/<int:piece>/", imports.piece, name="import_piece"),
    path("textbooks.json", fragments.textbooks, name="textbooks"),
    path("textbooks/units/", fragments.units, name="textbook_units"),
    path("recent/", fragments.recent, name="recent"),
    path("shared/", fragments.shared, name="shared"),
    path("plans/<int:pk>/", editor.plan, name="plan"),
    path("plans/<int:pk>/export.docx", exports.docx, name="docx"),
    path("plans/<int:pk>/export.pdf", exports.pdf, name="pdf"),
    path("plans/<int:pk>/columns/", columns.columns, name="columns"),
    path("plans/<int:pk>/duplicate/", new.duplicate, name="duplicate"),
    path("plans/<int:pk>/trash/", trash.move_to_trash, name="move_to_trash"),
    path("plans/<int:pk>/restore/", trash.restore, name="restore"),
    path("plans/<int:pk>/members/", members.members, name="members"),
    path("plans/<int:pk>/members/search/", members.search, name="member_search"),
    path("plans/<int:pk>/members/add/", members.add, name="member_add"),
    path("plans/<int:pk>/members/lead/", members.hand_over, name="hand_over"),
    path("plans/<int:pk>/members/visibility/", members.visibility, name="visibility"),
    path("plans/<int:pk>/members/<int:person_id>/", members.change, name="member_change"),
    path("plans/<int:pk>/members/<int:person_id>/remove/", members.remove, name="member_remove"),
    path("plans/<int:pk>/files/", attachments.files, name="files"),
    path("plans/<int:pk>/files/<uuid:token>/", attachments.download, name="file"),
    path("plans/<int:pk>/files/<uuid:token>/remove/", attachments.remove, name="file_remove"),
]
