"""Files in which a finished sweep would be lost are refused before it begins."""

import os

import pytest

from advlib.sweep.outputs import check_outputs


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("table", "store", "message"),
    [
        ("x.jsonl", "x.jsonl", r"must end in \.csv, got x\.jsonl"),
        ("a.v1", "a.jsonl", r"must end in \.csv, got a\.v1"),
        ("z.csv", "z.csv", "the store z.csv would be overwritten by the table"),
        ("z.csv", "sub/../z.csv", "would be overwritten by the table"),
        ("z.csv", "link", "would be overwritten by the table"),
        ("z.csv", "z.provenance.json", "would be overwritten by the table's provenance"),
        ("nowhere/z.csv", "z.jsonl", "there is no folder nowhere: make it first"),
        ("folder.csv", "z.jsonl", "Is a directory: 'folder.csv'"),
    ],
)
def test_refusals(folder, table, store, message):
    (folder / "sub").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "link").symlink_to("z.csv")
    with pytest.raises((OSError, ValueError), match=message):
        check_outputs(folder.joinpath(table).relative_to(folder), folder.joinpath(store).relative_to(folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(folder):
    (folder / "shut").mkdir(mode=0o500)
    with pytest.raises(PermissionError, match=r"shut/z\.csv"):
        check_outputs(folder / "shut" / "z.csv", folder / "z.jsonl")


def test_what_may_be_written_is_left_as_it_is(folder):
    (folder / "old.csv").write_text("x\n1\n")
    check_outputs(folder / "old.csv", folder / "old.jsonl")
    check_outputs(folder / "new.csv", folder / "new.jsonl")
    assert [path.name for path in folder.iterdir()] == ["old.csv"]
    assert (folder / "old.csv").read_text() == "x\n1\n"
