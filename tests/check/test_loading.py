"""Files of a policy: found beside one another, read once, and reported where their name is written."""

import pytest

from relapse_rules.check.check import check, digest
from relapse_rules.check.loading import load_files, read_from, read_from_disk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.source import SourceText


def names_of(texts, entry="主/甲.policy"):
    loaded = load_files(entry, read_from(texts))
    assert loaded.value is not None
    return [file.span.file for file in loaded.value.files], [found.code for found in loaded.diagnostics]


def test_imports_are_relative_to_the_importing_file_and_come_first():
    texts = {
        "主/甲.policy": '导入 "子/乙.policy"\n导入 "../丙.policy"\n政策 甲\n',
        "主/子/乙.policy": '导入 "../../丙.policy"\n单位 乙\n',
        "丙.policy": "单位 丙\n",
    }

    assert names_of(texts) == (["丙.policy", "主/子/乙.policy", "主/甲.policy"], [])


def test_a_circle_is_reported_at_the_import_that_closes_it():
    texts = {"甲": '导入 "乙"\n', "乙": '导入 "丙"\n', "丙": '导入 "甲"\n'}

    loaded = load_files("甲", read_from(texts))

    (found,) = loaded.diagnostics
    assert (found.code, found.span.file) == ("RR0210", "丙")
    assert "“甲” → “乙” → “丙” → “甲”" in found.message


def test_a_file_that_imports_itself():
    assert names_of({"主/甲.policy": '导入 "甲.policy"\n'})[1] == ["RR0210"]


def test_the_bundled_vocabulary_needs_no_copy():
    loaded = load_files("甲", read_from({"甲": '导入 "vocabulary.policy"\n政策 甲\n'}))

    assert loaded.diagnostics == ()
    assert loaded.value is not None
    assert "实体 农户" in loaded.value.sources[loaded.value.files[0].span.file].text


def test_a_vocabulary_beside_the_policy_wins():
    texts = {"甲": '导入 "vocabulary.policy"\n政策 甲\n', "vocabulary.policy": "单位 自己的\n"}

    assert names_of(texts, "甲") == (["vocabulary.policy", "甲"], [])


def test_what_follows_from_a_missing_file_is_not_reported():
    text = '导入 "没有.policy"\n政策 甲\n定义 问\n  对象 农户\n  当 胡说\n参数 乙: 整数\n  自 2023-01-01 为 1  来源 原文\n'
    loaded = load_files("甲", read_from({"甲": text}))
    assert loaded.value is not None

    result = check(loaded.value)

    assert [found.code for found in loaded.diagnostics] == ["RR0211"]
    assert result.diagnostics == ()
    assert result.value is None


def test_what_follows_from_an_unparsed_declaration_is_not_reported():
    text = (
        '导入 "vocabulary.policy"\n政策 甲\n'
        "定义 坏的\n  当 是\n"
        "定义 问\n  对象 农户\n  当 坏的 且 胡说\n"
        "单位 坏单位  级别\n"
        "裁量 判\n  对象 农户\n  认定单位 坏单位\n  认定结果 符合低保条件\n"
    )
    loaded = load_files("甲", read_from({"甲": text}))
    assert loaded.value is not None

    assert [found.message for found in check(loaded.value).diagnostics] == ["没有叫“胡说”的字段或声明"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "找不到文件"),
        (b"\xff\xfe\x00", "不是 UTF-8 文本"),
        (b"\xe6\x94", "不是 UTF-8 文本"),
    ],
    ids=["missing", "another encoding", "cut short"],
)
def test_a_file_that_cannot_be_read(tmp_path, content, message):
    path = tmp_path / "甲.policy"
    if content is not None:
        path.write_bytes(content)

    read = read_from_disk(str(path))

    assert isinstance(read, Diagnostic)
    assert message in read.message


def test_a_directory_is_no_file(tmp_path):
    read = read_from_disk(str(tmp_path))

    assert isinstance(read, Diagnostic)
    assert "是目录" in read.message


@pytest.mark.parametrize("name", ["a\0b", "长" * 5000], ids=["NUL in the name", "a name too long"])
def test_a_name_that_no_disk_takes(name):
    assert isinstance(read_from_disk(name), Diagnostic)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "甲.policy"
    path.write_bytes("\ufeff政策 甲\n".encode())

    assert read_from_disk(str(path)) == SourceText(str(path), "政策 甲\n")


def test_an_entry_that_is_not_there():
    loaded = load_files("没有", read_from({}))
    assert loaded.value is not None

    assert [found.code for found in loaded.diagnostics] == ["RR0211"]
    assert check(loaded.value).value is None


def test_a_missing_outline_is_reported_at_its_name():
    loaded = load_files("甲", read_from({"甲": '政策 甲\n  大纲 "没有.outline"\n'}))

    (found,) = loaded.diagnostics
    assert found.code == "RR0607"
    assert found.span.start == len("政策 甲\n  大纲 ")


def test_the_digest_is_of_the_texts_wherever_they_lie():
    here = [SourceText("甲/一", "文"), SourceText("甲/二", "字")]
    there = [SourceText("/乙/二", "字"), SourceText("/乙/一", "文")]

    assert digest(here) == digest(there)
    assert digest(here) != digest([SourceText("一", "文字"), SourceText("二", "")])
    assert digest(here).startswith("sha256:")


def test_shipped_files_are_found_in_a_library_of_the_readers_own():
    texts = {
        "县/我县.policy": '导入 "共用.policy"\n',
        "@随附/共用.policy": '导入 "再用.policy"\n',
        "@随附/再用.policy": "单位 乙\n",
    }

    loaded = load_files("县/我县.policy", read_from(texts), library="@随附")

    assert not loaded.diagnostics
    assert loaded.value is not None
    assert [*loaded.value.sources] == ["县/我县.policy", "@随附/共用.policy", "@随附/再用.policy"]


def test_a_library_of_the_readers_own_hides_the_shipped_files():
    loaded = load_files(
        "我县.policy", read_from({"我县.policy": '导入 "vocabulary.policy"\n'}), library="@随附"
    )

    assert [found.code for found in loaded.diagnostics] == ["RR0211"]
