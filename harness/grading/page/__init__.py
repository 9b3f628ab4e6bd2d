"""The pages of a class: one for all, one for each student."""

from harness.grading.page.render import class_page, student_pages

__all__ = ["class_page", "student_pages"]
