"""What a visitor may type: search the catalogue, a code to verify, a name to compare."""

import re

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from credentials.models import AchievementVersion, Series
from credentials.models.credential import is_mistyped, normalise_code

ADDRESS = re.compile(r"/verify/(?P<code>[^/?#]+)")


class CatalogueFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Search words and four closed choices, all in the address."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=200)
    series = django_filters.ModelChoiceFilter(
        label=_("Series"),
        field_name="achievement__series",
        to_field_name="slug",
        queryset=Series.objects.all(),
        empty_label=_("All series"),
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=AchievementVersion.Level, empty_label=_("Any level")
    )
    learning_mode = django_filters.ChoiceFilter(
        label=_("Learning"), choices=AchievementVersion.Learning, empty_label=_("Any way of learning")
    )
    assessment_mode = django_filters.ChoiceFilter(
        label=_("Assessment"), choices=AchievementVersion.Assessed, empty_label=_("Any way of assessment")
    )

    class Meta:
        model = AchievementVersion
        fields = ["q", "series", "level", "learning_mode", "assessment_mode"]

    def search(
        self, versions: QuerySet[AchievementVersion], name: str, value: str
    ) -> QuerySet[AchievementVersion]:
        """Versions in which every word occurs, in whichever of their texts."""
        for word in value.split()[:10]:
            versions = versions.filter(
                Q(name__icontains=word)
                | Q(description__icontains=word)
                | Q(criteria__icontains=word)
                | Q(achievement__code__icontains=word)
                | Q(achievement__series__name__icontains=word)
            )
        return versions


class CodeForm(forms.Form):
    """A verification code, however it was copied: with dashes, in small letters, or as a whole address."""

    code = forms.CharField(
        label=_("Code or address"),
        max_length=300,
        help_text=_("Sixteen letters and figures, as printed below the QR code; or the whole address."),
        error_messages={"required": _("Type the code that stands on the certificate.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        found = ADDRESS.search(typed)
        code = normalise_code(found["code"] if found else typed)
        if is_mistyped(code):
            raise forms.ValidationError(
                _("A character in this code is wrong or missing. Compare it with the certificate once more.")
            )
        return code


class RecipientForm(forms.Form):
    """The name or address of the person in front of the verifier; it is compared and not kept."""

    typed = forms.CharField(
        label=_("Name or e-mail address"),
        max_length=254,
        help_text=_("In full, as the person writes it. It is compared here and not kept."),
        error_messages={"required": _("Type the name or the e-mail address.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
