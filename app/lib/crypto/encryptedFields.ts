import type { PhoneNumber } from '../wechat/endpoints/phone';

/** Every field, as `collection.field`, whose `cipher` a FieldCipher has written. What is not listed here is not re-encrypted. */
export const ENCRYPTED_FIELDS = ['users.phone', 'openids.sessionKey', 'accessTokens.token', 'apps.secret', 'apps.token', 'apps.aesKey', 'erasures.person'] as const;

export type EncryptedField = (typeof ENCRYPTED_FIELDS)[number];

/** Where a text is stored, as FieldCipher takes it. @param id the document's `_id` */
export function fieldAad(field: EncryptedField, id: string): string {
  return `${field}.${id}`;
}

/** The spelling of a phone number that its blind index is made of. */
export function phoneIndexText({ countryCode, purePhoneNumber }: Pick<PhoneNumber, 'countryCode' | 'purePhoneNumber'>): string {
  return `${countryCode}:${purePhoneNumber}`;
}
