"""Import of a framework as a CASE 1.0 or 1.1 CFPackage; the file's own identifiers are the keys."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from credentials.definitions import case
from credentials.models import CompetencyFramework, ImportBatch
from credentials.services.importing.frameworks import Fault, Found, FrameworkImporter
from credentials.services.importing.shape import Message, Refused


class CaseImporter(FrameworkImporter):
    kind = "case"
    title = _("Competency framework, as a CASE file (JSON)")
    accepts = ".json,application/json"
    most_bytes = case.CASE_BYTES

    def framework_of(self, batch: ImportBatch, data: bytes) -> CompetencyFramework | None:
        identifier = _read(data).package.framework.identifier
        return CompetencyFramework.objects.filter(identifier=identifier).first()

    def found(self, batch: ImportBatch, data: bytes, stored: case.Package | None) -> Found:
        reading = _read(data)
        faults = [
            Fault(
                number=problem.number,
                key=problem.item,
                message=Message(field=problem.field, message=problem.message, cure=problem.cure),
                data={"item": problem.item},
            )
            for problem in reading.problems
        ]
        return Found(
            package=_with_ours(reading.package, stored) if stored else reading.package,
            numbers=reading.numbers,
            faults=faults,
            warnings=reading.warnings,
            is_exact=True,
        )


def _read(data: bytes) -> case.Reading:
    try:
        return case.parse(data)
    except case.Broken as broken:
        raise Refused(broken.message, broken.cure) from broken


def _with_ours(package: case.Package, stored: case.Package) -> case.Package:
    """What was added here and CASE has no member for stays, unless the file says something else."""
    before = {item.identifier: item for item in stored.items}
    items = tuple(
        replace(
            item,
            cognitive_level=item.cognitive_level or before[item.identifier].cognitive_level,
            sort=item.sort or before[item.identifier].sort,
        )
        if item.identifier in before
        else item
        for item in package.items
    )
    framework = replace(package.framework, levels=package.framework.levels or stored.framework.levels)
    return replace(package, framework=framework, items=items)
