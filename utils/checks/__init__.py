"""The public checks and quick questions of the chapters, one module a chapter (``ch01.py``, …). Learners may read them.

An exercise ``ex-01-word`` is a statement in the notebook with its points, a starter (cell metadata ``exercise: {"id":
"ex-01-word", "role": "answer"}``, tag ``skip-execution``), a cell ``check("ex-01-word")`` (role ``check``, same tag),
and a solution that ends with the same call (role ``solution``). Its checks are functions here, each with a docstring
the learner reads and its points:

    @check_for("ex-01-word", points=2)
    def ten_years(ask):
        \"\"\"ten years at 8 % make 2.16 for every 1\"\"\"
        slips = {"That is simple interest. Interest earns interest too.": 1.8}
        need_number(ask("grown(10, 0.08)"), 1.08**10, "grown(10, 0.08)", tolerance=1e-3, slips=slips)

``open_question("ex-01-other", {criterion: points})`` is for what a person marks. ``QUIZZES`` holds the quick questions;
``quiz("q-01-word")`` in a cell shows one. ``python -m utils.grading verify 01`` proves that solutions earn every point
and starters none. Wrong answers with their messages are tested in ``tests/checks/ch01.py``.

Hidden checks of graded assignments never stand here, but in ``hidden.py`` beside the assignment.
"""
