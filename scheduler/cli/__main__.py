"""``python -m scheduler.cli``: the ``broadsheet`` command where its script is not on the path."""

from scheduler.cli import main

main()
