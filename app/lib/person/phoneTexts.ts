import { phoneIndexText } from '../crypto/encryptedFields';

/** The country of a number without a country code. */
const HOME = '86';
const LONGEST_COUNTRY_CODE = 3;

/**
 * The spellings under which a phone number may be stored: `13800001234`, `+86 138 0000 1234`, `8613800001234`. A number
 * does not show where its country code ends: all possibilities are tried.
 * @return none for a text that is no phone number
 */
export function phoneTexts(asked: string): string[] {
  const written = asked.trim().replace(/^00/, '+').replace(/[\s().-]/g, '');
  if (!/^\+?\d{4,20}$/.test(written)) return [];
  const digits = written.replace('+', '');
  const lengths = Array.from({ length: LONGEST_COUNTRY_CODE }, (_, index) => index + 1);
  const international = lengths.map(length => ({ countryCode: digits.slice(0, length), purePhoneNumber: digits.slice(length) }));
  return [...written.startsWith('+') ? [] : [{ countryCode: HOME, purePhoneNumber: digits }], ...international].map(phoneIndexText);
}
