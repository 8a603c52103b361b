"""Rules in the words of the registrar's desk."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext

from credentials.definitions.text import Text
from pathways.models import PathwayVersion
from pathways.queries import catalogue_for, rule_for
from pathways.rules import explain, tree


def say(text: Text) -> str:
    """A sentence of the rules in the reader's language, with days as she writes them."""
    return text.render(
        gettext, lambda value: date_format(value, "j F Y") if isinstance(value, date) else str(value)
    )


def rule_in_words(version: PathwayVersion) -> str:
    """The rule as one sentence, or what keeps the rows from being a rule."""
    try:
        rule = rule_for(version)
    except tree.RuleError as error:
        return gettext("Not a rule yet. “%(node)s”: %(problem)s.") % {
            "node": error.node,
            "problem": error.problem,
        }
    return say(explain.sentence(rule, catalogue_for(rule)))
