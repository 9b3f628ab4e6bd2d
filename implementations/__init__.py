"""The five pipelines of the lesson, one a file, each as a student of it writes it and each a script of its own.

In the lesson `capacity` says how many messages the producer makes, the sentinel not counted. The harness calls capacity the number of messages that may wait
in the pipeline. Both hold here at once: `producer` makes `pipeline.capacity` messages and then sends `FINISH`, while `condition` and `queue_pipeline` also let
at most `capacity` of them wait, so that only the sentinel can ever find them full. `naive`, `double_lock` and `event` have one slot, hold one message whatever
the capacity, and use the number for nothing but the length of the production.

The pipeline on `queue.Queue` lives in `queue_pipeline`: a script called queue.py would stand first on the import path and shadow the standard module, its own
`import queue` included.
"""
