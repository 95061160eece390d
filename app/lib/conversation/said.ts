import { parsePush } from '../wechat/push/parse';
import type { OutboxDocument } from '../outbox/document';

/** Longest beginning of a text in a list, in UTF-16 units. */
const LONGEST = 100;

/** A person's message as a list shows it: the beginning of a text, `[image]` and the like for others. */
export function saidByPerson({ type, content }: { type: string; content?: string }): string {
  return type === 'text' ? beginning(content ?? '') : `[${type}]`;
}

/** The same for a message of ours. */
export function saidByUs({ kind, message }: Pick<OutboxDocument, 'kind' | 'message'>): string {
  if (kind !== 'custom') return `[${kind}]`;
  // Whatever another program has stored there, the rest of the list is shown.
  const { msgtype, text } = (message ?? {}) as { msgtype?: string; text?: { content?: string } };
  return msgtype === 'text' ? beginning(text?.content ?? '') : `[${msgtype ?? 'message'}]`;
}

/** The answer to a push: its type, and its text if it is a text. */
export interface PassiveAnswer {
  type: string;
  text: string | null;
}

/**
 * Reads the body of a passive answer as it is stored, not encrypted.
 * @return undefined when it is no message
 */
export function readAnswer(body: string): PassiveAnswer | undefined {
  try {
    const { MsgType, Content } = parsePush(body);
    if (typeof MsgType !== 'string') return undefined;
    return { type: MsgType, text: MsgType === 'text' && typeof Content === 'string' ? Content : null };
  } catch {
    return undefined;
  }
}

/** The same for a list. */
export function saidInAnswer({ type, text }: PassiveAnswer): string {
  return text === null ? `[${type}]` : beginning(text);
}

function beginning(text: string): string {
  if (text.length <= LONGEST) return text;
  // Does not cut within a character.
  const end = /[\uD800-\uDBFF]/.test(text[LONGEST - 1]) ? LONGEST - 1 : LONGEST;
  return text.slice(0, end);
}
