import type { Answer, Item } from '../../api/types';

export type Conversation = Item<'/console/api/conversations'>;
export type Talk = Answer<'get', '/console/api/conversations/{id}/messages'>;
export type Entry = Talk['items'][number];
export type Window = Talk['window'];
export type Grant = Talk['templates'][number];
