"""Checking a document that is not a request's body as it stands: a patched product, a row of a file."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from omnilife.core.errors import FieldError, Invalid


def check[M: BaseModel](model: type[M], document: Any) -> M:
    """`document` as a `model`.

    Raises:
        Invalid: with a pointer to each place that is not valid.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Invalid(errors=list(_errors(error))) from None


def _errors(error: ValidationError) -> Iterator[FieldError]:
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        parts = (str(part).replace("~", "~0").replace("/", "~1") for part in each["loc"] if part != "[key]")
        yield FieldError("".join(f"/{part}" for part in parts), each["msg"])
