import { z } from 'zod';
import { explainIssues, withoutWords } from '../../lib/input/explain';
import { render } from '../../lib/language/message';
import type { World } from '../world';

/** A request of the control API that cannot be met. */
export class ControlError extends Error {
  constructor(readonly code: 'INVALID_ARGUMENT' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL', message: string) {
    super(message);
    this.name = 'ControlError';
  }
}

export interface ControlRoute {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/sandbox/api`; `:name` stands for one part. */
  path: string;
  summary: string;
  schema: z.ZodType;
  run(world: World, input: unknown): unknown;
}

/** A route whose input (body; for GET and DELETE the query; and the parts of the path) is checked before it runs. */
export function route<S extends z.ZodType>(
  method: ControlRoute['method'], path: string, summary: string, schema: S, handle: (world: World, input: z.output<S>) => unknown,
): ControlRoute {
  return {
    method, path, summary, schema,
    run(world, input) {
      const parsed = schema.safeParse(input, withoutWords);
      if (!parsed.success) throw new ControlError('INVALID_ARGUMENT', render(explainIssues(parsed.error.issues, { schema, value: input, part: 'body' }), 'en'));
      return handle(world, parsed.data);
    },
  };
}

export const appid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
export const openid = z.string().min(1).max(128);
export const unionid = openid.nullable();

export function integer(min: number, max: number) {
  return z.int().min(min).max(max);
}

/** A number in a query. */
export const queryNumber = z.coerce.number().pipe(z.int().nonnegative());
