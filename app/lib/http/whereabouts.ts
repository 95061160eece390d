import type { Message } from '../language/message';

/** A route as the router knows it: its path is a pattern such as `/api/x/:id` or `/public/*`. */
export interface Route {
  path: string;
  methods: readonly string[];
}

/**
 * A hint for a caller whose request no route takes.
 * @param path as it came
 * @param routes all routes
 * @param fitting those of them whose path fits, but not the method
 * @return the methods that the path takes, or the right spelling of the path; undefined when no route is similar
 */
export function whereabouts(path: string, routes: readonly Route[], fitting: readonly Route[]): Message | undefined {
  if (fitting.length > 0) {
    const methods = new Set(fitting.flatMap(route => route.methods).filter(method => method !== 'HEAD'));
    return { key: 'methodsTaken', params: { methods: [...methods].sort().join(', ') } };
  }
  const given = path.split('/').filter(segment => segment !== '');
  for (const route of routes) {
    const right = rightlyWritten(route.path.split('/').slice(1), given);
    if (right !== undefined && right !== path) return { key: 'writtenOtherwise', params: { right } };
  }
  return undefined;
}

/** A pattern filled with a path that fits it but for case and slashes; in the pattern's own spelling. */
function rightlyWritten(pattern: string[], given: string[]): string | undefined {
  const rest = pattern.at(-1) === '*' ? pattern.length - 1 : Infinity;
  if (given.length !== pattern.length && given.length <= rest) return undefined;
  const written: string[] = [];
  for (const [index, segment] of given.entries()) {
    const wanted = pattern[index];
    if (index >= rest || wanted?.startsWith(':')) written.push(segment);
    else if (wanted?.toLowerCase() === segment.toLowerCase()) written.push(wanted);
    else return undefined;
  }
  return `/${written.join('/')}`;
}
