import type { Application } from 'egg';
import egg = require('egg/package.json');
import { notify } from '../../lib/process/instanceLog';
import { answerTexts } from './answers';
import { followNoContext } from './contexts';
import { rememberRoutes } from './routes';
import { shareServiceGetters } from './services';

/** The minor version of Egg whose insides are known here. */
const MADE_FOR = '3.34';

/**
 * Takes off every request what Egg does for it and nobody here has use for. Services, routes, contexts and events are what
 * they were, but for `app.currentContext`, which is undefined. Left alone, with one line in the log, is an Egg of another
 * minor version: its insides may have changed.
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
