import { join } from 'node:path';
import type { Env } from '../../../config/env';
import { Keeping } from '../../boot/keeping';
import { MetricsExchange } from '../../lib/metrics/exchange';
import { openApiDocument } from '../../schema/openapi';
import { Administrators, type AdminStore, type GuardStore } from '../../lib/console/administrators';
import { SignInAttempts, type AttemptStore } from '../../lib/console/attempts';
import { PageFiles } from '../../lib/console/files';
import { Hub } from '../../custom/hub';
import { Cached } from '../../lib/async/cached';
import { Slots } from '../../lib/async/slots';
import { Burst } from '../../lib/log/burst';
import { RateLimiter, type RateStore } from '../../lib/http/rateLimiter';
import type { Language } from '../../lib/language/texts';
import { one } from './one';
import { environment } from './environment';
import { metrics } from './upstream';

const rateLimiter = (name: string, perMinute: (env: Env) => number) => one(app => new RateLimiter({
  name, perMinute: perMinute(environment(app)), store: () => app.model.RateLimit.collection as unknown as RateStore,
}));
export const loginLimiter = rateLimiter('login', ({ rateLimit }) => rateLimit.loginPerMinute);
export const userLimiter = rateLimiter('user', ({ rateLimit }) => rateLimit.userPerMinute);
export const administrators = one(app => new Administrators({
  admins: () => app.model.Admin.collection as unknown as AdminStore, guards: () => app.model.ConsoleSetup.collection as unknown as GuardStore,
}));
export const signInAttempts = one(app => new SignInAttempts(() => app.model.SignInFailure.collection as unknown as AttemptStore));
export const consoleFiles = one(app => new PageFiles(join(app.baseDir, 'app/public/console')));
export const phoneFiles = one(app => new PageFiles(join(app.baseDir, 'app/public/sandbox')));
/** Exports of people's data that run at once in a process. */
export const copies = one(() => new Slots(4));
/** The interface for the team's own code: see docs/custom.md. */
export const hub = one(app => new Hub(app));
/** The OpenAPI document of a language, as JSON. Each is written once: it takes 0.1 s and never changes. */
export const openApi = one(app => {
  const written: Partial<Record<Language, Promise<Buffer>>> = {};
  // The sandbox's code is loaded only where the sandbox is on.
  const sandbox = async () => (environment(app).sandbox ? (await import('../../sandbox/control/specs')).controlSpecs() : []);
  const write = async (language: Language) => Buffer.from(JSON.stringify(openApiDocument(app.config.pkg.version, await sandbox(), language)));
  return (language: Language) => {
    written[language] ??= write(language);
    return written[language];
  };
});
/** Keeps the console's lists up to date, in groups. */
export const keeping = one(app => new Keeping(app));
export const outboxCounts = one(app => new Cached(() => app.createAnonymousContext().service.metrics.countOutbox(), 1_000));
export const metricsExchange = one(app => new MetricsExchange(app.messenger, metrics(app).registry));
/** Lines per second and worker that strangers can cause. */
const MOST_OF_STRANGERS = 10;
/** Bounds the lines about refused requests, so that a flood of requests cannot fill the disk. */
export const strangers = one(app => new Burst(MOST_OF_STRANGERS, held => app.logger.warn('%d more requests like these were refused within a second', held)));
