"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("icon.svg", views.icon, name="icon"),
    path("accounts/", include("research.account_urls")),
    path("admin/", admin.site.urls),
    path("documents/", include("realtime.urls")),
    path("research/", include("research.urls")),
    path("lessons/", include("lessons.urls")),
    path("search/", include("search.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
