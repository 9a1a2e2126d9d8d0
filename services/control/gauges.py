"""Every metric of the control service, with its help text. Labels are bounded: stage, stream, word, outcome.

What is measured (MEASURED) is shown only by the service that holds the lease. What is unknown is NaN or
absent, never 0.
"""

from prometheus_client import Counter, Gauge, Histogram

ACTIVE = Gauge("copydesk_control_active", "1 while this control service holds the lease and measures.")
SAMPLED = Gauge("copydesk_sampled_timestamp_seconds", "When the stages were last measured.")
STATUS = Gauge("copydesk_status", "1 for the word that holds for a stage.", ["stage", "status"])
SINCE = Gauge("copydesk_status_since_timestamp_seconds", "When that word was first seen.", ["stage"])
BACKLOG = Gauge("copydesk_backlog_entries", "Entries that a stage has not acknowledged.", ["stage"])
EXACT = Gauge(
    "copydesk_backlog_exact", "1 where the backlog is exact, 0 where it is a lower bound.", ["stage"]
)
PENDING = Gauge("copydesk_pending_entries", "Entries delivered and not acknowledged.", ["stage"])
LAG = Gauge("copydesk_lag_seconds", "Age of the oldest entry that is not acknowledged.", ["stage"])
OLDEST_PENDING = Gauge(
    "copydesk_oldest_pending_seconds",
    "Age of the oldest entry that is delivered and not acknowledged.",
    ["stage"],
)
MOST_DELIVERIES = Gauge(
    "copydesk_most_deliveries",
    "Most deliveries of one entry, among the 1,000 oldest pending ones.",
    ["stage"],
)
CONSUMERS = Gauge(
    "copydesk_consumers",
    "Workers by state: live, or silent (seen within a day, no sign of life now).",
    ["stage", "state"],
)
STAGE_HELD = Gauge("copydesk_stage_held", "1 while the dead-letter limit holds the stage.", ["stage"])
DEAD = Gauge("copydesk_dead_letters", "Dead letters that wait for somebody.", ["stage"])
OLDEST_DEAD = Gauge(
    "copydesk_oldest_dead_letter_seconds", "Age of the oldest of them; 0 without any.", ["stage"]
)
STREAM_ENTRIES = Gauge("copydesk_stream_entries", "Entries in a stream, read or not.", ["stream"])
STREAM_BYTES = Gauge("copydesk_stream_bytes", "Memory of a stream, estimated by Redis.", ["stream"])
MEMORY = Gauge("copydesk_redis_memory_bytes", "Memory that Redis uses.")
MEMORY_LIMIT = Gauge("copydesk_redis_memory_limit_bytes", "Its maxmemory; +Inf without one.")
UNFINISHED = Gauge("copydesk_unfinished_articles", "Backlog of all stages together.")
UNFINISHED_LIMIT = Gauge("copydesk_unfinished_articles_limit", "Where the entrance shuts.")
ROOM = Gauge("copydesk_room_articles", "Articles that may be handed in now; 0 while the house is full.")
UNMATCHED = Gauge(
    "copydesk_unmatched_claims",
    "Claims that came or went and wait to be matched with those of other articles.",
)
ENDED = Counter(
    "copydesk_ended_entries_total", "Entries in the ledger, by how they ended.", ["stage", "outcome"]
)
EXTRA_DELIVERIES = Counter(
    "copydesk_extra_deliveries_total", "Deliveries beyond the first that these took.", ["stage"]
)
ARTICLE = Histogram(
    "copydesk_article_seconds",
    "Time from submission to the end of an article, by how it ended.",
    ["outcome"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400),
)
TRIMMED = Counter("copydesk_trimmed_entries_total", "Entries cut off a stream.", ["stream"])
UNREAD = Counter(
    "copydesk_unread_trimmed_entries_total",
    "Of those, entries that a foreign group had not read.",
    ["stream"],
)
RECONCILED = Counter(
    "copydesk_reconciled_articles_total", "Articles handed in again from the store.", ["stage"]
)
RECLEANED = Counter(
    "copydesk_recleaned_articles_total",
    "Articles handed in to the clean stage again, since their source had grown.",
)
MATCHED = Counter(
    "copydesk_matched_claims_total",
    "Claims that came or went and were matched with those of other articles.",
)
