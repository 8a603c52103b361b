"""Text: a sentence still in its parts, so that the heart may speak and the hands translate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """An English template, and values of which some are texts themselves."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = str) -> str:
        """The sentence in the language of `translate`, its numbers, days and names written by `show`."""
        shown = {
            name: value.render(translate, show) if isinstance(value, Text) else show(value)
            for name, value in self.params.items()
        }
        return translate(self.template) % shown

    def __str__(self) -> str:
        return self.render()


def gettext_noop(template: str) -> str:
    """Marks a template under the name by which the message collector finds it; the hands translate."""
    return template
