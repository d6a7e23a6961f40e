"""The flows, in the order of the chain: monitor, account, trade, finance, supervise.

``flows`` orchestrates only; what a stage computes stands in ``mrv``, ``geodata`` and ``registry``.
"""

STAGES = ("monitor", "account", "trade", "finance", "supervise")
