"""The HTTP side of a function: `endpoint` for a route, `fallback` for all that is none.

from omnilife.core.http import Query, Reply, endpoint
"""

from aws_lambda_powertools.event_handler.openapi.params import Body as Body
from aws_lambda_powertools.event_handler.openapi.params import Query as Query

from omnilife.core.http.endpoint import Endpoint as Endpoint
from omnilife.core.http.endpoint import endpoint as endpoint
from omnilife.core.http.fallback import fallback as fallback
from omnilife.core.http.reply import Reply as Reply
from omnilife.core.http.request import HttpRequest as HttpRequest
