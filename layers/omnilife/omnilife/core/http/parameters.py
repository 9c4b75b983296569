"""What a route's function declares: the query parameters that it takes, whether it takes a body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin

from aws_lambda_powertools.event_handler.openapi.params import Dependant
from pydantic import BaseModel

_REPEATING = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Read once from Powertools' view of the function's signature.

    Attributes:
        query: parameter → whether it may repeat.
        query_models: arguments that are models of several query parameters.
        takes_body: whether an argument is the body; `needs_body`: whether it has no default.
    """

    query: Mapping[str, bool] = field(default_factory=dict)
    query_models: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    takes_body: bool = False
    needs_body: bool = False

    @classmethod
    def of(cls, dependant: Dependant) -> Self:
        query: dict[str, bool] = {}
        models: dict[str, type[BaseModel]] = {}
        for parameter in dependant.query_params:
            annotation = parameter.field_info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                models[parameter.alias] = annotation
                for name, info in annotation.model_fields.items():
                    query[info.alias or name] = _repeats(info.annotation)
            else:
                query[parameter.alias] = _repeats(annotation)
        body = dependant.body_params
        if len(body) > 1:
            raise TypeError("a route's body is one argument: make it one model")
        return cls(query, models, bool(body), any(parameter.required for parameter in body))


def _repeats(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _repeats(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return any(_repeats(member) for member in get_args(annotation))
    return annotation in _REPEATING or origin in _REPEATING
