export default {
  people: {
    person: 'Person', noName: 'No nickname', accounts: 'Accounts', following: 'Following', following_true: 'Following', following_false: 'Not following', following_null: 'Not known', phone: 'Phone', lastSeen: 'Last seen', tags: 'Tags', tag: 'Tag', seen: 'Seen', seenDays: 'last day | last {n} days', csv: 'Export CSV', messagesCsv: 'Export messages',
    none: 'Nobody yet', noneAdvice: 'People show up here once they log in to your mini-program or follow your account.', nothingAdvice: 'Nicknames match from their beginning; openid, unionid, phone and IM ID must be whole.',
    showPhone: 'Show', phoneAudited: 'Shows the whole number and notes it in the audit log', noPhone: 'not given', profile: 'Profile', gender: 'Gender', gender_0: 'not known', gender_1: 'male', gender_2: 'female', place: 'Region', created: 'First seen', toTalk: 'Talk', followHistory: 'Follow history', grants: 'Subscriptions', noGrants: 'No subscriptions.', remaining: '{n} left', sessions: 'Sessions', noSessions: 'Not logged in.', revoke: 'Sign out everywhere', revoked: 'No session was open | {n} session ended | {n} sessions ended',
    notes: 'Notes', noNotes: 'No notes yet.', addNote: 'Add note', noteKept: 'Note saved', timeline: 'Timeline', noTimeline: 'Nothing has been said yet.', export: 'Export', erase: 'Erase', eraseWhat: 'This erases the person\'s profile, sessions, messages, subscriptions and notes in all apps. It cannot be undone.', eraseType: 'To confirm, type:', eraseGo: 'Erase for good', erased: 'The person is erased',
  },
  appKind: { miniprogram: 'Mini-program', official: 'Official account' },
  grantStatus: { accept: 'accepted', reject: 'rejected', ban: 'banned' },
  followScene: { ADD_SCENE_SEARCH: 'search', ADD_SCENE_QR_CODE: 'QR code', ADD_SCENE_PROFILE_CARD: 'shared card', ADD_SCENE_PROFILE_LINK: 'name in an article', ADD_SCENE_PROFILE_ITEM: 'article menu', ADD_SCENE_PAID: 'after a payment', ADD_SCENE_WECHAT_ADVERTISEMENT: 'advertisement', ADD_SCENE_ACCOUNT_MIGRATION: 'migration', ADD_SCENE_OTHERS: 'other' },
};
