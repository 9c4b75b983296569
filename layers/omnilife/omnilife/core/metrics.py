"""Metrics, as CloudWatch's Embedded Metric Format: lines in the log, so that counting costs no call.

Powertools writes them; its metrics are imported with its HTTP resolver anyway. Dimensions are few and of
few values (route, status class): CloudWatch bills each combination. What varies freely is a property.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from omnilife.core.context import current_correlation_id
from omnilife.core.redaction import redact


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Count `value` occurrences of `name` now."""
    emit({name: (MetricUnit.Count, value)}, dimensions)


def emit(
    metrics: Mapping[str, tuple[MetricUnit, float]],
    dimensions: Mapping[str, str],
    properties: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of metrics that share their dimensions, beside the service's name.

    `properties` are no dimensions: they can be searched in the log, and cost nothing as metrics. The
    correlation id is one of them.
    """
    # A provider a line: Powertools' shared one would carry dimensions over from one caller to the next.
    provider = AmazonCloudWatchEMFProvider()
    for name, (unit, value) in metrics.items():
        provider.add_metric(name, unit, value)
    for name, text in dimensions.items():
        provider.add_dimension(name, text)
    known = {"correlation_id": current_correlation_id()} if current_correlation_id() else {}
    for name, detail in redact({**known, **(properties or {})}).items():
        provider.add_metadata(name, detail)
    provider.flush_metrics()
