"""PUT /api/marketplace/loyalty/programs/{program_id}: writes a programme's rules."""

from omnilife.checkout import (
    AnotherProgramActive,
    BusyAccount,
    LoyaltyProgram,
    LoyaltyStore,
    ProgramChange,
    TooManyPrograms,
    put_program,
)
from omnilife.core.errors import PreconditionFailed
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PUT",
    "/api/marketplace/loyalty/programs/{program_id}",
    auth="admin",
    tags=["checkout"],
    limit="write",
    problems=[AnotherProgramActive, BusyAccount, PreconditionFailed, TooManyPrograms],
)


@api.route
def put_loyalty_program(program_id: str, change: ProgramChange) -> Reply[LoyaltyProgram]:
    program = put_program(
        LoyaltyStore.from_environment(), program_id, change, caller=api.caller, if_match=api.if_match
    )
    return Reply(program, headers={"ETag": Reply.etag(program.version)})


handler = api.handler
