"""One's own sign-in: the password, the second step, recovery codes. allauth does the work."""

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from kinline.apps.people.access import is_staff
from kinline.doors import second_factor


class Overview(IndexView):
    """What protects this account."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        staff = is_staff(account_id=self.request.user.pk, now=timezone.now())
        return facts | {"staff": staff, "totp": facts["authenticators"].get("totp")}


class SetUp(ActivateTOTPView):
    """Scan a QR code, give one code: from then on every sign-in asks for one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_login"))
        if second_factor.exists(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        second_factor.remember_set_up(self.request, self.request.user.pk)
        return answer


class ChangePassword(LoginRequiredMixin, PasswordChangeView):
    success_url = reverse_lazy("mfa_index")
