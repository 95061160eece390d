/** Every collection that the application writes to. A test compares the list with the models. */
export const COLLECTIONS = [
  'accessTokens', 'admins', 'apps', 'auditLog', 'consoleSessions', 'consoleSetup', 'conversations', 'counters', 'erasures', 'follows', 'imAccounts',
  'imNotices', 'instances', 'jobs', 'keepers', 'leases', 'loginCodes', 'media', 'mediaChecks', 'messages', 'news', 'notes', 'openids', 'outbox',
  'pushNotes', 'rateLimits', 'replyRules', 'scenes', 'sessions', 'signInFailures', 'subscriptions', 'syncs', 'templates', 'users',
] as const;

export type CollectionName = (typeof COLLECTIONS)[number];
