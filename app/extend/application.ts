import type { Application } from 'egg';
import * as environment from './parts/environment';
import * as wechat from './parts/wechat';
import * as database from './parts/database';
import * as pushes from './parts/pushes';
import * as outbox from './parts/outbox';
import * as operations from './parts/operations';
import * as im from './parts/im';
import { metrics } from './parts/upstream';

type Made<Part> = { readonly [Name in keyof Part]: Part[Name] extends (app: Application) => infer Thing ? Thing : never };

/** The objects of which a process has one: each is a property of `app`, and is made at its first use. */
type Things = Made<typeof environment> & Made<typeof wechat> & Made<typeof database> & Made<typeof pushes> & Made<typeof outbox> & Made<typeof operations> & Made<typeof im> & Made<{ metrics: typeof metrics }>;

/** Getters, so that nothing is made before it is needed. */
function gettersOf(things: object): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(things).map(([name, make]: [string, (app: Application) => unknown]) => [name, {
    get(this: Application) { return make(this); },
    configurable: true,
    enumerable: true,
  }]));
}

const things: object[] = [{ metrics }, environment, wechat, database, pushes, outbox, operations, im];

export default Object.defineProperties({}, gettersOf(Object.assign({}, ...things))) as Things;
