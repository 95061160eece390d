import type { Context } from 'egg';
import type { z } from 'zod';
import { AppError } from '../lib/errors';
import type { SessionDocument } from '../model/session';
import type { SignedIn } from '../service/console/session';
import type { Input, RequestParts } from '../schema/route';

function parsePart(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('INVALID_ARGUMENT', result.error.issues.slice(0, 5).map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`));
}

export default {
  /** Set by middleware/envelope. */
  requestId: '',
  /** Set by middleware/clientSession: who is logged in. */
  login: undefined as unknown as SessionDocument,
  /** Set by middleware/consoleSession: who is signed in to the console. */
  admin: undefined as unknown as SignedIn,

  /**
   * The request, parsed with its route's schema.
   * @throws {AppError} INVALID_ARGUMENT that names each field and what is wrong with it
   */
  input<Spec extends RequestParts>(this: Context, route: Spec): Input<Spec> {
    return {
      body: parsePart(route.body, this.request.body ?? {}),
      query: parsePart(route.query, this.query),
      params: parsePart(route.params, this.params),
    } as Input<Spec>;
  },

  /** Answers with the envelope. */
  succeed(this: Context, data: unknown): void {
    this.body = { code: 1, data: data ?? null, message: 'ok', requestId: this.requestId };
  },
};
