"""A policy in one file: it comes back as it went in, or not at all."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relapse_rules import FactsError, PolicyError, load
from relapse_rules.audit.archive import archived
from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.keys import new_signing_key
from relapse_rules.bundle.bundles import build, opened
from relapse_rules.bundle.container import packed, unpacked
from relapse_rules.bundle.errors import BundleError
from relapse_rules.bundle.manifest import sha256
from relapse_rules.policy import Policy, inspect

MAIN = """导入 "vocabulary.policy"
导入 "里/规则.policy"

政策 示例方案
  生效日期 2023-07-28
  失效日期 2026-12-31
  资格 属脱贫户
"""
RULES = "定义 属脱贫户\n  对象 农户\n  当 户类型 为 脱贫户\n"
COUNTY = '设定 补助标准\n  自 2024-01-01 为 100元  来源 本地 "县里定的"\n'
PARAMETER = '参数 补助标准: 金额 元\n  自 2023-01-01 为 50元  来源 本地 "先按五十"\n'
KEY = new_signing_key(seed=bytes(32))
OTHER = new_signing_key(seed=bytes([1]) * 32)
FACTS = {
    "context": {"as_of": "2024-01-01T00:00:00+08:00"},
    "household": {"household_id": "H1", "household_type": "脱贫户"},
}


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("RELAPSE_RULES_CACHE", "off")


def written(folder: Path) -> Path:
    (folder / "里").mkdir(parents=True)
    (folder / "主.policy").write_text(MAIN + PARAMETER, encoding="utf-8")
    (folder / "里" / "规则.policy").write_text(RULES, encoding="utf-8")
    (folder / "县.policy").write_text(COUNTY, encoding="utf-8")
    return folder / "主.policy"


@pytest.fixture
def policy(tmp_path) -> Policy:
    return load(written(tmp_path / "甲"))


@pytest.fixture
def data(policy) -> bytes:
    return build(policy.program, policy.details)


def kept(folder: Path, data: bytes) -> Path:
    path = folder / "示例.rulepack"
    path.write_bytes(data)
    return path


def refusal(path: Path, **given: object) -> str:
    with pytest.raises(PolicyError) as caught:
        load(path, **given)
    (found,) = caught.value.diagnostics
    assert found.code == "RR0216"
    return found.message


def changed(data: bytes, **said: object) -> bytes:
    """Return the bundle with other words in its manifest, and everything else made to agree with them."""
    entries = unpacked(data)
    manifest = {**json.loads(entries["manifest.json"]), **said}
    return packed({**entries, "manifest.json": canonical(manifest).encode()})


# --- what comes back ------------------------------------------------------------------------------


def test_a_bundle_decides_as_its_files_do_wherever_it_lies(policy, data, tmp_path, monkeypatch):
    shutil.rmtree(tmp_path / "甲")
    monkeypatch.chdir(tmp_path)

    again = load(kept(tmp_path, data))

    assert again.digest == policy.digest
    assert again.decide(FACTS).model_dump() == policy.decide(FACTS).model_dump()
    assert archived(again.details) == archived(policy.details)


def test_the_same_files_give_the_same_bytes(policy, data, tmp_path):
    elsewhere = load(written(tmp_path / "很深" / "的" / "目录"))
    from_bundle = load(kept(tmp_path, data))

    assert build(elsewhere.program, elsewhere.details) == data
    assert build(from_bundle.program, from_bundle.details) == data
    assert build(policy.program, policy.details, KEY) == build(policy.program, policy.details, KEY) != data


def test_the_county_own_file_may_be_in_the_bundle_or_beside_it(data, tmp_path):
    county = tmp_path / "甲" / "县.policy"
    with_county = load(tmp_path / "甲" / "主.policy", local=[county])

    inside = load(kept(tmp_path, build(with_county.program, with_county.details)))
    beside = load(kept(tmp_path, data), local=[county])

    assert inside.digest == beside.digest == with_county.digest
    assert inside.program.parameters == with_county.program.parameters


def test_any_unpacking_program_reads_it(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.read("sources/里/规则.policy").decode() == RULES
        assert archive.namelist() == sorted(archive.namelist())


def test_a_bundle_is_checked_like_files(data, tmp_path):
    assert [each.code for each in inspect(kept(tmp_path, data)).diagnostics] == ["RR0406"]


def test_a_policy_out_of_force_decides_nothing(data, tmp_path):
    expired = load(kept(tmp_path, data))

    with pytest.raises(FactsError, match="不在“示例方案”的有效期内"):
        expired.decide(FACTS, as_of="2027-01-01T00:00:00+08:00")


def test_a_policy_without_files_makes_no_bundle(policy):
    with pytest.raises(BundleError, match="不是从文件读来的"):
        build(policy.program, Policy(policy.program, policy.vocabulary).details)


# --- what is refused ------------------------------------------------------------------------------


@cache
def _sound() -> bytes:
    names = {"sources/a.policy": b"a", "program.txt": b"p"}
    manifest = {
        "kind": "policy-bundle",
        "format": 1,
        "policy": "甲",
        "digest": "sha256:0",
        "program": sha256(b"p"),
        "library": "0",
        "entry": "a.policy",
        "overlays": [],
        "sources": {"a.policy": sha256(b"a")},
        "valid_from": None,
        "valid_until": "2026-12-31",
        "outline": None,
        "statements": 0,
    }
    return packed({**names, "manifest.json": canonical(manifest).encode()})


@settings(max_examples=min(settings().max_examples, 300))
@given(st.data())
def test_one_changed_byte_is_found(choices):
    sound = _sound()
    place = choices.draw(st.integers(0, len(sound) - 1))
    other = choices.draw(st.integers(1, 255))
    broken = sound[:place] + bytes([sound[place] ^ other]) + sound[place + 1 :]

    with pytest.raises(BundleError):
        opened(broken)


@settings(max_examples=min(settings().max_examples, 200))
@given(st.data())
def test_what_is_cut_or_longer_is_found(choices):
    sound = _sound()
    start, end = sorted(choices.draw(st.tuples(*[st.integers(0, len(sound))] * 2)))
    inserted = choices.draw(st.binary(max_size=40))
    broken = sound[:start] + inserted + sound[end:]

    if broken == sound:
        opened(broken)
    else:
        with pytest.raises(BundleError):
            opened(broken)


@settings(max_examples=min(settings().max_examples, 200))
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(sorted(json.loads(unpacked(_sound())["manifest.json"]))),
)
def test_a_manifest_that_says_something_else_never_fails_otherwise(value, name):
    try:
        opened(changed(_sound(), **{name: value}))
    except BundleError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param({"policy": "别的方案"}, "清单与规则文本不符", id="another name"),
        pytest.param({"valid_until": "2099-12-31"}, "清单与规则文本不符", id="longer in force"),
        pytest.param({"digest": "sha256:0"}, "清单与规则文本不符", id="another digest"),
        pytest.param({"format": 2}, "格式版本是 2，这一版程序只认到 1", id="a newer version"),
        pytest.param({"kind": "别的"}, "政策包的清单读不出来", id="no manifest"),
        pytest.param({"entry": "没有.policy"}, "政策包里的文件与清单不符", id="no such file"),
        pytest.param({"valid_from": "昨天"}, "政策包的清单读不出来", id="no date"),
    ],
)
def test_a_manifest_must_be_that_of_the_texts(data, tmp_path, said, told):
    assert told in refusal(kept(tmp_path, changed(data, **said)))


def test_a_changed_rule_is_found_even_when_its_digest_is_made_to_fit(data, tmp_path):
    entries = unpacked(data)
    generous = RULES.replace("为", "不为").encode()
    entries["sources/里/规则.policy"] = generous
    assert "与清单不符" in refusal(kept(tmp_path, packed(entries)))

    sources = json.loads(entries["manifest.json"])["sources"]
    fitting = changed(packed(entries), sources={**sources, "里/规则.policy": sha256(generous)})

    assert "清单与规则文本不符" in refusal(kept(tmp_path, fitting))


def test_texts_that_compile_to_something_else_are_not_used(data, tmp_path):
    entries = unpacked(data)
    entries["program.txt"] += b"nodes\n"
    otherwise = changed(packed(entries), program=sha256(entries["program.txt"]), library="0.0.9")
    path = kept(tmp_path, otherwise)

    assert "编译出来的与政策包里的（0.0.9）不同" in refusal(path)
    assert "编译出来的与政策包里的（0.0.9）不同" in refusal(path, local=[tmp_path / "甲" / "县.policy"])


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a//b", "C:a", "a\\b", "", ".", "a\0b"])
def test_names_that_lead_out_are_refused(name):
    with pytest.raises(BundleError, match="用不得"):
        packed({name: b""})


def test_what_another_program_packed_is_refused(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(10_000_000))

    assert "不是政策包" in refusal(kept(tmp_path, bomb.getvalue()))


def test_an_archive_without_a_manifest_is_none(tmp_path):
    assert "里面没有清单" in refusal(kept(tmp_path, packed({"a": b""})))


def test_a_bundle_with_mistakes_in_its_rules_is_refused_as_files_are(tmp_path, data):
    entries = unpacked(data)
    entries["sources/里/规则.policy"] = "定义 属脱贫户\n".encode()
    sources = {
        name.removeprefix("sources/"): sha256(content)
        for name, content in entries.items()
        if name.startswith("sources/")
    }

    with pytest.raises(PolicyError) as caught:
        load(kept(tmp_path, changed(packed(entries), sources=sources)))
    assert {each.code for each in caught.value.diagnostics} >= {"RR0401"}


# --- signatures -----------------------------------------------------------------------------------


def test_a_signed_bundle_is_taken_with_its_key(policy, tmp_path):
    path = kept(tmp_path, build(policy.program, policy.details, KEY))

    assert load(path, keys=[OTHER.public, KEY.public]).digest == policy.digest
    assert "另一把密钥" in refusal(path, keys=[OTHER.public])
    assert "另一把密钥" in refusal(path, keys=[])


def test_where_a_signature_is_asked_for_nothing_else_will_do(data, tmp_path):
    assert "没有签名" in refusal(kept(tmp_path, data), keys=[KEY.public])
    assert "没有签名" in refusal(tmp_path / "甲" / "主.policy", keys=[KEY.public])


def test_a_signature_is_over_one_manifest_only(policy, data, tmp_path):
    entries = unpacked(build(policy.program, policy.details, KEY))
    entries["sources/里/规则.policy"] += b"\n"
    sources = json.loads(entries["manifest.json"])["sources"]
    path = kept(
        tmp_path,
        changed(
            packed(entries), sources={**sources, "里/规则.policy": sha256(entries["sources/里/规则.policy"])}
        ),
    )

    assert "签的不是这份清单" in refusal(path, keys=[KEY.public])


@pytest.mark.parametrize("broken", [b"", b"{}", b'{"kind":"bundle-signature"}', bytes([255])])
def test_a_signature_that_is_none_is_refused(data, tmp_path, broken):
    path = kept(tmp_path, packed({**unpacked(data), "signature.json": broken}))

    assert "签名" in refusal(path, keys=[KEY.public])
