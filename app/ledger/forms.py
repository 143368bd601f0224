"""What people type in about the ledger."""

from collections.abc import Mapping
from typing import Any, Final

from core.forms import day_field
from django import forms
from django.contrib.auth.models import Group, User

from ledger.models import Account, Category, TransactionStatus
from ledger.parsing.columns import ROLES, TEXTS
from ledger.parsing.dates import FORMATS
from ledger.parsing.layout import Layout
from ledger.selectors.accounts import owned_by, visible_to
from ledger.selectors.categories import categories_of
from ledger.selectors.transactions import UNCATEGORISED, VOID, Filters

_ANY: Final = ("", "All")
_ENCODINGS: Final = (
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8 with a mark"),
    ("cp1252", "Windows-1252, western Europe"),
    ("cp1250", "Windows-1250, central Europe"),
    ("cp1251", "Windows-1251, Cyrillic"),
    ("latin-1", "Latin-1"),
    ("utf-16", "UTF-16 with a mark"),
    ("utf-16-le", "UTF-16, little end first"),
    ("utf-16-be", "UTF-16, big end first"),
)
_MARKS: Final = (("", "—"), (".", "1234.56"), (",", "1234,56"))


def money_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DecimalField:
    """Return a field for an amount."""
    return forms.DecimalField(
        label=label, required=required, max_digits=18, decimal_places=4, help_text=help_text
    )


class AccountForm(forms.Form):
    """An account."""

    name = forms.CharField(max_length=100)
    currency = forms.CharField(max_length=3, help_text="Three letters, such as EUR.")
    bank = forms.CharField(max_length=100, required=False)
    number = forms.CharField(label="IBAN or number", max_length=64, required=False)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(),
        label="Who may read it too",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Offer the groups that ``user`` is in."""
        super().__init__(*arguments, **options)
        groups = user.groups.order_by("name")
        if groups:
            self.fields["groups"].queryset = groups  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]

    def clean_currency(self) -> str:
        """Return the code in capitals."""
        return str(self.cleaned_data["currency"]).upper()


class StatementForm(forms.Form):
    """A period with its balances."""

    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    opening = money_field("Opening balance", required=False)
    closing = money_field("Closing balance", required=False)


class AccountChoiceForm(forms.Form):
    """The account that a file which is there already is of."""

    account = forms.ModelChoiceField(
        Account.objects.none(),
        required=False,
        to_field_name="uid",
        empty_label="As the file says (OFX and CAMT.053)",
    )

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Offer the accounts of ``user``."""
        super().__init__(*arguments, **options)
        self.fields["account"].queryset = owned_by(user).order_by("name")  # type: ignore[attr-defined]


class UploadForm(AccountChoiceForm):
    """A file of a bank."""

    file = forms.FileField(help_text="CSV, OFX, QFX or CAMT.053 (XML), up to 20 MiB.")
    field_order = ("file", "account")


class CorrectionForm(forms.Form):
    """A transaction, corrected."""

    booked_on = day_field("Booked")
    amount = money_field("Amount", help_text="Money that leaves is negative.")
    payee = forms.CharField(max_length=255, required=False)
    description = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    note = forms.CharField(required=False, max_length=5000, widget=forms.Textarea({"rows": 2}))


class CategoryForm(forms.Form):
    """A category."""

    name = forms.CharField(max_length=60)


class RuleForm(forms.Form):
    """A rule."""

    category = forms.ModelChoiceField(Category.objects.none(), to_field_name="uid")
    payee_contains = forms.CharField(max_length=100, required=False)
    text_contains = forms.CharField(label="Description contains", max_length=200, required=False)
    amount_from = money_field(
        "Amount from", required=False, help_text="Money that leaves is negative."
    )
    amount_to = money_field("Amount up to", required=False)
    account = forms.ModelChoiceField(Account.objects.none(), required=False, to_field_name="uid")
    order = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        initial=100,
        help_text="Smaller is asked earlier; the first rule that fits gives the category.",
    )

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Offer categories and accounts of ``user``."""
        super().__init__(*arguments, **options)
        self.fields["category"].queryset = categories_of(user)  # type: ignore[attr-defined]
        self.fields["account"].queryset = owned_by(user).order_by("name")  # type: ignore[attr-defined]


class FilterForm(forms.Form):
    """What a list of transactions is narrowed by."""

    text = forms.CharField(label="Words", max_length=200, required=False)
    account = forms.ChoiceField(required=False)
    category = forms.ChoiceField(required=False)
    status = forms.ChoiceField(
        required=False, choices=[_ANY, *TransactionStatus.choices, (VOID, "Voided")]
    )
    booked_from = day_field("Booked from", required=False)
    booked_to = day_field("Booked up to", required=False)
    amount_from = money_field("Amount from", required=False)
    amount_to = money_field("Amount up to", required=False)

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Offer what ``user`` may see."""
        super().__init__(*arguments, **options)
        accounts = [(str(a.uid), str(a)) for a in visible_to(user).order_by("name")]
        self.categories = list(categories_of(user).values_list("uid", "name"))
        named = [(str(uid), name) for uid, name in self.categories]
        self.fields["account"].choices = [_ANY, *accounts]  # type: ignore[attr-defined]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            _ANY,
            (UNCATEGORISED, "Without"),
            *named,
        ]

    @property
    def filters(self) -> Filters:
        """The filters; what is no filter counts as not given and is shown as wrong."""
        self.full_clean()
        given = {
            name: value for name, value in self.cleaned_data.items() if value not in ("", None)
        }
        return Filters(**given)


class LayoutForm(forms.Form):
    """How a CSV file is read."""

    date_format = forms.ChoiceField(label="Dates are written like")
    decimal_mark = forms.ChoiceField(label="Amounts are written like", choices=_MARKS)
    negate = forms.BooleanField(
        label="Money that leaves has no minus (statements of credit cards)", required=False
    )
    encoding = forms.ChoiceField(label="Characters", choices=_ENCODINGS)

    def __init__(
        self, layout: Layout, likely: tuple[str, ...], data: Mapping[str, Any] | None = None
    ) -> None:
        """Offer the columns of the file for each role, the likely forms of dates first."""
        initial: dict[str, Any] = {
            "date_format": layout.date_format,
            "decimal_mark": layout.decimal_mark,
            "negate": layout.negate,
            "encoding": layout.encoding,
        }
        super().__init__(data, initial=initial)
        forms_of_dates = [*likely, *(form for form in FORMATS if form not in likely)]
        self.fields["date_format"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((form, FORMATS[form]) for form in forms_of_dates),
        ]
        width = max(len(layout.headings), *(1 + max(p) for p in layout.columns.values()))
        named = [(str(i), layout.name_of(i)) for i in range(width)]
        for role, label in ROLES.items():
            places = [str(place) for place in layout.columns.get(role, ())]
            if role in TEXTS:
                field: forms.Field = forms.MultipleChoiceField(
                    label=label,
                    required=False,
                    choices=named,
                    initial=places,
                    widget=forms.SelectMultiple({"size": min(4, width)}),
                )
            else:
                field = forms.ChoiceField(
                    label=label,
                    required=False,
                    choices=[("", "—"), *named],
                    initial=next(iter(places), ""),
                )
            self.fields[f"column_{role}"] = field

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of ``Layout`` that the form holds."""
        columns = {}
        for role in ROLES:
            chosen = self.cleaned_data[f"column_{role}"]
            places = chosen if isinstance(chosen, list) else [chosen] if chosen else []
            if places:
                columns[role] = tuple(int(place) for place in places)
        named = ("date_format", "decimal_mark", "negate", "encoding")
        return {**{name: self.cleaned_data[name] for name in named}, "columns": columns}
