"""The job that brings signing keys through their lives: published, signing, retired, removed."""

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import ConditionFailed
from omnilife.identity.key_service import KeyMaker
from omnilife.identity.rotation import LEAD_S, PERIOD_S, RETIRED_S, signing_at
from omnilife.identity.store_keys import TrustedKey, TrustedKeys


def rotate_signing_key(
    keys: TrustedKeys, kms: KeyMaker, *, clock: Clock = system_clock, now_please: bool = False
) -> dict[str, list[str]]:
    """Do what is due; says which keys took which step, by their ids.

    It may run at any time, twice at once, and after any pause: each step is written on the condition that
    nobody took it yet, and none of them decides which key signs (see `rotation`).

    Args:
        now_please: publish a successor although the key is young: a rotation by hand.
    """
    now = epoch_seconds(clock.now())
    known = keys.all()
    done: dict[str, list[str]] = {"published": [], "signing": [], "retired": [], "removed": []}
    for key in known:
        step = _follow(key, known, now)
        if step in {"retired", "removed"} and key.made_by_rotation:
            # Before the row says so: whoever is interrupted here comes again. Its signatures need it no more.
            kms.give_up(key.key_arn)
        if step and keys.move(key, step):
            done[step].append(key.kid)
    current = signing_at(known, now)
    newest = max(known, key=lambda key: key.signs_from, default=None)
    if current is None:
        done["signing"] += _publish_first(keys, kms, now)
    elif newest is current and (now_please or now - current.signs_from >= PERIOD_S - LEAD_S):
        done["published"] += _publish_next(keys, kms, current, now)
    for step, kids in done.items():
        if kids:
            logger.info("signing keys", extra={"step": step, "kids": kids})
            count("SigningKeySteps", len(kids), step=step)
    return done


def _follow(key: TrustedKey, known: list[TrustedKey], now: int) -> str:
    """The next state of `key`, if it is due."""
    if not key.verifies_at(now):
        return "removed"
    if key.state == "published" and key.signs_from <= now:
        return "signing"
    superseded = any(key.signs_from < other.signs_from <= now for other in known if other.key_arn)
    return "retired" if key.state == "signing" and superseded and key.expires_at is not None else ""


def _publish_first(keys: TrustedKeys, kms: KeyMaker, now: int) -> list[str]:
    """The root template's key. No token is out yet, so that nobody has to be waited for."""
    jwk = kms.public_key(kms.first_key_arn)
    first = TrustedKey(
        kid=jwk["kid"],
        jwk=jwk,
        state="signing",
        key_arn=kms.first_key_arn,
        signs_from=now,
        expires_at=None,
        made_by_rotation=False,
    )
    return [first.kid] if keys.publish(first) else []


def _publish_next(keys: TrustedKeys, kms: KeyMaker, current: TrustedKey, now: int) -> list[str]:
    # One that an earlier run made and died over comes first, so that none is ever forgotten.
    key_arn = kms.spare([key.key_arn for key in keys.all()])
    if key_arn is None:
        key_arn = kms.create()
        logger.info("a signing key was made", extra={"key": key_arn})
    jwk = kms.public_key(key_arn)
    following = TrustedKey(
        kid=jwk["kid"],
        jwk=jwk,
        state="published",
        key_arn=key_arn,
        signs_from=now + LEAD_S,
        expires_at=None,
        made_by_rotation=True,
    )
    try:
        keys.publish_after(current, following, current_expires_at=following.signs_from + RETIRED_S)
    except ConditionFailed:
        # Another run was the first; with this very key, if it found it as a spare one.
        if key_arn not in {key.key_arn for key in keys.all()}:
            kms.give_up(key_arn)
        return []
    return [following.kid]
