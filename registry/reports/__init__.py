"""Reports: the HTML page, the PDF, the figures, the map and the summary of a run.

Everything starts from `registry.reports.model.ReportData`, which holds plain values only.
"""
