import type { PhoneNumber } from '../wechat/endpoints/phone';

/**
 * Every field, as `collection.field`, whose `cipher` a FieldCipher has written. Rekeying skips fields that are not
 * listed here.
 */
export const ENCRYPTED_FIELDS = ['users.phone', 'openids.sessionKey', 'accessTokens.token', 'apps.secret', 'apps.token', 'apps.aesKey', 'erasures.person'] as const;

export type EncryptedField = (typeof ENCRYPTED_FIELDS)[number];

/** The place of a stored text, as FieldCipher takes it. @param id the document's `_id` */
export function fieldAad(field: EncryptedField, id: string): string {
  return `${field}.${id}`;
}

/** The spelling of a phone number from which its blind index is made. */
export function phoneIndexText({ countryCode, purePhoneNumber }: Pick<PhoneNumber, 'countryCode' | 'purePhoneNumber'>): string {
  return `${countryCode}:${purePhoneNumber}`;
}
