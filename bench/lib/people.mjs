import { hash } from 'node:crypto';

/** The openid of whoever sent the push with this MsgId: one to each. @param {string} id */
export const openidOf = id => `o${hash('sha1', id, 'base64url')}`;
