"""What a learner's pages ask: her dashboard, progress and credentials as plain facts, and untold news."""

from learners.queries.dashboard import Dashboard, dashboard, pulse
from learners.queries.moving import Offer, offer
from learners.queries.news import (
    events,
    gradings,
    standing_on,
    untold_events,
    untold_gradings,
    waiting_work,
)
from learners.queries.ordering import order_notes
from learners.queries.progress import Progress, progress
from learners.queries.sharing import Sharing, frame, opened, sharing_of
from learners.queries.wallet import Card, Happening, card_of, timeline, wallet

__all__ = [
    "Card",
    "Dashboard",
    "Happening",
    "Offer",
    "Progress",
    "Sharing",
    "card_of",
    "dashboard",
    "events",
    "frame",
    "gradings",
    "offer",
    "opened",
    "order_notes",
    "progress",
    "pulse",
    "sharing_of",
    "standing_on",
    "timeline",
    "untold_events",
    "untold_gradings",
    "waiting_work",
    "wallet",
]
