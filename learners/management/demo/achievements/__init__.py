"""What Ellerwick University awards: seventeen assessed achievements and five certificates they add up to."""

from learners.management.demo.achievements.certificates import CERTIFICATES
from learners.management.demo.achievements.form import Achievement, Artwork
from learners.management.demo.achievements.public_health import PUBLIC_HEALTH
from learners.management.demo.achievements.research_data import RESEARCH_DATA
from learners.management.demo.achievements.teaching import TEACHING

ASSESSED = (*RESEARCH_DATA, *TEACHING, *PUBLIC_HEALTH)
CATALOGUE = {entry.code: entry for entry in (*ASSESSED, *CERTIFICATES)}

__all__ = ["ASSESSED", "CATALOGUE", "CERTIFICATES", "Achievement", "Artwork"]
