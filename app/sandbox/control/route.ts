import { z } from 'zod';
import { explainIssues, withoutWords } from '../../lib/input/explain';
import { render } from '../../lib/language/message';
import type { RouteSpec } from '../../schema/route';
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
  summary: RouteSpec['summary'];
  schema: z.ZodType;
  /** What it answers. */
  data?: z.ZodType;
  run(world: World, input: unknown): unknown;
}

interface Shapes<Input extends z.ZodType, Data extends z.ZodType> { input: Input; data: Data }

/** A route whose input (body; for GET and DELETE the query; and the parts of the path) is checked before it runs. */
export function route<Input extends z.ZodType, Data extends z.ZodType>(
  method: ControlRoute['method'], path: string, summary: ControlRoute['summary'], { input: schema, data }: Shapes<Input, Data>,
  handle: (world: World, input: z.output<Input>) => z.input<Data> | Promise<z.input<Data>>,
): ControlRoute {
  return {
    method, path, summary, schema, data,
    run(world, input) {
      const parsed = schema.safeParse(input, withoutWords);
      if (!parsed.success) throw new ControlError('INVALID_ARGUMENT', render(explainIssues(parsed.error.issues, { schema, value: input, part: 'body' }), 'en'));
      return handle(world, parsed.data);
    },
  };
}

export const appid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/).meta({ description: 'AppID; the first app of the fitting kind when left out', examples: ['wxsandbox0000000001'] });
export const openid = z.string().min(1).max(128).meta({ description: 'Of the person in the app', examples: ['oABcd1234efgh5678ijkl9012mn'] });
export const unionid = openid.nullable().meta({ description: 'Of the person; null: none', examples: ['o6_bmasdasdsad6_2sgVt7hMZOPfL'] });
export const time = z.iso.datetime().meta({ description: 'When', examples: ['2026-01-31T09:30:00.000Z'] });
/** What a call takes that takes nothing. */
export const nothing = z.strictObject({});

export function integer(min: number, max: number) {
  return z.int().min(min).max(max);
}

/** A number in a query. */
export const queryNumber = z.coerce.number().pipe(z.int().nonnegative());
