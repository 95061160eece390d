import type { Document } from '../../bson';
import { runSliced } from '../../storage/slice';
import type { Work } from '../../storage/slice';
import type { Request } from '../engine';
import { explainPlan } from '../scan';
import { drain } from '../stream';
import type { Query } from './read';

/**
 * Explains how a query is done, and runs it when its results are given:
 * https://www.mongodb.com/docs/manual/reference/explain-results/
 */
export async function explained(request: Request, query: Query | undefined, results?: Generator<unknown, void, void>): Promise<Document> {
  const found = query?.plan ? explainPlan(query.plan) : { stage: 'EOF' };
  const winningPlan = query?.plan && !query.plan.sorted ? { stage: 'SORT', sortPattern: Object.fromEntries(query.sort.map(({ name, direction }) => [name, direction])), inputStage: found } : found;
  const queryPlanner = { namespace: `${request.database}.${String(request.body[request.name])}`, indexFilterSet: false, winningPlan, rejectedPlans: [] };
  const executionStats = results && await run(query, results, winningPlan);
  return { explainVersion: '1', queryPlanner, ...(executionStats ? { executionStats } : {}), serverInfo: { version: '7.0.0' }, ok: 1 };
}

async function run(query: Query | undefined, results: Generator<unknown, void, void>, plan: Document): Promise<Document> {
  const started = performance.now();
  const nReturned = await runSliced(counted(results));
  const executionTimeMillis = Math.round(performance.now() - started);
  const totals = { totalKeysExamined: query?.limits.keys ?? 0, totalDocsExamined: query?.limits.documents ?? 0 };
  return { executionSuccess: true, nReturned, executionTimeMillis, ...totals, executionStages: { ...plan, nReturned } };
}

function* counted(results: Generator<unknown, void, void>): Work<number> {
  let count = 0;
  yield* drain(results, () => { count++; });
  return count;
}
