"""All faults, in the order in which they are tried."""

from tests.chaos.faults import broker, messages, processes

FAULTS = {fault.name: fault for module in (processes, broker, messages) for fault in module.FAULTS}
