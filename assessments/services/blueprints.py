"""Blueprints: a copied version is assessed by the same shares until somebody changes them."""

from django.db import transaction

from assessments.models import BlueprintCell
from credentials.models import AchievementVersion


@transaction.atomic
def copy_blueprint(*, source: AchievementVersion, copy: AchievementVersion) -> None:
    """Give the draft `copy` the cells of `source`."""
    cells = list(BlueprintCell.objects.filter(version=source))
    for cell in cells:
        cell.pk, cell.version, cell._state.adding = None, copy, True
    BlueprintCell.objects.bulk_create(cells)
