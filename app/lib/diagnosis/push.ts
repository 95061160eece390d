import type { mongo } from 'mongoose';
import type { WechatApp } from '../wechat/apps';
import type { PushNote, PushNoteDocument } from '../wechat/push/notes';
import { no, ok, warn, type Check } from './check';

/** What is known here of the pushes of an app. */
export interface PushFacts {
  /** When the last one was received that was believed. */
  receivedAt?: Date;
  refused?: PushNote;
}

/** A refusal from so long before the last push that was believed says nothing of today, in milliseconds. */
const PAST_MS = 600_000;

/** By what the reason says: what is wrong, and what is to be done. */
const REASONS: ReadonlyArray<readonly [reason: RegExp, what: (app: WechatApp) => string, advice: string]> = [
  [/body is not encrypted/, ({ pushMode }) => `WeChat pushes in plain mode, though the mode here is ${pushMode}`, 'choose the same mode in WeChat\'s console and here (MINIPROGRAM_PUSH_MODE, OFFICIAL_PUSH_MODE or pushMode); best is secure'],
  [/body is encrypted/, () => 'WeChat pushes encrypted, though the mode here is plain', 'set the EncodingAESKey here, and the mode to what WeChat\'s console says: secure or compat'],
  [/padding|EncodingAESKey|length|ciphertext|not UTF-8/, () => 'what WeChat pushes cannot be decrypted', 'set the EncodingAESKey that WeChat\'s console shows'],
  [/another appid/, () => 'what arrives was encrypted for another app', 'enter the address with this app\'s appid at the end in its own console, and with the other one\'s in the other one\'s'],
  [/signature/, () => 'the signature does not fit', 'set the Token that WeChat\'s console shows; were it right, somebody else would be sending'],
  [/timestamp/, () => 'it was too old, or of the future', 'set this machine\'s clock right (NTP); were it right, somebody would be sending old pushes again'],
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

/** Whether pushes arrive, and why the last one was refused. */
export function diagnoseLastPush(app: WechatApp, { receivedAt, refused }: PushFacts): Check {
  const name = 'last push';
  const received = receivedAt ? `the last one was received at ${receivedAt.toISOString()}` : 'none has been received yet';
  if (refused && (!receivedAt || refused.at.getTime() > receivedAt.getTime() - PAST_MS)) {
    const [, what, advice] = REASONS.find(([reason]) => reason.test(refused.detail)) ?? [undefined, () => refused.detail, 'see the log'];
    const detail = `one was refused at ${refused.at.toISOString()} (${refused.status}): ${what(app)}; ${received}`;
    return !receivedAt || refused.at > receivedAt ? no(name, detail, advice) : warn(name, detail, advice);
  }
  if (!receivedAt) return warn(name, received, 'write a message to the app, or have WeChat\'s console verify the address; then look at the line about the push address');
  return ok(name, received);
}
