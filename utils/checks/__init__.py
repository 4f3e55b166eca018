"""The public checks and quick questions of the chapters, one module a chapter (``ch01.py``, …).

Learners may read them. Hidden checks of graded assignments never stand here, but beside the assignment.
"""
