"""The programmes' rules, as administrators read and write them."""

from omnilife.checkout.loyalty_events import LoyaltyProgramChanged, LoyaltyProgramData
from omnilife.checkout.loyalty_models import LoyaltyProgram, ProgramChange, ProgramPage
from omnilife.checkout.loyalty_problems import AnotherProgramActive, BusyAccount, TooManyPrograms
from omnilife.checkout.store_loyalty import LoyaltyStore, ProgramHead
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import PreconditionFailed
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

MAX_PROGRAMS = 20
ATTEMPTS = 8


def list_programs(store: LoyaltyStore) -> ProgramPage:
    """All programmes, by id; the standard one, at version 0, while there are none."""
    return ProgramPage(items=store.programs() or [store.program_in_force()])


def put_program(
    store: LoyaltyStore,
    program_id: str,
    change: ProgramChange,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> LoyaltyProgram:
    """Write a programme: a new one, or in the place of the one with this id. Points that were earned stay.

    Raises:
        AnotherProgramActive: it is active, and so is another one.
        TooManyPrograms: there are as many as there may be.
        PreconditionFailed: it is no longer at `if_match`.
        BusyAccount: others kept writing programmes.
    """
    for _ in range(ATTEMPTS):
        head, before = store.program_head(), store.program(program_id)
        version = before.version if before else 0
        if if_match is not None and if_match != version:
            raise PreconditionFailed(f"The version is {version}.")
        if before is None and head.programs >= MAX_PROGRAMS:
            raise TooManyPrograms(MAX_PROGRAMS)
        program = LoyaltyProgram(
            **dict(change), program_id=program_id, version=version + 1, updated_at=clock.now()
        )
        after = ProgramHead(
            active=_active_after(head, program),
            programs=head.programs + (before is None),
            version=head.version + 1,
        )
        changed = LoyaltyProgramChanged(
            id=make_id(),
            time=program.updated_at,
            aggregate_id=program_id,
            version=program.version,
            actor=caller.actor,
            data=LoyaltyProgramData(program_id=program_id, active=program.active),
        )
        try:
            store.save_program(program, before=head, after=after, events=[changed])
        except ConditionFailed:
            continue
        return program
    raise BusyAccount("Others keep writing programmes. Try again.")


def _active_after(head: ProgramHead, program: LoyaltyProgram) -> LoyaltyProgram | None:
    current = head.active
    if current is None or current.program_id == program.program_id:
        return program if program.active else None
    if program.active:
        raise AnotherProgramActive(current.program_id)
    return current
