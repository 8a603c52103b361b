"""The pages anyone may read: catalogue, achievement, framework, issuer, and the verdict on a credential."""

from credentials.views.batches import batch, batch_receipt, verify_many
from credentials.views.browsing import achievement, achievement_image, activity, catalogue, issuer
from credentials.views.frameworks import framework, framework_list
from credentials.views.offline import offline_verifier
from credentials.views.uploads import verify_form
from credentials.views.verification import verify

__all__ = [
    "achievement",
    "achievement_image",
    "activity",
    "batch",
    "batch_receipt",
    "catalogue",
    "framework",
    "framework_list",
    "issuer",
    "offline_verifier",
    "verify",
    "verify_form",
    "verify_many",
]
