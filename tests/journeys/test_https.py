"""The forms over https, served by ourselves with a certificate of our own."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from browser import PHONE, chromium, send
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from installation import free_port
from served import running, wait_for
from sqlalchemy import insert

from klankbord.accounts.services.links import make_sign_in_link
from klankbord.context import SYSTEM
from klankbord.permissions import Role
from klankbord.tenants.models import TenantHost
from klankbord.testing.servers import environment_of


@pytest.fixture
def address(databases, valkey, tenant, make, tmp_path) -> Iterator[str]:
    """Serve over https; give the organisation's address."""
    host, port = f"{tenant.slug}.localhost", free_port()
    with make.operator.begin() as connection:
        connection.execute(
            insert(TenantHost).values(host=host, tenant_id=tenant.id, canonical=False)
        )
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate.write_bytes(_signed_by_itself(private, host))
    environment = environment_of(databases, valkey) | {"KLANKBORD_PORT": str(port)}
    files = ("--certificate", str(certificate), "--key", str(key))
    with running(environment, "web", *files):
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        wait_for(f"https://127.0.0.1:{port}/healthz", trusting)
        yield f"https://{host}:{port}"


def _signed_by_itself(private: ec.EllipticCurvePrivateKey, host: str) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        .sign(private, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def test_the_forms_can_be_sent_over_https(address, make, tenant):
    worker = make.staff(tenant, Role.WORKER)
    mother = make.family(tenant, worker=worker).mother
    ctx = make.context_of(tenant, SYSTEM)
    link = make_sign_in_link(ctx, mother.account_id, timedelta(minutes=5), "test")
    ctx.finish(commit=True)
    with chromium() as browser:
        context = browser.new_context(
            viewport=PHONE, locale="nl", ignore_https_errors=True
        )
        page = context.new_page()
        page.goto(f"{address}/inloggen")
        page.fill("[name=email]", "niemand@familie.example")
        send(page)
        assert page.url == f"{address}/inloggen/code"
        page.goto(f"{address}/u/{link.rsplit('/', 1)[1]}")
        send(page)
        page.goto(f"{address}/samenwerken")
        send(page)
        assert page.url.startswith(f"{address}/samenwerken/")
        assert page.locator("form[action*='/vragen/begin/']").count() == 1
