"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("documents/", include("realtime.urls")),
    path("research/", include("research.urls")),
    path("lessons/", include("lessons.urls")),
]
