"""The lecturer's side of the exercises: ``python -m utils.grading release | verify | grade | export``.

==============  ====================================================================================
module          what it does
==============  ====================================================================================
``source``      reads a source notebook with its checks, and submissions
``release``     the notebook for students: no solution, no hidden check, locked statements
``verify``      proves that solutions earn every point and starters none
``sandbox``     runs students' code in a sealed room (bubblewrap), and asks it questions
``room``        the program inside that room
``grade``       judges a folder of submissions, outside the room; resumes after an interruption
``report``      grades.csv, files for Moodle and Canvas, marks of open questions, feedback pages
``export``      quick questions for Moodle and Canvas; a course folder for nbgrader
==============  ====================================================================================
"""
