"""The portals and browsers of the journeys."""

from tests.flows.browser import browser, visitors
from tests.flows.portal import embedded_portal, empty_portal, services_portal

__all__ = ["browser", "embedded_portal", "empty_portal", "services_portal", "visitors"]
