"""axe-core's judgement of a page (WCAG 2.2 AA and good practice)."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """One line a fault: the rule and the elements it names."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"
    )
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes'][:5]]}" for fault in found]
