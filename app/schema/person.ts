import { z } from 'zod';
import { isoTime, profile } from './fields';

const COPY = '`{"code": 1, "data": {…}, "message": "ok", "requestId": "…"}` as a file. `data` has `userId`, `exportedAt`, and for each collection with something of the person a list of its documents, the phone number in clear; no session_key and no hash of a token. It is written as it is read: when the connection breaks off it is no JSON. An error is answered as everywhere.';

/** What a copy of a person's data is answered as. */
export const copyAnswer = { 200: { type: 'application/json', description: COPY } };

/** The id of a person, in a path. */
export const userIdParam = z.object({ userId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').describe('As the login, an event or a search told it') });

/** A person, whatever apps they use. */
export const person = z.object({
  userId: z.string(),
  unionid: z.string().nullable().describe('null when it is not known'),
  profile: profile.partial().nullable(),
  phone: z.string().nullable().describe('Masked: the last four digits only'),
  following: z.boolean().nullable().describe('Whether they follow the default official account; null when that is not known'),
  accounts: z.array(z.object({
    appid: z.string(),
    kind: z.enum(['miniprogram', 'official']),
    openid: z.string(),
  })).describe('One for each app; official accounts that are followed included'),
  createdAt: isoTime,
  lastSeenAt: isoTime,
});
