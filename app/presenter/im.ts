import type { ImAccountDocument } from '../model/imAccount';

/** An IM user for other backends. */
export function presentImAccount({ _id, appid, openid, templateId, fields, state, stateAt }: ImAccountDocument) {
  return {
    userId: _id,
    appid: appid ?? null,
    openid: openid ?? null,
    templateId: templateId ?? null,
    fields: fields ?? null,
    state: state ?? null,
    stateAt: stateAt?.toISOString() ?? null,
  };
}

/** The UserSig with which a client logs in to IM. */
export function presentImLogin({ sdkAppId, userId, userSig, expiresAt }: { sdkAppId: number; userId: string; userSig: string; expiresAt: Date }) {
  return { sdkAppId, userId, userSig, expiresAt: expiresAt.toISOString() };
}
