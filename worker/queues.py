"""The names of the queues, for those who look at them without being Celery."""

#: Today's editions and their backfills have queues of their own, so that the one never waits behind the other.
QUEUES = ("daily", "backfill")
