import type { z } from 'zod';
import type { Message } from '../language/message';

type Issue = z.core.$ZodIssue;
type TypeName = { key: 'typeText' | 'typeNumber' | 'typeInteger' | 'typeBoolean' | 'typeArray' | 'typeObject' | 'typeNull' | 'typeOther' };

const WANTED: Readonly<Record<string, TypeName['key']>> = {
  string: 'typeText', number: 'typeNumber', int: 'typeInteger', boolean: 'typeBoolean', array: 'typeArray', tuple: 'typeArray',
  object: 'typeObject', record: 'typeObject', map: 'typeObject', null: 'typeNull',
};
const GIVEN: Readonly<Record<string, TypeName['key']>> = { string: 'typeText', number: 'typeNumber', boolean: 'typeBoolean', object: 'typeObject' };

/** The types that zod expects, in a person's words. */
export function typeWanted(expected: string): TypeName {
  return { key: WANTED[expected] ?? 'typeOther' };
}

/** Several types, each once: "a text or a number". */
export function eitherType(expected: readonly string[]): Message {
  const [first, ...rest] = [...new Set(expected)].map(typeWanted);
  return rest.reduce<Message>((one, other) => ({ key: 'typeEither', params: { one, other } }), first);
}

/** The kind of value that was sent; never the value. */
export function kindOf(value: unknown): TypeName {
  if (value === null) return { key: 'typeNull' };
  if (Array.isArray(value)) return { key: 'typeArray' };
  return { key: GIVEN[typeof value] ?? 'typeOther' };
}

/** Describes a text of some format. */
export function formatProblem(format: string): Message {
  switch (format) {
    case 'datetime': case 'date': case 'time': return { key: 'mustBeTime' };
    case 'url': return { key: 'mustBeUrl' };
    case 'base64': case 'base64url': return { key: 'mustBeBase64' };
    default: return { key: 'mustBeOfForm' };
  }
}

/** Describes the limit that a value breaks: too small, too large or not in a list; undefined for any other issue. */
export function sizeProblem(issue: Issue): Message | undefined {
  switch (issue.code) {
    case 'too_small': return tooSmall(issue.origin, Number(issue.minimum), issue.exact === true, issue.inclusive !== false);
    case 'too_big': return tooBig(issue.origin, Number(issue.maximum), issue.exact === true, issue.inclusive !== false);
    case 'not_multiple_of': return { key: 'mustBeMultiple', params: { n: issue.divisor } };
    case 'invalid_value': {
      const values = issue.values.map(String);
      return values.length === 1 ? { key: 'mustBeOnly', params: { value: values[0] } } : { key: 'mustBeOneOf', params: { values: values.join(', ') } };
    }
    default: return undefined;
  }
}

function tooSmall(origin: string, n: number, exact: boolean, inclusive: boolean): Message {
  const params = { n };
  if (origin === 'number' || origin === 'int') return { key: inclusive ? 'mustBeLeast' : 'mustBeAbove', params };
  if (exact) return { key: origin === 'string' ? 'mustHaveCharacters' : 'mustHaveEntries', params };
  if (n === 1) return { key: 'mustNotBeEmpty' };
  return { key: origin === 'string' ? 'mustHaveCharactersLeast' : 'mustHaveEntriesLeast', params };
}

function tooBig(origin: string, n: number, exact: boolean, inclusive: boolean): Message {
  const params = { n };
  if (origin === 'number' || origin === 'int') return { key: inclusive ? 'mustBeMost' : 'mustBeBelow', params };
  if (exact) return { key: origin === 'string' ? 'mustHaveCharacters' : 'mustHaveEntries', params };
  return { key: origin === 'string' ? 'mustBeCharactersMost' : 'mustBeEntriesMost', params };
}
