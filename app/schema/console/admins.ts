import { z } from 'zod';
import { defineRoute } from '../route';
import { newPassword, newUsername, role, time, username } from './fields';
import { listQuery, page } from './list';

const admin = z.object({
  username,
  role,
  createdAt: time('Since when the name exists'),
  lastSignInAt: time('When somebody last signed in with it').nullable(),
});
const params = z.object({ name: username });

export const listAdmins = defineRoute({
  method: 'get',
  path: '/console/api/admins',
  tag: 'console',
  summary: { en: 'Who may sign in to the console', zh: '列出控制台账号' },
  auth: 'admin',
  query: listQuery({}),
  data: page(admin),
});

export const createAdmin = defineRoute({
  method: 'post',
  path: '/console/api/admins',
  tag: 'console',
  summary: { en: 'Let somebody in', zh: '添加控制台账号' },
  auth: 'admin',
  body: z.object({ username: newUsername, password: newPassword, role }),
  data: admin,
  errors: ['CONFLICT'],
});

export const changeAdmin = defineRoute({
  method: 'patch',
  path: '/console/api/admins/:name',
  tag: 'console',
  summary: { en: 'Change a password or a role', zh: '修改密码或角色' },
  description: 'Ends the sessions of that name. The last administrator cannot be made an agent.',
  auth: 'admin',
  params,
  body: z.object({ password: newPassword.optional(), role: role.optional() })
    .refine(({ password, role: wanted }) => password !== undefined || wanted !== undefined, 'send a password, a role or both'),
  data: admin,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const removeAdmin = defineRoute({
  method: 'delete',
  path: '/console/api/admins/:name',
  tag: 'console',
  summary: { en: 'Let somebody in no more', zh: '删除控制台账号' },
  description: 'Ends the sessions of that name. The last administrator cannot be removed.',
  auth: 'admin',
  params,
  data: z.null(),
  errors: ['NOT_FOUND', 'CONFLICT'],
});
