"""Grading a folder of submissions: who handed in what, a sandbox for each, points by a rubric, pages and tables of the class."""
