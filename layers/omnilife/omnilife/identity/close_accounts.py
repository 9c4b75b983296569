"""Asking to be forgotten. From then on nothing that the account had opens anything."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.jobs import Progress
from omnilife.core.table import ConditionFailed, Part
from omnilife.identity.credential_problems import BadCode
from omnilife.identity.mail_orders import request_mail
from omnilife.identity.manage_second_factor import check_code
from omnilife.identity.person_events import ErasureRequested
from omnilife.identity.personal_data_jobs import ErasureJob, ErasureProof
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.prove_password import account_of, prove_password
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.identity.secret_box import SecretBox
from omnilife.identity.single_use import kill_tokens
from omnilife.identity.store_jobs import JobStore
from omnilife.identity.store_second_factors import FACTOR, FactorStore
from omnilife.identity.store_sessions import SessionStore


def request_erasure(
    sessions: SessionStore,
    box: SecretBox,
    proof: ErasureProof,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ErasureJob:
    """Close the caller's account and have it erased in all domains; there is no way back.

    In one transaction the account is closed, its sessions and access tokens end, its mailed links die, and
    the job, its event and a mail are written. The address is taken until the erasure has come to identity.

    Raises:
        Invalid: a password where there is a second factor, or a code where there is none.
        WrongPassword, BadCode, TooManyRequests: see `prove_password` and `check_code`.
        ChangedMeanwhile: the account was changed in this moment.
        NotFound: it is gone already.
    """
    accounts = sessions.accounts
    account = account_of(accounts, caller)
    parts: list[Part] = []
    if account.mfa_enabled:
        if proof.code is None:
            raise _instead("/code", "this account has a second factor: give a code of it")
        parts.append(check_code(FactorStore(accounts.table), box, account.user_id, proof.code, clock=clock))
    else:
        if proof.password is None:
            raise _instead("/password", "this account has no second factor: give the password")
        account = prove_password(
            accounts, caller, proof.password, pointer="/password", clock=clock, make_id=make_id
        )
    now, job_id = clock.now(), make_id()
    revocation = revoke_all(sessions, account, now)
    parts += [
        accounts.change(account, status="erasing", updated_at=rfc3339(now), **revocation.account),
        *revocation.parts,
        kill_tokens(account.user_id, clock),
        JobStore(accounts.table).new_erasure(account.user_id, job_id, now),
    ]
    asked = ErasureRequested.about(account, event_id=make_id(), actor=caller.actor, at=now, job_id=job_id)
    mail = request_mail("erasing", account, mail_id=make_id(), now=now)
    try:
        sessions.save(parts, [asked, mail])
    except ConditionFailed as failure:
        raise (BadCode if failure.part == FACTOR else ChangedMeanwhile) from failure
    return ErasureJob(job_id=job_id, state="queued", progress=Progress(done=0, total=0))


def _instead(pointer: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError(pointer, detail)])
