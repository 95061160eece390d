import { z } from 'zod';
import type { INPUT_TEXTS } from '../language/inputTexts';

type Hint = Extract<keyof typeof INPUT_TEXTS, `hint${string}`>;

const hints = z.registry<{ hint: Hint }>();

/** The parts of zod's definitions that are read, of every kind of schema. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  getter?: () => z.ZodType;
  options?: z.ZodType[];
  left?: z.ZodType;
  right?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
}

/** The same schema with a text that says what to send when the field is missing. */
export function hinted<T extends z.ZodType>(schema: T, hint: Hint): T {
  const copy = schema.clone() as T;
  hints.add(copy, { hint });
  return copy;
}

/** The text that says what to send in the field at this path; undefined when there is none. */
export function hintAt(schema: z.ZodType, path: readonly PropertyKey[]): Hint | undefined {
  return schemasAt(schema, path).map(found => hints.get(found)?.hint).find(hint => hint !== undefined);
}

/** The names of the fields that the object at this path may have, in any of its variants. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): Set<string> {
  return new Set(schemasAt(schema, path).flatMap(found => Object.keys(definitionOf(found).shape ?? {})));
}

/** Every schema that may apply at a path, with the schemas that wrap it. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType[] {
  return path.reduce<z.ZodType[]>((here, step) => here.flatMap(found => below(found, step)).flatMap(withInner), withInner(schema));
}

function below(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  const { shape, element, valueType } = definitionOf(schema);
  const field = shape && typeof step === 'string' && Object.hasOwn(shape, step) ? shape[step] : undefined;
  return [field, element, valueType].filter(found => found !== undefined);
}

function withInner(schema: z.ZodType): z.ZodType[] {
  const { innerType, in: input, getter, options = [], left, right } = definitionOf(schema);
  const inner = [innerType, input, getter?.(), ...options, left, right].filter(found => found !== undefined);
  return [schema, ...inner.flatMap(withInner)];
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}
