"""Who changes a state: the names that events and leases carry."""

import getpass
import os
import socket


def worker_name() -> str:
    """This worker process."""
    return f"worker:{socket.gethostname()}:{os.getpid()}"


def tick_name() -> str:
    """The scheduler on this machine."""
    return f"tick:{socket.gethostname()}"


def operator_name() -> str:
    """The person at the command line."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"operator:{os.getuid()}"
