"""Forms of refunds, checks, payments, and of how cards are taken."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kinline.doors.money_forms import Dollars

SECRET = {"autocomplete": "off", "spellcheck": "false"}


class Why(forms.Form):
    """A reason, kept with the books."""

    why = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PayOut(Why):
    """Paying out the money of somebody who has left."""

    name = forms.CharField(label=_("Name on the check"), max_length=120)
    address = forms.CharField(
        label=_("Where to send it"), max_length=180, widget=forms.Textarea(attrs={"rows": 3})
    )


class SetUp(forms.Form):
    """An agency's keys with Stripe, and from which amount on two must agree."""

    public_key = forms.CharField(
        label=_("Publishable key"),
        max_length=200,
        required=False,
        help_text=_("Begins with pk_. Browsers may know it."),
        widget=forms.TextInput(attrs=SECRET),
    )
    secret = forms.CharField(
        label=_("Secret key"),
        max_length=250,
        required=False,
        help_text=_("Begins with sk_ or rk_. Nobody can read it here later. Empty: as it is."),
        widget=forms.PasswordInput(attrs=SECRET),
    )
    signing = forms.CharField(
        label=_("Signing secret of the webhook"),
        max_length=250,
        required=False,
        help_text=_("Begins with whsec_. Empty: as it is."),
        widget=forms.PasswordInput(attrs=SECRET),
    )
    two_above = Dollars(
        label=_("Two must agree above"),
        help_text=_("In dollars. 0: two must agree to every refund."),
    )
