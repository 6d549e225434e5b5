"""Addresses under /search/."""

from django.urls import path

from search.views import advanced, pieces, results, saved, suggest

app_name = "search"
urlpatterns = [
    path("", results.results, name="results"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("advanced/", advanced.advanced, name="advanced"),
    path("saved/", saved.searches, name="saved"),
    path("saved/card/", saved.card, name="saved_card"),
    path("saved/<int:pk>/", saved.look, name="saved_look"),
    path("saved/<int:pk>/rename/", saved.rename, name="saved_rename"),
    path("saved/<int:pk>/delete/", saved.delete, name="saved_delete"),
    path("recent/forget/", saved.forget, name="forget"),
    path("opened/", pieces.opened, name="opened"),
    path("similar/<slug:kind>/<str:key>/", pieces.alike, name="similar"),
    path("why/<slug:kind>/<str:key>/", pieces.why, name="why"),
    path("report/", pieces.report, name="report"),
]
