const CHINESE = /\p{Script=Han}/u;

/**
 * What a value has to look like, by the kind that its key begins with:
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
const FIELDS: Record<string, (value: string) => boolean> = {
  thing: value => length(value) <= 20,
  number: value => length(value) <= 32 && /^-?\d+(\.\d+)?$/.test(value),
  letter: value => /^[A-Za-z]{1,32}$/.test(value),
  symbol: value => length(value) <= 5 && /^[^\p{L}\p{N}]+$/u.test(value),
  character_string: value => length(value) <= 32 && !CHINESE.test(value),
  phrase: value => length(value) <= 5 && /^\p{Script=Han}+$/u.test(value),
  name: value => length(value) <= (CHINESE.test(value) ? 10 : 20) && /^[\p{L}\p{M}\s.·'-]+$/u.test(value),
  time: value => /^(\d{4}\S*\d{1,2}\S*\d{1,2}\S*\s*)?\d{1,2}:\d{2}(:\d{2})?(\s*~.*)?$/.test(value),
  date: value => /^\d{4}(年|-|\/|\.)\d{1,2}(月|-|\/|\.)\d{1,2}日?(\s+\d{1,2}:\d{2}(:\d{2})?)?(\s*~.*)?$/.test(value),
  amount: value => /^[^\p{L}\p{N}]?\d{1,10}(\.\d+)?元?$/u.test(value),
  phone_number: value => /^[+\d() -]{1,17}$/.test(value),
  car_number: value => length(value) <= 8,
};

/** What is wrong with a value, in WeChat's words; undefined when nothing is, or the key is of no known kind. */
export function fieldProblem(key: string, value: string | undefined): string | undefined {
  if (value === undefined || value === '') return 'is empty';
  const kind = /^([a-z_]+?)\d+$/.exec(key)?.[1] ?? '';
  if (!Object.hasOwn(FIELDS, kind)) return undefined;
  return FIELDS[kind](value) ? undefined : 'invalid';
}

function length(value: string): number {
  return [...value].length;
}
