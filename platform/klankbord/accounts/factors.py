"""The second factor of staff: codes from an app, and recovery codes on paper."""

import secrets
from dataclasses import dataclass
from uuid import UUID

import pyotp
from sqlalchemy import func, literal, update

from klankbord.accounts.models import Account
from klankbord.accounts.tokens import ALPHABET, same, sealed, typed_code
from klankbord.context import Context
from klankbord.db import now
from klankbord.privacy.keys import keyring

STEP = 30
RECOVERY_CODES = 10
RECOVERY_CHARACTERS = 10
_PLACE = b"account.totp_secret|"


@dataclass(frozen=True)
class NewFactor:
    """What somebody needs to put the second factor into an app."""

    secret: str
    picture: str

    @property
    def grouped(self) -> str:
        """Return the secret as people type it over: in groups of four."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def new_secret() -> str:
    """Return a fresh secret of 160 bits."""
    return pyotp.random_base32()


def show(secret: str, *, account: str, organisation: str) -> NewFactor:
    """Return the secret with its QR picture as a data address."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=organisation)
    return NewFactor(secret, qr_picture(uri))


def qr_picture(content: str) -> str:
    """Return a QR code as an address that an image carries itself."""
    import segno  # noqa: PLC0415 - few processes ever draw one

    return str(segno.make(content, error="m", micro=False).svg_data_uri(scale=5))


def seal_secret(tenant_id: UUID, account_id: UUID, secret: str) -> bytes:
    """Return the secret as it is kept: sealed with the tenant's key for one account."""
    nonce = keyring().nonce()
    key = keyring().tenant_key(tenant_id)
    return nonce + key.encrypt(nonce, secret.encode(), _PLACE + account_id.bytes)


def open_secret(tenant_id: UUID, account_id: UUID, kept: bytes) -> str:
    """Return the secret that was sealed for this account."""
    key = keyring().tenant_key(tenant_id)
    return key.decrypt(kept[:12], kept[12:], _PLACE + account_id.bytes).decode()


def step_of(secret: str, code: str) -> int | None:
    """Return the moment (in steps of 30 s) that the app's code belongs to.

    The phone's clock may be one step off. None when it is no code of now.
    """
    totp = pyotp.TOTP(secret)
    present = int(now().timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        if same(totp.generate_otp(step), typed_code(code)):
            return step
    return None


def use_code(ctx: Context, account_id: UUID, secret: str, code: str) -> bool:
    """Use a code of the app, each at most once, in the order of time."""
    step = step_of(secret, code)
    if step is None:
        return False
    used = ctx.session.execute(
        update(Account)
        .where(Account.id == account_id, Account.totp_last_used < step)
        .values(totp_last_used=step)
        .returning(Account.id)
    ).first()
    return used is not None


def new_recovery_codes(tenant_id: UUID) -> tuple[tuple[str, ...], list[str]]:
    """Return ten codes to print, and what is kept of them."""
    codes = tuple(
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CHARACTERS))
        for _ in range(RECOVERY_CODES)
    )
    shown = tuple(f"{code[:5]}-{code[5:]}" for code in codes)
    return shown, [_kept(tenant_id, code) for code in codes]


def use_recovery_code(ctx: Context, account_id: UUID, code: str) -> bool:
    """Use a recovery code: it never works again."""
    kept = _kept(ctx.tenant_id, typed_code(code).upper())
    used = ctx.session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            literal(kept) == func.any(Account.recovery_code_hashes),
        )
        .values(
            recovery_code_hashes=func.array_remove(Account.recovery_code_hashes, kept)
        )
        .returning(Account.id)
    ).first()
    return used is not None


def _kept(tenant_id: UUID, code: str) -> str:
    return sealed("recovery", tenant_id, code).hex()
