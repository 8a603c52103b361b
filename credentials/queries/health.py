"""How the background work stands, in numbers: duties owed and stuck, the sweeps, and who has gone silent."""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, F, Max, Min, Q

from credentials.models import AuditEntry, StatusList, SweepRun
from credentials.models.duty import MAX_ATTEMPTS, Duty
from credentials.queries.worklist import OVERDUE, SWEEPS_SILENT

# A sweep is begun every half minute, and is not long.
WORKER_SILENT = timedelta(seconds=60)


def health(at: datetime) -> dict[str, Any]:
    """Every number, ages in whole seconds; `well` is False where somebody should look."""
    duties = {model._meta.label_lower: _duty(model, at) for model in _duties()}
    unsealed = AuditEntry.objects.filter(seq__isnull=True).aggregate(owed=Count("pk"), oldest=Min("at"))
    silent = _silence(at)
    return {
        "well": not any(silent.values()) and not any(_is_bad(row) for row in duties.values()),
        "silent": silent,
        "sweeps": {run.name: _sweep(run, at) for run in SweepRun.objects.order_by("name")},
        "duties": duties,
        "audit": {"owed": unsealed["owed"], "oldest": _age(unsealed["oldest"], at)},
    }


def _duties() -> list[type[Duty]]:
    """Every kind of duty there is, in whichever app."""
    return [model for model in apps.get_models() if issubclass(model, Duty)]


def _duty(model: type[Duty], at: datetime) -> dict[str, int | None]:
    is_stuck = Q(attempts__gte=MAX_ATTEMPTS)
    # A status list is done as far as it is published, never once and for all.
    behind = Q(published_revision__lt=F("revision")) if model is StatusList else Q(done_at__isnull=True)
    facts = model._default_manager.filter(behind).aggregate(
        owed=Count("pk", filter=~is_stuck),
        oldest=Min("due_at", filter=~is_stuck),
        stuck=Count("pk", filter=is_stuck),
    )
    return {**facts, "oldest": _age(facts["oldest"], at)}


def _is_bad(duty: dict[str, int | None]) -> bool:
    return bool(duty["stuck"]) or (duty["oldest"] or 0) > OVERDUE.total_seconds()


def _silence(at: datetime) -> dict[str, bool]:
    """The timetable has gone silent when no sweep is begun, the workers when none comes to its end."""
    seen = SweepRun.objects.aggregate(begun=Max("started_at"), ended=Max("finished_at"))
    return {
        "worker": seen["ended"] is None or at - seen["ended"] > WORKER_SILENT,
        "beat": seen["begun"] is None or at - seen["begun"] > SWEEPS_SILENT,
    }


def _sweep(run: SweepRun, at: datetime) -> dict[str, int | None]:
    return {"begun": _age(run.started_at, at), "ended": _age(run.finished_at, at), "found": run.found}


def _age(moment: datetime | None, at: datetime) -> int | None:
    """Seconds since then; what is due later is not old yet."""
    return None if moment is None else max(0, round((at - moment).total_seconds()))
