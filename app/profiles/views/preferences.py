"""The page of preferences."""

from core.errors import InvalidInputError
from core.requests import signed_in
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from profiles.forms import PreferencesForm
from profiles.selectors.preferences import profile_of
from profiles.services.preferences import save_preferences


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change what the signed-in person prefers."""
    user = signed_in(request)
    form = PreferencesForm(request.POST or None, instance=profile_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            save_preferences(actor=user, **form.cleaned_data)
        except InvalidInputError as error:
            for name, wrong in error.fields.items():
                form.add_error(name, wrong)
        else:
            messages.success(request, "Your preferences are saved.")
            return redirect("profiles:preferences")
    status = 400 if form.errors else 200
    return render(request, "profiles/preferences.html", {"form": form}, status=status)
