"""The chapters of the report, one module for each stage, and what stands before and after."""
