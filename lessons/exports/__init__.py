"""A plan on paper (导出): Word and PDF from one description, ``PrintedPlan``."""
