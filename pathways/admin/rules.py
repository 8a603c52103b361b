"""A version of a rule: read as one sentence and looked over, with its acts; built on pages of its own."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pathways.admin.builder import RuleBuilderAdmin
from pathways.admin.moving import MoveLearners
from pathways.admin.versions import RULE_ACTS, consents_in_words
from pathways.admin.wording import rule_in_words, say
from pathways.models import PathwayVersion
from pathways.rules import tree
from pathways.services.publishing import findings


@admin.register(PathwayVersion)
class PathwayVersionAdmin(RuleBuilderAdmin):
    """A version to be read, with its acts; what it says is changed on the pages of the builder."""

    list_display = ("pathway", "number", "status", "lapse_policy", "published_at")
    list_filter = ("status", "pathway")
    list_select_related = ("pathway",)
    search_fields = ("pathway__name",)
    fieldsets = (
        (None, {"fields": ("pathway", "number", "status", "order_policy", "lapse_policy", "size_reason")}),
        (_("The rule"), {"fields": ("sentence", "looked_over", "agreed", "returned_because")}),
        (
            _("Who"),
            {"fields": ("written_by", "approved_by", "published_by", "published_at", "fingerprint")},
        ),
    )
    readonly_fields = ("sentence", "looked_over", "agreed", "fingerprint")
    change_form_template = "admin/pathways/pathwayversion/change_form.html"
    acts = (*RULE_ACTS, MoveLearners())

    def has_add_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        """A draft is made on its pathway's page, where its number and its rows come from."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        """Its fields are policies of the whole rule, and have a page of their own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PathwayVersion | None = None) -> bool:
        return obj is not None and obj.is_draft and self._holds(request, self.editors)

    @admin.display(description=_("in one sentence"))
    def sentence(self, version: PathwayVersion) -> str:
        return rule_in_words(version)

    @admin.display(description=_("fingerprint of the rule"))
    def fingerprint(self, version: PathwayVersion) -> str:
        return version.rule_sha256 or gettext("made when it is sent for review")

    @admin.display(description=_("consent of other series"))
    def agreed(self, version: PathwayVersion) -> str:
        lines = [(line,) for line in consents_in_words(version)]
        return format_html_join("", "<div>{}</div>", lines) or gettext("none is needed")

    @admin.display(description=_("looked over"))
    def looked_over(self, version: PathwayVersion) -> str:
        if not version.is_draft:
            return gettext("This rule is frozen: it is %(status)s.") % {
                "status": version.get_status_display()
            }
        try:
            found = findings(version)
        except tree.RuleError:
            return gettext("It is looked over once it is a rule.")
        if not found:
            return gettext("Nothing to put right.")
        severities = {"error": gettext("Must be put right"), "warning": gettext("Worth a look")}
        lines = [(severities[row.severity], row.node, say(row.message)) for row in found]
        return format_html_join("", "<div>{} – “{}”: {}</div>", lines)
