import type { z } from 'zod';
import type { Message, Param } from '../language/message';
import { isShown, meantBy } from './names';
import { problemOf, sayOf } from './problems';
import { fieldsAt, hintAt } from './schemaWalk';
import { eitherType, formatProblem, kindOf, sizeProblem, typeWanted } from './words';

/** Where a value comes from: a request, a reply rule, a template, or an entry of WECHAT_APPS_FILE. */
export type Part = 'body' | 'query' | 'params' | 'rule' | 'template' | 'entry';

/** The input of an explanation: a schema, the value, and where it came from. */
export interface Parsed {
  schema: z.ZodType;
  value: unknown;
  part: Part;
}

type Issue = z.core.$ZodIssue;
export type Sentence = Message | string;

/** Most sentences for one request. */
const MOST = 5;
const WHOLE: Record<Part, Message> = { body: { key: 'theBody' }, query: { key: 'theQuery' }, params: { key: 'thePath' }, rule: { key: 'theRule' }, template: { key: 'theTemplate' }, entry: { key: 'theEntry' } };

/**
 * Explains to a person why a request does not fit its schema: which field, what is wrong with it, and what to send
 * instead. No value of the request is repeated, and a name only when it may be a misspelt field.
 * @param issues of `safeParse` with `withoutWords`, so that a text in them is one of the schema's own
 * @return 1 to 5 sentences
 */
export function explainIssues(issues: readonly Issue[], parsed: Parsed): Sentence[] {
  const said = issues.slice(0, MOST).map(issue => explain(issue, issue.path, parsed));
  // A misspelt field is missing under its name and unknown under the other one: that is one mistake.
  const meant = said.map(sentence => givenOf(sentence, 'fieldMissingMeant')).filter(given => given !== undefined);
  return said.filter(sentence => !meant.some(given => given === givenOf(sentence, 'fieldUnknownMeant')));
}

function givenOf(sentence: Sentence, key: 'fieldMissingMeant' | 'fieldUnknownMeant'): Param | undefined {
  return typeof sentence === 'object' && sentence.key === key ? sentence.params.given : undefined;
}

/** Option of `safeParse`: silences zod's own messages; those that schemas set stay. */
export const withoutWords = { error: () => '' };

function explain(issue: Issue, path: readonly PropertyKey[], parsed: Parsed): Sentence {
  const missing = explainMissing(issue, path, parsed);
  if (missing) return missing;
  const field = nameOf(path, parsed.part);
  switch (issue.code) {
    case 'invalid_union': return explainUnion(issue, path, parsed);
    case 'unrecognized_keys': return explainUnknown(issue.keys, path, parsed);
    case 'invalid_key': return { key: 'keyProblem', params: { field: nameOf(path.slice(0, -1), parsed.part), problem: problemOf(issue.issues[0]?.message || 'is not allowed') } };
    case 'invalid_element': return issue.issues[0] ? explain(issue.issues[0], path, parsed) : { key: 'fieldInvalid', params: { field } };
    default:
  }
  if (issue.message !== '') return sayOf(field, issue.message, path.length === 0);
  if (issue.code === 'invalid_type') return { key: 'fieldType', params: { field, wanted: typeWanted(issue.expected), given: kindOf(valueAt(parsed.value, path)) } };
  const problem = issue.code === 'invalid_format' ? formatProblem(issue.format) : sizeProblem(issue);
  return problem ? { key: 'fieldProblem', params: { field, problem } } : { key: 'fieldInvalid', params: { field } };
}

/** Explains a missing field: another field that was sent instead, what to send, or what it must be. */
function explainMissing({ code, message }: Issue, path: readonly PropertyKey[], parsed: Parsed): Message | undefined {
  const name = path.at(-1);
  // The schema's own check of the whole, such as "either of two", names no field that must be there.
  if (typeof name !== 'string' || code === 'custom' || code === 'unrecognized_keys' || code === 'invalid_key' || valueAt(parsed.value, path) !== undefined) return undefined;
  const field = nameOf(path, parsed.part);
  const given = meantBy(name, strangers(path.slice(0, -1), parsed));
  if (given) return { key: 'fieldMissingMeant', params: { field, given: nameOf([...path.slice(0, -1), given], parsed.part) } };
  const hint = hintAt(parsed.schema, path);
  if (hint) return { key: 'fieldMissingHint', params: { field, hint: { key: hint } } };
  if (!message.startsWith('must ')) return { key: 'fieldMissing', params: { field } };
  return { key: 'fieldMissingMust', params: { field, problem: problemOf(message) } };
}

/** Names unknown fields of an object. */
function strangers(path: readonly PropertyKey[], { schema, value }: Parsed): string[] {
  const object = valueAt(value, path);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return [];
  const known = fieldsAt(schema, path);
  return Object.keys(object).filter(name => !known.has(name)).slice(0, 100);
}

function explainUnknown(keys: readonly string[], path: readonly PropertyKey[], parsed: Parsed): Message {
  const given = keys.find(isShown);
  if (given === undefined) return { key: 'fieldsUnknown', params: { field: nameOf(path, parsed.part) } };
  const meant = meantBy(given, [...fieldsAt(parsed.schema, path)]);
  const field = nameOf([...path, given], parsed.part);
  return meant ? { key: 'fieldUnknownMeant', params: { given: field, field: nameOf([...path, meant], parsed.part) } } : { key: 'fieldUnknown', params: { field } };
}

/** For a value that fits none of several forms, the closest form is explained. */
function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: readonly PropertyKey[], parsed: Parsed): Sentence {
  const field = nameOf(path, parsed.part);
  const branches: Issue[][] = 'errors' in issue ? issue.errors : [];
  const meant = branches.flat().map(inner => explainMissing(inner, [...path, ...inner.path], parsed)).find(said => said?.key === 'fieldMissingMeant');
  if (meant) return meant;
  if (issue.message !== '') return sayOf(field, issue.message, path.length === 0);
  if ('options' in issue && issue.options) return { key: 'fieldProblem', params: { field, problem: { key: 'mustBeOneOf', params: { values: issue.options.map(String).join(', ') } } } };
  const wanted = branches.map(([first]) => (first?.code === 'invalid_type' && first.path.length === 0 ? first.expected : undefined));
  if (wanted.length > 0 && wanted.every(type => type !== undefined)) {
    return { key: 'fieldType', params: { field, wanted: eitherType(wanted), given: kindOf(valueAt(parsed.value, path)) } };
  }
  const [nearest] = branches.filter((_branch, index) => wanted[index] === undefined).sort((one, other) => one.length - other.length);
  return nearest ? explain(nearest[0], [...path, ...nearest[0].path], parsed) : { key: 'fieldInvalid', params: { field } };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((here, step) => (typeof here === 'object' && here !== null && Object.hasOwn(here, step) ? (here as Record<PropertyKey, unknown>)[step] : undefined), value);
}

/**
 * Writes a path as `message.articles[0].title`; a step that cannot be a field's name, such as a made-up key, becomes
 * `…`.
 */
function nameOf(path: readonly PropertyKey[], part: Part): Param {
  if (path.length === 0) return WHOLE[part];
  return path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    return `${index > 0 ? '.' : ''}${isShown(String(step)) ? String(step) : '…'}`;
  }).join('');
}
