"""The Celery app and the beat timetable, side by side.

The database holds every duty; the broker only wakes a worker. So there is no result backend, no retry
by countdown and no editable timetable: whatever a lost message leaves undone, the sweeps below find.
"""

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import celeryd_init, setup_logging, worker_init, worker_ready
from django.conf import settings
from django.db import DatabaseError, connection
from kombu.transport import TRANSPORT_ALIASES

from config import clock
from config.deadlocks import retried

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"


def transport_options(broker_url: str, var_dir: Path) -> dict[str, Any]:
    """How the broker in use is to be spoken to: Redis in production, a folder where no service runs."""
    if broker_url.startswith("filesystem:"):
        folders = {name: var_dir / "broker" / name for name in ("queue", "control", "processed")}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        return {
            "data_folder_in": str(folders["queue"]),
            "data_folder_out": str(folders["queue"]),
            "control_folder": str(folders["control"]),
            "store_processed": True,
            "processed_folder": str(folders["processed"]),
            "polling_interval": 0.1,
        }
    if broker_url.startswith("redis"):
        return {
            "visibility_timeout": 120,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 2,
            "socket_connect_timeout": 1,
            # A person waits for the page that publishes: a dead broker may cost her one second, once.
            "socket_timeout": 1,
            "max_retries": 0,
        }
    return {}


class PortalTask(Task):
    """A task whose deadlocks are retried at once; whatever else fails, a sweep finds undone."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return retried(partial(super().__call__, *args, **kwargs))


# Each finds by query what a lost message left undone; see docs/where-things-live.md, 5.
SWEEPS = ("credentials.tasks.catch_up", "pathways.tasks.catch_up", "learners.tasks.catch_up")
app = Celery("tessera", task_cls=PortalTask)
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=transport_options(settings.CELERY_BROKER_URL, settings.VAR_DIR),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=75,
    task_time_limit=90,
    task_publish_retry=False,
    task_default_queue="evaluate",
    task_routes={
        "credentials.tasks.render_certificate": {"queue": "render"},
        "credentials.tasks.run_job": {"queue": "bulk"},
        "credentials.tasks.check_batch": {"queue": "bulk"},
        "credentials.tasks.tidy": {"queue": "bulk"},
        "learners.tasks.*": {"queue": "notify"},
    },
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=8 if settings.DEMO else 30,
    worker_max_memory_per_child=400_000,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    beat_schedule={
        **{sweep: {"task": sweep, "schedule": 30, "options": {"expires": 60}} for sweep in SWEEPS},
        "credentials-tidy": {"task": "credentials.tasks.tidy", "schedule": crontab(hour="3", minute="20")},
    },
)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery would replace the handlers; settings.LOGGING has them as we want them."""


@worker_init.connect
def refuse_a_doubtful_clock(**_: object) -> None:
    """A worker whose clock is off would refuse half its work and drop the sweeps as too old: it ends here.

    With the database out of reach nobody can say; it starts and waits, and each act asks again.
    """
    with suppress(DatabaseError):
        clock.now()
    connection.close()
    if clock.apart() > clock.MAY_DIFFER:
        raise SystemExit(
            f"This machine's clock is {clock.apart().total_seconds():.0f} s from the database's. "
            "Set it (sudo timedatectl set-ntp true, on both machines) and start the worker again."
        )


@celeryd_init.connect
def listen_patiently(conf: Any, **_: object) -> None:
    """For a worker, silence is no failure: it listens for a second or more before it hears anything."""
    if "socket_timeout" in conf.broker_transport_options:
        conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": 5}


@worker_ready.connect
def sweep_at_once(**_: object) -> None:
    """A worker that starts looks for what was owed while none ran, instead of waiting for the timetable."""
    for sweep in SWEEPS:
        app.tasks[sweep].apply_async(expires=60)
