/** Names that WeChat's own interfaces, and older servers, use for fields with another name here. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  code: ['js_code', 'jscode', 'auth_code', 'phonecode'],
  openid: ['touser', 'fromusername'],
  templateId: ['tmplid', 'pritmplid'],
  unionid: ['userunionid'],
};
/** A name that comes from outside is repeated only when it has this form. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Whether a name may be repeated to the caller that sent it. */
export function isShown(name: string): boolean {
  return NAME.test(name);
}

/** Whether two names differ in case, `_` and `-` only. */
export function isSameName(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/**
 * The given name that probably stands for a wanted one: the same but for case, one of WeChat's own names for it, or one
 * with a typing mistake.
 * @return undefined when none does
 */
export function meantBy(wanted: string, given: readonly string[]): string | undefined {
  const shown = given.filter(isShown);
  const aliases = (ALIASES[wanted] ?? []).map(plain);
  return shown.find(name => isSameName(name, wanted))
    ?? shown.find(name => aliases.includes(plain(name)))
    ?? shown.find(name => isNear(plain(name), plain(wanted)));
}

function plain(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}

function isNear(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  if (shorter < 4) return false;
  return distance(one, other) <= (shorter < 6 ? 1 : 2);
}

/**
 * The number of letters that must be inserted, removed, replaced or swapped with the next one (optimal string
 * alignment).
 */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Infinity;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_each, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[one.length][other.length];
}
