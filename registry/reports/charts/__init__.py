"""The pictures of the report, one module for each subject; `registry.reports.plots` draws all."""
