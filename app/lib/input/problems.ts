import type { Message, Param } from '../language/message';

/** Makes a message from the groups of a matched text. */
type Maker = (...groups: string[]) => Message;

const n = <K extends Message['key']>(key: K): Maker => count => ({ key, params: { n: Number(count.replace(/,/g, '')) } } as unknown as Message);
const plain = (key: Message['key']): Maker => () => ({ key } as Message);
const either = (key: 'mustHaveEither' | 'sendEither'): Maker => (one, other) => ({ key, params: { one, other } });
const named = (key: Message['key'], ...names: string[]): Maker => (...groups) => ({ key, params: Object.fromEntries(names.map((name, index) => [name, groups[index]])) } as unknown as Message);

/** The Chinese messages for the texts that schemas set in English (`z.string().regex(…, 'must be …')`). */
const KNOWN: ReadonlyArray<readonly [RegExp, Maker]> = [
  [/^must not be empty$/, plain('mustNotBeEmpty')],
  [/^must not hold spaces$/, plain('mustNotHoldSpaces')],
  [/^must be at most ([\d,]+) characters$/, n('mustBeCharactersMost')],
  [/^must be at most (\d+) bytes in UTF-8$/, n('mustBeBytesMost')],
  [/^must be at most (\d+) (entries|values|articles|fields|rules)$/, (count, things) => ({ key: 'mustBeThingsMost', params: { n: Number(count), things } })],
  [/^must be a number$/, plain('mustBeNumber')],
  [/^must be letters, digits, _ or -, 1 to (\d+) long$/, n('mustBeLetters')],
  [/^must be letters, digits or -, 1 to (\d+) long$/, n('mustBeLettersAndHyphens')],
  [/^must be 1 to (\d+) printable characters of ASCII$/, n('mustBePrintable')],
  [/^must be a key of the template, such as thing1$/, plain('mustBeTemplateKey')],
  [/^must name each key once$/, plain('mustNameKeysOnce')],
  [/^must begin with http:\/\/ or https:\/\/ and hold no spaces$/, plain('mustBeUrlWithoutSpaces')],
  [/^must have either (\w+) or (\w+)$/, either('mustHaveEither')],
  [/^send either (\w+) or (\w+)$/, either('sendEither')],
  [/^must hold either code, or encryptedData and iv$/, plain('mustHoldCodeOrData')],
  [/^must be a text or a number$/, plain('mustBeTextOrNumber')],
  [/^must be one article$/, plain('mustBeOneArticle')],
  [/^must begin with http:\/\/ or https:\/\/$/, plain('mustBeHttp')],
  [/^must be a whole number, (\d+) to (\d+)$/, named('mustBeWhole', 'from', 'to')],
  [/^must be a number from (\d+) to (\d+)$/, named('mustBeWithin', 'from', 'to')],
  [/^send one of (\w+), (\w+) and (\w+)$/, named('sendOneOfThree', 'one', 'two', 'three')],
  [/^must be (\d+) to (\d+) keywords$/, named('mustBeKeywords', 'from', 'to')],
  [/^must be the tid of a title$/, plain('mustBeTid')],
  [/^must be at most (\d+) keywords$/, named('mustBeKeywordsMost', 'most')],
  [/^must not name a keyword twice$/, plain('mustNameKeywordsOnce')],
  [/^must be at most (\d+) bytes \(a Chinese character takes 3, an emoji 4\)$/, named('mustBeBytesOfText', 'most')],
  [/^must not hold control characters$/, plain('mustNotHoldControls')],
  [/^must be the number of a tag$/, plain('mustBeTag')],
  [/^must be at most (\d+) at once$/, named('mustBeAtOnce', 'most')],
  [/^must not begin or end with a blank$/, plain('mustNotBeginBlank')],
  [/^must not be api, person or system: the audit log uses them$/, plain('mustNotBeReserved')],
  [/^must be (\d+) characters or more$/, named('mustBePassword', 'least')],
  [/^must be the `next` of the page before$/, plain('mustBeCursor')],
  [/^must be the id of a person$/, plain('mustBePerson')],
  [/^must be <appid>:<openid>$/, plain('mustBeConversation')],
  [/^send at least one field$/, plain('sendAtLeastOne')],
  [/^must name each rule once$/, plain('mustNameRulesOnce')],
  [/^must be letters and dots$/, plain('mustBeDotted')],
  [/^must be letters, digits, :, _ or -$/, plain('mustBeIdLetters')],
  [/^is required when pushMode is compat or secure$/, plain('neededByMode')],
  [/^must be letters and digits, (\d+) to (\d+) long$/, named('mustBeToken', 'from', 'to')],
  [/^must be (\d+) letters, digits, \+ or \/$/, named('mustBeAesKey', 'n')],
  [/^must be digits$/, plain('mustBeDigits')],
  [/^must be true: who has no grant cannot be sent anything$/, plain('mustBeGranted')],
  [/^send a password, a role or both$/, plain('sendPasswordOrRole')],
  [/^must be of the form thing\.verb$/, plain('mustBeAction')],
  [/^send assignee or state$/, () => ({ key: 'sendEither', params: { one: 'assignee', other: 'state' } })],
  [/^must be (\w+(?:, \w+)*) or (\w+)$/, (values, last) => ({ key: 'mustBeListed', params: { values, last } })],
];

/** A schema's text as a message; the text itself when it has no translation. */
export function problemOf(text: string): string | Message {
  for (const [pattern, make] of KNOWN) {
    const match = pattern.exec(text);
    if (match) return make(...match.slice(1));
  }
  return text;
}

/** A sentence of a field and a schema's text. `field` is undefined where the text is about the whole. */
export function sayOf(field: Param, text: string, whole: boolean): Message | string {
  const problem = problemOf(text);
  if (!/^(must|is|has|may|cannot|takes)\b/.test(text)) return whole ? problem : { key: 'fieldProblemElse', params: { field, problem } };
  return typeof problem === 'string' ? { key: 'fieldProblemForeign', params: { field, problem } } : { key: 'fieldProblem', params: { field, problem } };
}
