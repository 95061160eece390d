export default {
  apps: {
    add: 'Add app', edit: 'Edit app', none: 'No apps yet', noneAdvice: 'Add your mini-program or official account, then paste its URL, Token and EncodingAESKey into WeChat.', noneSeen: 'No apps yet', kind: 'Kind', name: 'Name', mode: 'Message encryption', secretKept: 'Leave empty to keep it', random: 'Random', badAppid: 'Letters, digits, _ and - only', badToken: '3 to 32 letters or digits', badAesKey: '43 letters or digits', pasteLater: 'Once saved, paste the URL, Token and EncodingAESKey into “message push” of WeChat\'s admin pages.', saved: 'Saved; in force on every process within 2 seconds',
    check: 'Check', paste: 'Paste into the message push settings at WeChat', lastPush: 'Last push received', noPush: 'No push yet. Paste the values above into WeChat, then send a message.', lastRefused: 'Last push refused', readOnly: 'Read-only: from the configuration', removeAsk: 'Remove the app “{name}”?', removeWhat: 'Its pushes are no longer taken, and nothing is sent in its name. People and messages stay.',
  },
  pushMode: { secure: 'Secure mode', compat: 'Compatible mode', plain: 'Plain mode' },
};
