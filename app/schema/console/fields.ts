import { z } from 'zod';
import { appid, isoTime } from '../fields';

/** Fields that several routes of the console share. */
export const time = (description: string) => isoTime.meta({ description, examples: ['2026-01-31T09:30:00.000Z'] });

export const anAppid = (description: string) => appid.meta({ description, examples: ['wxsandbox0000000001'] });

/** A name of the console. Names with another meaning in the audit log are refused. */
export const username = z.string().min(1, 'must not be empty').max(64, 'must be at most 64 characters')
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters')
  .meta({ description: 'Name with which somebody signs in', examples: ['lihua'] });

const RESERVED = new Set(['api', 'person', 'system']);

export const newUsername = username.regex(/^\S(.*\S)?$/u, 'must not begin or end with a blank')
  .refine(name => !RESERVED.has(name), 'must not be api, person or system: the audit log uses them');

/** @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver */
export const newPassword = z.string().min(10, 'must be 10 characters or more').max(256, 'must be at most 256 characters')
  .meta({ description: 'A password of 10 characters or more', examples: ['correct-horse-battery'] });

export const role = z.enum(['admin', 'agent'], 'must be admin or agent')
  .meta({ description: '`agent`: conversations, people, notes; `admin`: everything', examples: ['agent'] });

/** Both kinds of session see it, in a list and alone. */
export const jobId = z.string().meta({ description: 'Of the job that does it: ask with `GET /console/api/jobs/:id`', examples: ['1d1cd7c0-9c2f-4a59-ae6c-3b3a0f6d1f55'] });
