"""All faults, in the order in which they are tried."""

from tests.chaos.faults import broker, clock, disk, doubles, messages, postgresql, processes, site, sqlite

_MODULES = (processes, doubles, messages, broker, sqlite, postgresql, site, disk, clock)

FAULTS = {fault.name: fault for module in _MODULES for fault in module.FAULTS}
