import type { mongo } from 'mongoose';
import type { WechatApp } from '../wechat/apps';
import type { PushNote, PushNoteDocument } from '../wechat/push/notes';
import { no, ok, warn, type Check } from './check';
import type { Message } from '../language/message';

/** The facts about an app's pushes. */
export interface PushFacts {
  /** When the last valid push was received. */
  receivedAt?: Date;
  refused?: PushNote;
}

/** A refusal so long before the last valid push, in milliseconds, says nothing about today. */
const PAST_MS = 600_000;

export const PUSH_MODES = { plain: { key: 'modePlain' }, compat: { key: 'modeCompat' }, secure: { key: 'modeSecure' } } as const satisfies Record<WechatApp['pushMode'], Message>;

/** The texts for each reason of a refusal: what is wrong, and what to do. */
const REASONS: ReadonlyArray<readonly [reason: RegExp, what: (app: WechatApp) => Message, advice: Message]> = [
  [/body is not encrypted/, ({ pushMode }) => ({ key: 'pushedPlain', params: { mode: PUSH_MODES[pushMode] } }), { key: 'pushedPlainTodo' }],
  [/body is encrypted/, () => ({ key: 'pushedEncrypted' }), { key: 'pushedEncryptedTodo' }],
  [/padding|EncodingAESKey|length|ciphertext|not UTF-8/, () => ({ key: 'pushUndecryptable' }), { key: 'pushUndecryptableTodo' }],
  [/another appid/, () => ({ key: 'pushOfOtherApp' }), { key: 'pushOfOtherAppTodo' }],
  [/signature/, () => ({ key: 'pushSignatureWrong' }), { key: 'pushSignatureTodo' }],
  [/timestamp/, () => ({ key: 'pushTimeWrong' }), { key: 'pushTimeTodo' }],
];

/**
 * Reads what is known of the pushes of apps.
 * @throws the driver's errors
 */
export async function readPushFacts(db: mongo.Db, appids: readonly string[]): Promise<Map<string, PushFacts>> {
  const notes = await db.collection<PushNoteDocument>('pushNotes').find({ _id: { $in: [...appids] } }).toArray();
  const refused = new Map(notes.map(note => [note._id, note.refused]));
  const facts = await Promise.all(appids.map(async appid => {
    const [last] = await db.collection<{ receivedAt: Date }>('messages')
      .find({ appid }, { projection: { receivedAt: 1 }, sort: { receivedAt: -1 }, limit: 1 }).toArray();
    const why = refused.get(appid);
    return [appid, { ...(last ? { receivedAt: last.receivedAt } : {}), ...(why ? { refused: why } : {}) }] as const;
  }));
  return new Map(facts);
}

/** Checks that pushes arrive, and says why the last one was refused. */
export function diagnoseLastPush(app: WechatApp, { receivedAt, refused }: PushFacts): Check {
  const name = 'last push';
  const received: Message = receivedAt ? { key: 'pushReceivedAt', params: { at: receivedAt.toISOString() } } : { key: 'pushNeverReceived' };
  if (refused && (!receivedAt || refused.at.getTime() > receivedAt.getTime() - PAST_MS)) {
    const [, what, advice] = REASONS.find(([reason]) => reason.test(refused.detail)) ?? [undefined, () => refused.detail, { key: 'seeLog' } as const];
    const detail: Message = { key: 'pushRefusedAt', params: { at: refused.at.toISOString(), status: refused.status ?? '–', what: what(app), received } };
    return !receivedAt || refused.at > receivedAt ? no(name, detail, advice) : warn(name, detail, advice);
  }
  if (!receivedAt) return warn(name, received, { key: 'pushNeverReceivedTodo' });
  return ok(name, received);
}
