"""Work that is done when a request has been answered: what its client need not wait for.

    process_afterwards().do(write_the_log)      # while the request is being answered
    handler = answering_first(api.handler)      # in app.py: it is begun when the answer leaves

Lambda freezes a process, its threads included, once it has answered; unless an extension is still at work.
So the process registers itself as one (an internal extension, a thread of its own), which tells Lambda that
the invocation is over when nothing is left to do. The answer is on its way by then; the next request waits,
or goes to another process. What is done here is paid for like the rest of the invocation.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
https://aws.amazon.com/blogs/compute/running-code-after-returning-a-response-from-an-aws-lambda-function/

Outside of Lambda nobody freezes the process, and the thread alone is enough. Where Lambda does not take the
extension, `do` refuses, and its caller does the work before it answers.
"""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache as once
from functools import wraps
from http.client import HTTPConnection, HTTPException
from queue import SimpleQueue
from typing import Any, Protocol

from omnilife.core.config import Settings
from omnilife.core.logging import logger
from omnilife.core.metrics import count

EXTENSION = "omnilife-afterwards"
REGISTER_S = 1.0
"""For registering, at the process's start; Lambda answers from the same machine."""
HEAD_START_S = 0.002
"""Of the answer before what is left: one thread runs at a time, and the answer is still to be sent."""
PAUSE_S = 0.1
"""Between two attempts to reach Lambda, should one fail."""

type Task = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaSettings(Settings):
    """Set by Lambda itself: where its API is, for this process."""

    aws_lambda_runtime_api: str = ""


class Lifecycle(Protocol):
    """What keeps the process awake."""

    def next(self) -> None:
        """Say that all is done, and return when there is a request again."""
        ...


class Awake:
    """A process that nobody freezes."""

    def next(self) -> None:
        """At once: requests announce themselves by being answered."""


class Extension:
    """This process as an extension of its own Lambda environment."""

    def __init__(self, address: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._address = address
        self._sleep = sleep
        self._identifier = ""
        self._connection: HTTPConnection | None = None

    def register(self) -> bool:
        """Become an extension, which is possible only before the first request; whether Lambda took it."""
        connection = HTTPConnection(self._address, timeout=REGISTER_S)
        try:
            connection.request(
                "POST",
                "/2020-01-01/extension/register",
                b'{"events":["INVOKE"]}',
                {"Lambda-Extension-Name": EXTENSION, "Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            logger.warning("Lambda did not register the extension", exc_info=error)
            return False
        finally:
            connection.close()
        self._identifier = answer.headers.get("Lambda-Extension-Identifier", "")
        if answer.status != 200 or not self._identifier:
            logger.warning("Lambda did not register the extension", extra={"status": answer.status})
            return False
        return True

    def next(self) -> None:
        """Wait for the next invocation, however long the process is frozen meanwhile."""
        while not self._asked():
            count("AfterwardsDisconnected")
            self._sleep(PAUSE_S)

    def _asked(self) -> bool:
        if self._connection is None:
            self._connection = HTTPConnection(self._address, timeout=None)
        try:
            headers = {"Lambda-Extension-Identifier": self._identifier}
            self._connection.request("GET", "/2020-01-01/extension/event/next", headers=headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            logger.warning("Lambda cannot be asked for the next request", exc_info=error)
        else:
            if answer.status == 200:
                return True
            logger.warning("Lambda refuses the extension", extra={"status": answer.status})
        self._connection.close()
        self._connection = None
        return False


class Afterwards:
    """The tasks that are left when a request is answered, in their order, in one thread.

    `lifecycle` None: the process may be frozen, and nothing is taken.
    """

    def __init__(self, lifecycle: Lifecycle | None, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._lifecycle = lifecycle
        self._sleep = sleep
        self._tasks: SimpleQueue[Task] = SimpleQueue()
        self._answered = threading.Event()
        self._left = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to wait for requests. Lambda's first one comes only after this."""
        if self._lifecycle is not None and self._thread is None:
            work = self._work, self._lifecycle
            self._thread = threading.Thread(target=work[0], args=work[1:], name="afterwards", daemon=True)
            self._thread.start()

    def do(self, task: Task) -> bool:
        """Do `task` when the request at hand is answered; False where that cannot be promised.

        What it raises is logged and counted.
        """
        if self._lifecycle is None:
            return False
        self.start()
        context = copy_context()
        with self._changed:
            self._left += 1
        self._tasks.put(lambda: context.run(task))
        return True

    def answered(self) -> None:
        """The answer leaves: now what is left may be done."""
        self._answered.set()

    def wait(self, timeout_s: float) -> bool:
        """Until nothing is left to do; for who measures or tests. Whether nothing is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._left, timeout_s)

    def _work(self, lifecycle: Lifecycle) -> None:
        while True:
            lifecycle.next()
            self._answered.wait()
            self._answered.clear()
            self._sleep(HEAD_START_S)
            while not self._tasks.empty():
                self._attempt(self._tasks.get())

    def _attempt(self, task: Task) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001 (whatever it is, the answer is out and the rest goes on)
            logger.error("work after an answer failed", exc_info=error)
            count("AfterwardsFailed")
        finally:
            with self._changed:
                self._left -= 1
                self._changed.notify_all()


@once
def process_afterwards() -> Afterwards:
    """This process's own; in Lambda it has to be asked for before the first request: by `answering_first`."""
    address = LambdaSettings.from_environment().aws_lambda_runtime_api
    if not address:
        return Afterwards(Awake())
    extension = Extension(address)
    afterwards = Afterwards(extension if extension.register() else None)
    afterwards.start()
    return afterwards


def answering_first[Event, Answer](
    handler: Callable[[Event, Any], Answer],
) -> Callable[[Event, Any], Answer]:
    """`handler`, behind whose answers what was left for afterwards is done."""
    process_afterwards()

    @wraps(handler)
    def answer(event: Event, context: Any) -> Answer:
        try:
            return handler(event, context)
        finally:
            process_afterwards().answered()

    return answer
