"""The front door, a person's own pages, and what she shows to others."""

from learners.views.downloads import (
    baked_png,
    baked_svg,
    certificate_pdf,
    credential_json,
    order_certificate,
)
from learners.views.embedding import embedded
from learners.views.leaving import all_credentials
from learners.views.moving import answer as answer_offer
from learners.views.own import (
    credential,
    dashboard,
    dashboard_status,
    home,
    mark_read,
    notifications,
    progress,
    visibility,
    wallet,
)
from learners.views.sharing import badge_png, badge_svg, remake_share, share, shared, withdraw_share

__all__ = [
    "all_credentials",
    "answer_offer",
    "badge_png",
    "badge_svg",
    "baked_png",
    "baked_svg",
    "certificate_pdf",
    "credential",
    "credential_json",
    "dashboard",
    "dashboard_status",
    "embedded",
    "home",
    "mark_read",
    "notifications",
    "order_certificate",
    "progress",
    "remake_share",
    "share",
    "shared",
    "visibility",
    "wallet",
    "withdraw_share",
]
