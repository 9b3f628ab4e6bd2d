"""A result as one self-contained HTML page, made from the result alone."""

from harness.report.page.render import page

__all__ = ["page"]
