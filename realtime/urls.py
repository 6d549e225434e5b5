"""Addresses under /documents/."""

from django.urls import path

from realtime import views

app_name = "realtime"
urlpatterns = [
    path("pictures/<uuid:uuid>", views.picture, name="picture"),
    path("<str:kind>/<str:key>/pictures/", views.upload, name="pictures"),
    path("<str:kind>/<str:key>/pictures/adopt/", views.adopt, name="adopt_pictures"),
]
