"""Background work (后台任务): tasks that are rows, regular jobs, and the workers that do both.

Other apps import ``research.background.periodic`` to register a regular job; the rest is the worker's own.
"""
