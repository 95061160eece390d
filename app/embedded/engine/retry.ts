import type { Document, Value } from '../bson';
import type { Work } from '../storage/slice';
import type { Engine, Request } from './engine';

/** What one statement of a retryable write did: enough to answer again. */
export interface Statement { n: number; nModified?: number; upserted?: Value; reply?: Document }

export function* retryable(_engine: Engine, _request: Request, _index: number, run: () => Work<Statement>): Work<Statement> {
  return yield* run();
}
