"""What is due, and when: calendars, the planner, the tick, the catalogue and the command line.

This package imports ``worker``; the worker never imports it.
"""
