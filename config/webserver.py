"""The gunicorn worker of the portal: one that is told to stop still answers everybody who reached it."""

import select

from gunicorn.workers.gthread import ThreadWorker


class DrainingWorker(ThreadWorker):
    """On SIGTERM takes what waits at the door, shuts the door, and only then finishes what it holds.

    gunicorn's own keeps the door open while it finishes, and never again looks who came in: the kernel
    then resets those connections, and a person's press of a button ends without an answer.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
