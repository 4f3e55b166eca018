"""A file is written whole or not at all, and as readable for others as any file its owner makes."""

from __future__ import annotations

import os

import pytest

from utils.files import replace_file


def test_a_replaced_file_has_the_rights_of_any_new_file(tmp_path):
    usual = tmp_path / "usual"
    usual.write_text("x")
    assert replace_file(tmp_path / "made", "y").stat().st_mode == usual.stat().st_mode


def test_a_character_that_utf8_does_not_have_leaves_the_old_file_or_a_question_mark(tmp_path):
    path = replace_file(tmp_path / "kept", "old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "half \udc80")
    assert path.read_text() == "old"
    assert replace_file(path, "half \udc80", errors="replace").read_text() == "half ?"
    assert os.listdir(tmp_path) == ["kept"]
