import { z } from 'zod';
import { documentOf } from '../../schema/openapi/document';
import type { RouteSpec } from '../../schema/route';
import { callRoutes } from './calls';
import { codeRoutes } from './codes';
import { imRoutes } from './im';
import { peopleRoutes } from './people';
import { phoneRoutes } from './phone';
import { pushRoutes } from './push';
import { pushAddressRoutes } from './pushAddress';
import { qrcodeRoutes } from './qrcodes';
import type { ControlRoute } from './route';
import { stateRoutes } from './state';
import { templateRoutes } from './templates';

export const CONTROL_PREFIX = '/sandbox/api';

/** Every call of the control API. */
export const ROUTES: ControlRoute[] = [...codeRoutes, ...peopleRoutes, ...pushRoutes, ...pushAddressRoutes, ...callRoutes, ...stateRoutes, ...templateRoutes, ...phoneRoutes, ...qrcodeRoutes, ...imRoutes];

/** The control API as the OpenAPI documents show it. */
export function controlSpecs(): RouteSpec[] {
  return ROUTES.map(({ method, path, summary, schema, data = z.unknown() }) => ({
    method: method.toLowerCase() as Lowercase<typeof method>,
    path: CONTROL_PREFIX + path,
    tag: 'sandbox',
    summary,
    auth: 'none',
    ...(method === 'POST' ? { body: schema } : { params: schema, query: schema }),
    data,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  }));
}

/** The OpenAPI 3.1 document of the control API alone. */
export function controlDocument(): object {
  return documentOf({
    title: 'weapp-hub: the simulated WeChat', version: '1',
    description: 'How a test, or a person, steers the sandbox. Calls to this machine alone, as JSON, and none from pages of another origin. Every answer is HTTP 200.',
  }, controlSpecs());
}
