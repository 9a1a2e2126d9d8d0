"""Every metric of the workers, with its help text. Labels are bounded: stage, outcome, nothing else."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "copydesk_messages_total", "Stream entries that ended at a stage, by outcome.", ["stage", "outcome"]
)
FAILURES = Counter("copydesk_failures_total", "Attempts that failed and will be made again.", ["stage"])
REDELIVERIES = Counter(
    "copydesk_redeliveries_total", "Entries taken over after a failure or from a silent worker.", ["stage"]
)
BATCH = Histogram(
    "copydesk_batch_entries",
    "Entries in a turn.",
    ["stage"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
TURN = Histogram(
    "copydesk_turn_seconds",
    "Time of a turn's parts: compute, store, hop.",
    ["stage", "part"],
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60),
)
END_TO_END = Histogram(
    "copydesk_end_to_end_seconds",
    "Time from submission to the end of a stage.",
    ["stage"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400),
)
FETCHING = Gauge("copydesk_fetching", "Entries for which something is fetched now.", ["stage"])
HELD = Gauge("copydesk_held", "1 while the dead-letter limit holds the stage.", ["stage"])
READY = Gauge("copydesk_ready", "1 while the worker can take work.", ["stage"])
