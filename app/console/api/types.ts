import type { paths } from './schema';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Paths = keyof paths;
/** The paths that take a method. */
export type PathsOf<M extends Method> = { [P in Paths]: paths[P] extends { [K in M]: object } ? P : never }[Paths];

type Operation<M extends Method, P extends Paths> = paths[P] extends { [K in M]: infer O } ? O : never;
type Content<T> = T extends { content: { 'application/json': infer C } } ? C : never;
type Enveloped<T> = T extends { code: 1; data: infer D } ? D : never;

/** `data` of a call's answer, as our own OpenAPI document has it. */
export type Answer<M extends Method, P extends Paths> = Operation<M, P> extends { responses: { 200: infer R } } ? Enveloped<Content<R>> : never;
/** What a call takes as its body. */
export type Body<M extends Method, P extends Paths> = Operation<M, P> extends { requestBody: infer R } ? Content<R> : Operation<M, P> extends { requestBody?: infer R } ? Content<NonNullable<R>> : never;
/** One item of a list. */
export type Item<P extends PathsOf<'get'>> = Answer<'get', P> extends { items: Array<infer I> } ? I : never;
