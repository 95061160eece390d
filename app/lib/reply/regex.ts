import { RE2JS, RE2JSException } from 're2js';

/**
 * Largest program, in RE2's instructions. A program takes time in proportion to its size times the text's, and counted
 * repetitions make it large: `[\pL\pN]{1000}` would take 200 ms for one text.
 */
const MAX_INSTRUCTIONS = 600;

/**
 * Compiles a regular expression of RE2, which takes linear time for any text: no back-references, no look-around.
 * @return the reason, as a text, when it does not compile
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compileRegex(source: string): RE2JS | string {
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source);
  } catch (error) {
    // Any error, those of the library's own faults included, because anybody may have written the source.
    return (error instanceof RE2JSException ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be compiled').slice(0, 200);
  }
  return regex.programSize() > MAX_INSTRUCTIONS ? 'it is too large: fewer or smaller counted repetitions are needed' : regex;
}
