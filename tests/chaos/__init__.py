"""Faults on the real service, one after another: whatever breaks, nothing is lost and nothing is stored twice.

``python -m tests.chaos`` starts real workers, beat, Redis, database and web site, orders editions, breaks something
while they are read, mends it and holds the database against what the site published. Start reading in ``trial.py``.
"""
