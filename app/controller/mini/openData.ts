import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Decrypts the user information that WeChat encrypted with the caller's session_key. */
export const unionId: Handler<typeof schema.unionId> = (ctx, { body }) => ctx.service.openData.userInfo(ctx.login, body);

/** Gets the phone number: with the code of the phone-number button, or from encrypted data. */
export const phone: Handler<typeof schema.phone> = (ctx, { body }) => {
  const { openData } = ctx.service;
  return 'code' in body ? openData.phoneByCode(ctx.login, body.code) : openData.phone(ctx.login, body);
};
