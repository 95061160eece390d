import { hash } from 'node:crypto';

/** The openid of the sender of the push with this MsgId: each push has another one. @param {string} id */
export const openidOf = id => `o${hash('sha1', id, 'base64url')}`;
