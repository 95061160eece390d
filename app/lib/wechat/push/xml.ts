import { SaxesParser } from 'saxes';
import { assertPushSize, isPushKey, MAX_PUSH_DEPTH, MAX_PUSH_NODES, newRecord, PushParseError } from './message';
import type { PushRecord, PushValue } from './message';

/** The input of `buildXml`: the shape of a push, with numbers written as digits. */
export type XmlValue = string | number | XmlValue[] | XmlRecord;
export interface XmlRecord {
  [key: string]: XmlValue;
}

/** Everything outside XML 1.0's `Char`, lone surrogates included. */
export const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** XML 1.0's `Name`. */
const NAME = new RegExp(
  '^[:A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}]' +
  '[-.0-9:A-Z_a-z\\u00B7\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u203F\\u2040\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}]*$', 'u');

/** Finds names that may have blanks before them: a quick check. */
const BLANK_NAME = /<\/?\s/;

/** The beginning of a tag. */
const TAG = /<\s*(\/?)\s*/y;

/** The part of the text between two positions that holds no tag. */
const SECTIONS = [['<![CDATA[', ']]>'], ['<!--', '-->']] as const;

/** An element that is open. */
interface Frame {
  name: string;
  text: string;
  children: PushRecord | null;
}

/**
 * Parses a push in XML: the children of the root element, whatever that is called. An element with
 * children becomes a record, others the exact text they hold (CDATA included, white space kept);
 * siblings of one name become an array. Attributes and comments are passed over.
 *
 * Control characters that XML forbids are dropped: WeChat puts them into CDATA raw when a user
 * types them (offu/WeRoBot#420, w7corp/easywechat#1419). Blanks before a name are dropped too: WeChat's own samples have
 * `< OpenPID>`.
 *
 * @param text one XML document, at most `MAX_PUSH_BYTES` bytes. Refused: DOCTYPE, processing
 *   instructions, entities other than the predefined and numeric ones, text beside elements
 * @throws PushParseError, and nothing else
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function parseXml(text: string): PushRecord {
  assertPushSize(text);
  const open: Frame[] = [];
  let root: PushRecord | null = null;
  let nodes = 0;
  const parser = new SaxesParser({ position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const addText = (part: string) => {
    if (open.length > 0) open[open.length - 1].text += part;
  };
  // A name from the text follows the colon in the parser's messages.
  parser.on('error', error => { throw new PushParseError(`not XML: ${error.message.split(':')[0]}`); });
  parser.on('doctype', () => { throw new PushParseError('DOCTYPE is not allowed'); });
  parser.on('processinginstruction', () => { throw new PushParseError('processing instructions are not allowed'); });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentagstart', ({ name }) => {
    if (++nodes > MAX_PUSH_NODES) throw new PushParseError(`more than ${MAX_PUSH_NODES} elements`);
    if (open.length === MAX_PUSH_DEPTH) throw new PushParseError(`nested deeper than ${MAX_PUSH_DEPTH}`);
    if (!isPushKey(name)) throw new PushParseError('an element name that is not allowed');
    if (open.length > 0) open[open.length - 1].children ??= newRecord();
    open.push({ name, text: '', children: null });
  });
  parser.on('closetag', () => {
    const frame = open.pop();
    if (!frame) return;
    if (frame.children && !isBlank(frame.text)) throw new PushParseError('text beside elements');
    const parent = open.at(-1);
    if (parent?.children) append(parent.children, frame.name, frame.children ?? frame.text);
    else if (!frame.children && !isBlank(frame.text)) throw new PushParseError('the root element holds no elements');
    else root = frame.children ?? newRecord();
  });
  parser.write(trimNames(text.replace(NOT_XML, ''))).close();
  if (!root) throw new PushParseError('no root element');
  return root;
}

/**
 * Writes a passive reply: `<xml>…</xml>`, texts in CDATA, numbers as digits, arrays as repeated elements. `parseXml`
 * gives the same record back, with the exceptions that XML cannot express: an array of one becomes its element, an
 * empty array nothing, an empty record an empty text. Characters that XML 1.0 cannot carry (most control characters,
 * lone surrogates) are dropped.
 * @throws TypeError for a key that is not an XML name, an array in an array or a number that is not finite
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 */
export function buildXml(record: XmlRecord): string {
  return `<xml>${buildChildren(record)}</xml>`;
}

function buildChildren(record: XmlRecord): string {
  let xml = '';
  for (const [name, value] of Object.entries(record)) {
    if (!NAME.test(name)) throw new TypeError('a key is not an XML name');
    for (const item of Array.isArray(value) ? value : [value]) xml += `<${name}>${buildValue(item)}</${name}>`;
  }
  return xml;
}

function buildValue(value: XmlValue): string {
  if (typeof value === 'string') return buildText(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('a value is not a text, a finite number or a record');
  }
  return buildChildren(value);
}

function buildText(text: string): string {
  const safe = text.replace(NOT_XML, '').replaceAll(']]>', ']]]]><![CDATA[>')
    // Parsers turn a raw carriage return into a line feed.
    .replaceAll('\r', ']]>&#13;<![CDATA[');
  return `<![CDATA[${safe}]]>`;
}

/** Drops blanks before the names of tags, but nothing within CDATA and comments. */
function trimNames(text: string): string {
  if (!BLANK_NAME.test(text)) return text;
  let trimmed = '';
  let from = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const end = SECTIONS.find(([begin]) => text.startsWith(begin, at))?.[1];
    if (end !== undefined) {
      const ends = text.indexOf(end, at);
      if (ends < 0) break;
      at = ends;
      continue;
    }
    TAG.lastIndex = at;
    const [tag, slash] = TAG.exec(text) ?? ['<', ''];
    const name = at + tag.length;
    if (isName(text[name])) {
      trimmed += `${text.slice(from, at)}<${slash}`;
      from = name;
    }
    at = name;
  }
  return trimmed + text.slice(from);
}

function isName(letter: string | undefined): boolean {
  return letter !== undefined && NAME.test(letter);
}

function append(record: PushRecord, name: string, value: PushValue): void {
  const present: PushValue | undefined = record[name];
  if (present === undefined) record[name] = value;
  // No value is an array of its own, so an array here is made of siblings.
  else if (Array.isArray(present)) present.push(value);
  else record[name] = [present, value];
}

function isBlank(text: string): boolean {
  return !/[^\t\n\r ]/.test(text);
}
