"""The classic mistakes, one a file: each docstring names the mistake and what the harness says of it.

The files have the shape of the lesson's (see the package above) and run as scripts; those that can wait for ever, do.
"""
