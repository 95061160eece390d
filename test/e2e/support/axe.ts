import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation { id: string; impact?: string | null; help: string; nodes: Array<{ target: unknown[]; failureSummary?: string }> }

/**
 * Serious and critical accessibility faults of a page, by axe-core, one line each.
 * @see https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source}; null`);
  const { violations } = await page.evaluate('axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => ({ violations }))') as { violations: Violation[] };
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 5).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary?.replace(/\s+/g, ' ').slice(0, 160)})`).join('; ')}`);
}
