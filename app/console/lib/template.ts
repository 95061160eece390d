import type { Answer, Body } from '../api/types';

export type Template = Answer<'get', '/console/api/templates'>[number];
type Sent = Body<'post', '/console/api/conversations/{id}/messages'>;
type Subscribe = NonNullable<Sent['subscribe']>;
type OfOfficial = NonNullable<Sent['template']>;

/** A template with its values, as it is sent: of a subscription, or of an official account. */
export type Filled = { subscribe: Subscribe; template?: undefined } | { template: OfOfficial; subscribe?: undefined };
