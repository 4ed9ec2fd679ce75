"""The service's metrics for Prometheus, read from the database, Redis and the disks: right with no worker alive.

``collector`` asks each source side by side and says which of them answered; ``database``, ``broker`` and ``machine``
are the sources; ``server`` answers ``/metrics``. Names and meanings are stable: alert rules and dashboards rest on
them.
"""
