"""Rules only the database can keep: what people are held to, and what was awarded on it, stays as it is."""

from credentials.models.triggers import FROZEN, OPEN, Trigger, changed, kept_with_version

VERSION = "pathways_pathwayversion"
SNAPSHOT = "pathways_issuesnapshot"
# What a version promises. Its status, and who moved it when, may change.
PROMISED = (
    "pathway_id", "number", "order_policy", "lapse_policy", "grace_days", "filters", "use_limit",
    "size_reason", "rule", "rule_sha256", "terms", "effective_from",
)  # fmt: skip
TRIGGERS = (
    Trigger(
        "pathway_keeps_its_rule",
        VERSION,
        "UPDATE",
        f"(OLD.status NOT IN {OPEN} AND ({changed(PROMISED)}))",
        FROZEN,
    ),
    Trigger(
        "pathway_stays_public",
        VERSION,
        "UPDATE",
        f"(OLD.status NOT IN {OPEN} AND NEW.status IN {OPEN})",
        "What was published is never a draft again.",
    ),
    Trigger("pathway_keeps_its_row", VERSION, "DELETE", f"(OLD.status NOT IN {OPEN})", FROZEN),
    *kept_with_version("requirement_stands", "pathways_requirement", "version_id", OPEN, VERSION),
    *kept_with_version("milestone_stands", "pathways_milestone", "version_id", OPEN, VERSION),
    *kept_with_version("limit_stands", "pathways_atmost", "version_id", OPEN, VERSION),
    Trigger("snapshot_is_kept", SNAPSHOT, "DELETE", "(1 = 1)", "What a certificate was awarded on is kept."),
    Trigger(
        "snapshot_is_as_taken", SNAPSHOT, "UPDATE", "(1 = 1)", "What a certificate was awarded on is kept."
    ),
)
