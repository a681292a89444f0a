"""Keys say who they are and when they are valid; boxes open with one key only."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.small import KEY, OTHER_KEY

from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import new_signing_key, public_key, signing_key, verifying_key
from relapse_rules.audit.sealing import new_opening_key, opening_key, seal_to


def test_a_key_is_the_same_after_writing_and_reading():
    kept = signing_key(KEY.pem())

    assert kept.public == verifying_key(KEY.public.pem()) == verifying_key(KEY.pem()) == KEY.public
    assert KEY.public.signed("甲", kept.sign("甲"))


def test_a_signature_holds_for_one_text_and_one_key():
    signature = KEY.sign("甲")

    assert not KEY.public.signed("乙", signature)
    assert not OTHER_KEY.public.signed("甲", signature)
    assert not KEY.public.signed("甲", signature.upper())
    assert not KEY.public.signed("甲", "")


@pytest.mark.parametrize(
    ("moment", "valid"),
    [
        pytest.param("2026-01-01T00:00:00+08:00", True, id="first second"),
        pytest.param("2025-12-31T23:59:59+08:00", False, id="just before"),
        pytest.param("2026-12-31T16:00:00Z", True, id="last second"),
        pytest.param("2027-01-01T00:00:01+08:00", False, id="just after"),
    ],
)
def test_a_key_is_valid_between_its_moments(moment, valid):
    key = new_signing_key(
        not_before="2026-01-01T00:00:00+08:00", not_after="2027-01-01T00:00:00+08:00"
    ).public

    assert (key.trouble(moment) == "") is valid


def test_a_key_without_moments_is_always_valid():
    assert KEY.public.trouble("1950-01-01T00:00:00Z") == ""


def test_validity_that_ends_before_it_begins_is_refused():
    with pytest.raises(AuditError, match="写反"):
        new_signing_key(not_before="2027-01-01T00:00:00Z", not_after="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"not_after": "2099-01-01T00:00:00Z"}, "不是它自己签的", id="validity"),
        pytest.param({"public": OTHER_KEY.public.public.hex()}, "不是它自己签的", id="other key"),
        pytest.param({"public": "zz"}, "不完整", id="no key"),
        pytest.param({"more": 1}, "不完整", id="more"),
        pytest.param({"signature": 1}, "不是它自己签的", id="signature of another kind"),
        pytest.param({"format": 2}, "升级", id="newer"),
        pytest.param({"kind": "record"}, "不是签名密钥", id="another thing"),
    ],
)
def test_a_changed_statement_is_refused(change, told):
    with pytest.raises(AuditError, match=told):
        public_key(canonical(parsed(KEY.public.statement) | change))


@pytest.mark.parametrize(
    ("pem", "told"),
    [
        pytest.param("", "不是签名私钥", id="nothing"),
        pytest.param(KEY.public.pem(), "只有公钥", id="public key"),
        pytest.param(new_opening_key().pem() + KEY.public.pem(), "Ed25519", id="sealing key"),
        pytest.param(OTHER_KEY.pem().partition("-----BEGIN RELAPSE")[0] + KEY.public.pem(), "不是一对", id="two keys"),
        pytest.param("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + KEY.public.pem(), "Ed25519", id="broken"),
    ],
)  # fmt: skip
def test_a_file_without_a_usable_private_key_is_refused(pem, told):
    with pytest.raises(AuditError, match=told):
        signing_key(pem)


def test_a_file_without_a_public_key_is_refused():
    with pytest.raises(AuditError, match="没有签名公钥"):
        verifying_key("-----BEGIN A-----\n=\n-----END A-----\n")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_box_opens_with_its_key(text):
    key = new_opening_key()

    box = seal_to(key.public.pem()).seal(text)

    assert opening_key(key.pem()).open(box) == text


def test_a_box_does_not_open_with_another_key():
    box = new_opening_key().public.seal("甲")

    with pytest.raises(AuditError, match="另一把密钥"):
        new_opening_key().open(box)


@given(st.sampled_from(["box", "ephemeral"]), st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_box_does_not_open(part, place, flip):
    key = new_opening_key()
    box = key.public.seal("甲乙丙")
    read, write = (
        (base64.b64decode, lambda content: base64.b64encode(content).decode())
        if part == "box"
        else (bytes.fromhex, lambda content: bytes(content).hex())
    )
    content = bytearray(read(box[part]))
    content[place % len(content)] ^= flip
    box[part] = write(content)

    with pytest.raises(AuditError, match="打不开"):
        key.open(box)


@pytest.mark.parametrize("read", [seal_to, opening_key])
def test_a_file_without_a_sealing_key_is_refused(read):
    for pem in ("", KEY.public.pem(), KEY.pem()):
        with pytest.raises(AuditError, match="X25519"):
            read(pem)
