"""What the tasks of the flows do, as plain functions: read, compose, record.

Each returns its result and a short note for the person who watches. Arithmetic stands in ``mrv`` and
``geodata``, rules and rows in ``registry``; here is only who is called with what, in which order.
"""
