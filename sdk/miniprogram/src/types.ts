import type { paths } from './api';
import type { Method } from './request';

type Operation<P extends keyof paths, M extends Method> = Lowercase<M> extends keyof paths[P] ? paths[P][Lowercase<M>] : never;
type Enveloped<T> = T extends { code: 1; data: infer D } ? D : never;

/** `data` of a call, as the hub's OpenAPI document describes it. */
export type DataOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: { 200: { content: { 'application/json': infer A } } } } ? Enveloped<A> : never;

export type { paths };
export type Phone = DataOf<'/api/phone', 'POST'>;
export type OpenData = DataOf<'/api/unionId', 'POST'>;
export type Follow = DataOf<'/api/follow', 'GET'>;
export type Me = DataOf<'/api/me', 'GET'>;
