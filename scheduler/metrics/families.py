"""How a metric is made: its name, its meaning, its labels, and the rows that give its values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric


def gauge(name: str, meaning: str, labels: Sequence[str] = (), rows: Iterable[tuple[Any, ...]] = ()) -> Metric:
    """A gauge with a value a row: the labels' values first, then the number. A missing number leaves the row out."""
    family = GaugeMetricFamily(f"broadsheet_{name}", meaning, labels=labels)
    for *words, value in rows:
        if value is not None:
            family.add_metric([str(word) for word in words], float(value))
    return family


def bounded(counts: Mapping[str, float], most: int) -> dict[str, str]:
    """Which name each key goes by if only so many may have one of their own: its own, or ``other``."""
    kept = set(sorted(counts, key=lambda key: (-counts[key], key))[:most])
    return {key: key if key in kept else "other" for key in counts}
