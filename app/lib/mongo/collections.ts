/** Every collection that the application writes to. A test compares it with the models. */
export const COLLECTIONS = [
  'accessTokens', 'auditLog', 'conversations', 'counters', 'erasures', 'follows', 'imAccounts', 'imNotices', 'instances', 'jobs', 'keepers', 'leases', 'loginCodes', 'media',
  'mediaChecks', 'messages', 'news', 'notes', 'openids', 'outbox', 'rateLimits', 'replyRules', 'scenes', 'sessions', 'subscriptions', 'syncs', 'templates', 'users',
] as const;

export type CollectionName = (typeof COLLECTIONS)[number];
