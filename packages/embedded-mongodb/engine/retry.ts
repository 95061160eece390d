import type { Work } from '../storage/slice';
import { isNumeric, toNumber } from './number';
import type { Engine, Request } from './engine';
import type { Statement } from './sessions';

export type { Statement } from './sessions';

/** Runs a statement of a retryable write once: when it has run before, its recorded outcome is returned. */
export function* retryable(engine: Engine, request: Request, index: number, run: () => Work<Statement>): Work<Statement> {
  const { session, body } = request;
  if (!session || session.transaction || session.number === undefined) return yield* run();
  const { stmtId, stmtIds } = body;
  const id = Array.isArray(stmtIds) ? Number(stmtIds[index]) : (isNumeric(stmtId) ? toNumber(stmtId) : 0) + index;
  const known = engine.sessions.recorded(session.id, session.number, id);
  if (known) return known;
  const outcome = yield* run();
  engine.sessions.note(session.id, session.number, id, outcome);
  return outcome;
}
