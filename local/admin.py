"""The first administrator: by invoking a function that only the account's own IAM can call.

Here through `make admin EMAIL=…`; in AWS the same by hand, see docs/operations.md.
"""

import json
from typing import Any

from local.errors import LocalError


def make_admin(client: Any, function: str, email: str) -> dict[str, Any]:
    """The user's id and roles, as the function answers them.

    Raises:
        LocalError: nobody verified that address, or it is none.
    """
    answer = client.invoke(FunctionName=function, Payload=json.dumps({"email": email}).encode())
    payload: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise LocalError(f"{email} is no address that somebody registered with and verified.")
    return payload
