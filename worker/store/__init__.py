"""The database: tables, guarded moves, leases, revisions. Knows nothing of HTTP, HTML or queues."""
