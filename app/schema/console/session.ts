import { z } from 'zod';
import { defineRoute } from '../route';
import { newPassword, newUsername, role, username } from './fields';

const signedIn = z.object({
  username,
  role,
  csrfToken: z.string().meta({ description: 'For the header `x-csrf-token` of everything but GET', examples: ['uE3Cj1hUq4N5wq2b0mCw2r9hYyV0Wm6oP7c5m9n8xQk'] }),
});

export const setUp = defineRoute({
  method: 'post',
  path: '/console/api/setup',
  tag: 'console',
  summary: { en: 'Create the first administrator', zh: '创建第一个管理员' },
  description: 'With the token of the one-time link that the start prints while there is no administrator: valid until it is used, for 24 hours at most. Signs in. Five failures lock it as they lock signing in.',
  auth: 'none',
  body: z.object({
    token: z.string().min(1).max(128).meta({ description: 'What follows `#` in the link', examples: ['hZ3kq0mU9s1vX5b7n2c4d6f8g0h1j3k5l7p9r1t3w5y'] }),
    username: newUsername,
    password: newPassword,
  }),
  data: signedIn,
  errors: ['FORBIDDEN'],
});

export const signIn = defineRoute({
  method: 'post',
  path: '/console/api/session',
  tag: 'console',
  summary: { en: 'Sign in', zh: '登录控制台' },
  description: 'Sets the cookie `weapp_hub_console` for 12 hours. After five failures of one name from one address within 15 minutes: `RATE_LIMITED`, with `Retry-After`.',
  auth: 'none',
  body: z.object({
    username,
    password: z.string().min(1, 'must not be empty').max(256, 'must be at most 256 characters')
      .meta({ description: 'The password', examples: ['correct-horse-battery'] }),
  }),
  data: signedIn,
  errors: ['UNAUTHENTICATED'],
});

export const showSession = defineRoute({
  method: 'get',
  path: '/console/api/session',
  tag: 'console',
  summary: { en: 'Who is signed in', zh: '查看当前登录的账号' },
  auth: 'agent',
  data: signedIn,
});

export const signOut = defineRoute({
  method: 'delete',
  path: '/console/api/session',
  tag: 'console',
  summary: { en: 'Sign out', zh: '退出控制台' },
  description: 'Ends the session on every worker.',
  auth: 'agent',
  data: z.null(),
});
