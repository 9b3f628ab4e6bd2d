"""The rubric of the lesson as an instructor reads and changes it: every key with its default, explained."""

from __future__ import annotations

DEFAULT = """\
# A rubric of race-harness. Everything here is the default: leave out what you do not want to change.

title = "Producer and consumer"
seed = 0                  # the same seed gives the same executions, messages and grades
file = ""                 # the file to check where somebody hands in several; "": the one with a pipeline class or a program
attempts = "last"         # which counts where somebody hands in more than once: "last", or "best", which has most points after what
                          # lateness costs each. Attempts are told by names: ann/attempt-2/, ann_attempt-2.py, a date and time instead of the
                          # number, Canvas's pipeline.py beside pipeline-1.py, Gradescope's folders of one student

[limits]                  # of one check; whatever goes beyond them loses the check's points
wall_s = 60
stall_s = 10              # no sign of life for so long: it hangs
memory_mb = 1024

# What comes late loses so many per cent of its points for each day begun. The time is the submission's own: what Gradescope says, the newest
# file of an archive, or the file's time of change; what Canvas calls late counts as one day.
# [late]
# due = 2026-12-01T23:59:00Z
# percent_per_day = 10
# at_most_percent = 50

# A check runs the submission under so many schedules. Each line of points is given where none of the kinds on its left was seen: crash,
# assertion, loss, duplication, corruption, reorder, deadlock, livelock, capacity. They are given only where some execution delivered
# everything, and the check came to its proper end.
[[check]]
name = "One producer, one consumer"
as = "found"              # class, program or function; "found": the class where there is one, and the file's own program
function = ""             # as = "function": its name
producers = 1
consumers = 1
messages = 3              # for each producer
capacity = 2              # given to the constructor where it takes one
engine = "explore"        # or "stress": real threads with delays, as = "class" or "function"; some 200 executions a second, and what it finds
                          # depends on the machine: it is for mistakes that only real threads show, with extra points or none
strategy = "auto"         # auto searches exhaustively first
executions = 1000
program_executions = 60   # as = "found": how many of the program beside the class, 0 for none; without a class it gets all
order = "producer"        # producer, linear or any: see harness check --order
hidden = false            # its name and what it found are kept from the student's page
extra = false             # extra points: they do not count in the maximum

[check.points]
"loss" = 30
"duplication corruption" = 25
"crash assertion deadlock livelock" = 35
"reorder capacity" = 10

[[check]]
name = "Two producers, two consumers"
as = "class"
producers = 2
consumers = 2
messages = 2
executions = 400
extra = true

[check.points]
"loss duplication corruption" = 5
"crash assertion deadlock livelock" = 5
"""
