import type { Application } from 'egg';

/** Matches that are remembered, at most, and the longest path of one: paths come from outside. */
const MOST = 1000;
const LONGEST = 256;

/** What Egg's router finds for a path: layers are its routes. */
interface Match {
  path: object[];
  pathAndMethod: object[];
  route: boolean;
}

interface Router {
  stack: object[];
  match(path: string, method: string): Match;
}

/** Egg's router tries the pattern of every route at each request; a path that has been seen is looked up. */
export function rememberRoutes(app: Application): void {
  const router = app.router as unknown as Router;
  const search = router.match.bind(router);
  const known = new Map<string, Match>();
  let count = 0;
  let last: object | undefined;
  router.match = (path, method) => {
    const { stack } = router;
    // A route has come or gone: those who add one later than Egg's start are served too.
    if (stack.length !== count || stack[count - 1] !== last) {
      count = stack.length;
      last = stack[count - 1];
      known.clear();
    }
    const key = `${method} ${path}`;
    let match = known.get(key);
    if (!match) {
      match = search(path, method);
      if (!match.route || key.length > LONGEST) return match;
      // Begun anew, so that whoever makes paths up takes nobody's place for good.
      if (known.size >= MOST) known.clear();
      known.set(key, match);
    }
    // `path` becomes `ctx.matched`, which is the request's own.
    return { path: match.path.slice(), pathAndMethod: match.pathAndMethod, route: true };
  };
}
