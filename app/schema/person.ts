import { z } from 'zod';
import { appid, isoTime, openid, profile, unionid } from './fields';

const COPY = '`{"code": 1, "data": {…}, "message": "ok", "requestId": "…"}` as a file. `data` has `userId`, `exportedAt`, and for each collection with something of the person a list of its documents, the phone number in clear; no session_key and no hash of a token. It is written as it is read: when the connection breaks off it is no JSON. An error is answered as everywhere.';

/** The content of a copy of a person's data. */
export const copyAnswer = { 200: { type: 'application/json', description: COPY } };

/** The id of a person, in a path. */
export const userIdParam = z.object({ userId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').meta({ description: 'As the login, an event or a search told it', examples: ['6f9d0c1e5b7a4e2f8c3d1a2b'] }) });

/** A person, in all apps. */
export const person = z.object({
  userId: z.string().meta({ description: 'The person, whichever app they use', examples: ['6f9d0c1e5b7a4e2f8c3d1a2b'] }),
  unionid: unionid.nullable().meta({ description: 'null when it is not known' }),
  profile: profile.partial().nullable().meta({ description: 'What is known of their profile; null when nothing is' }),
  phone: z.string().nullable().meta({ description: 'Masked: the last four digits only; null when it is not known', examples: ['*******8000'] }),
  following: z.boolean().nullable().meta({ description: 'Whether they follow the default official account; null when that is not known', examples: [true] }),
  accounts: z.array(z.object({
    appid: appid.meta({ description: 'AppID' }),
    kind: z.enum(['miniprogram', 'official']).meta({ description: 'Which kind of app', examples: ['miniprogram'] }),
    openid,
  })).meta({ description: 'One for each app; official accounts that are followed included' }),
  createdAt: isoTime,
  lastSeenAt: isoTime,
});
