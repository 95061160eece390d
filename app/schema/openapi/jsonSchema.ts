import { z } from 'zod';

export type Json = Record<string, unknown>;

const VARIANTS = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Converts a zod schema into JSON Schema 2020-12, as OpenAPI 3.1 uses it. Every property gets an example: the one of its
 * metadata, else one that is put together from the examples inside it.
 * @param io `input` for what a caller sends, `output` for what a caller gets: the two differ where a schema has defaults
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const described = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', override: keepExamples }) as Json;
  delete described.$schema;
  return complete(described);
}

/**
 * zod drops the examples of a schema that transforms its input, since they could be of the output. Ours are always of the
 * input. A single `example` counts as one of `examples`, which is what JSON Schema knows.
 */
function keepExamples({ zodSchema, jsonSchema: described }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }): void {
  const { examples, example } = (z.globalRegistry.get(zodSchema) ?? {}) as { examples?: unknown[]; example?: unknown };
  if (examples !== undefined) described.examples ??= examples;
  else if (example !== undefined) described.examples ??= [example];
  delete described.example;
}

/**
 * Makes an example that a JSON Schema allows.
 * @return undefined when the schema has no example, and none can be put together
 */
export function exampleOf(schema: Json): unknown {
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('default' in schema) return schema.default;
  const variants = variantsOf(schema);
  if (variants.length > 0) return exampleOf(variants.find(({ type }) => type !== 'null') ?? variants[0]);
  if (schema.type === 'null') return null;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return listOf(exampleOf(schema.items as Json ?? {}));
  return schema.properties ? exampleOfObject(schema.properties as Record<string, Json>) : undefined;
}

function exampleOfObject(properties: Record<string, Json>): Json | undefined {
  const examples = Object.entries(properties).map(([name, property]) => [name, exampleOf(property)] as const);
  return examples.some(([, example]) => example === undefined) ? undefined : Object.fromEntries(examples);
}

function listOf(example: unknown): unknown[] | undefined {
  return example === undefined ? undefined : [example];
}

function variantsOf(schema: Json): Json[] {
  return VARIANTS.flatMap(name => schema[name] as Json[] | undefined ?? []);
}

function complete(schema: Json): Json {
  for (const variant of variantsOf(schema)) complete(variant);
  liftFromVariant(schema);
  for (const inner of [schema.items, schema.additionalProperties]) {
    if (typeof inner === 'object' && inner !== null) complete(inner as Json);
  }
  for (const property of Object.values(schema.properties as Record<string, Json> | undefined ?? {})) {
    complete(property);
    const example = exampleOf(property);
    if (example !== undefined) property.examples ??= [example];
  }
  return schema;
}

/** Gives a nullable schema the description and the examples of its variant that is not null. */
function liftFromVariant(schema: Json): void {
  const [variant, ...others] = variantsOf(schema).filter(({ type }) => type !== 'null');
  if (!variant || others.length > 0 || !schema.anyOf) return;
  for (const key of ['description', 'examples']) {
    if (variant[key] !== undefined) schema[key] ??= variant[key];
    delete variant[key];
  }
}
