"""Addresses of the profiles."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy
from django.urls.resolvers import URLPattern

from profiles.views.preferences import preferences

app_name = "profiles"
urlpatterns: list[URLPattern] = [
    path(
        "login/",
        auth.LoginView.as_view(
            template_name="profiles/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("preferences/", preferences, name="preferences"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(
            template_name="profiles/password.html",
            success_url=reverse_lazy("profiles:password-changed"),
        ),
        name="password",
    ),
    path(
        "password/changed/",
        auth.PasswordChangeDoneView.as_view(template_name="profiles/password_changed.html"),
        name="password-changed",
    ),
]
