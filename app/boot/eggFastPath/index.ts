import type { Application } from 'egg';
import egg = require('egg/package.json');
import { notify } from '../../lib/process/instanceLog';
import { answerTexts } from './answers';
import { followNoContext } from './contexts';
import { rememberRoutes } from './routes';
import { shareServiceGetters } from './services';

/** The minor version of Egg whose internals this code knows. */
const MADE_FOR = '3.34';

/**
 * Removes from each request the work of Egg that this application does not use. Services, routes, contexts and events
 * stay as they are, but `app.currentContext` is undefined. With another minor version of Egg, whose internals may
 * differ, nothing is changed and one line is logged.
 */
export function takeFastPath(app: Application): void {
  if (!egg.version.startsWith(`${MADE_FOR}.`)) {
    const text = `The fast path through Egg is off: it is made for Egg ${MADE_FOR}, and this is ${egg.version}. Everything works, somewhat slower.`;
    return notify(app.messenger, { about: 'fast-path-off', level: 'warn', text });
  }
  followNoContext(app);
  shareServiceGetters(app);
  rememberRoutes(app);
  answerTexts(app);
}
