export default {
  common: {
    retry: 'Try again', save: 'Save', cancel: 'Cancel', add: 'Add', edit: 'Edit', remove: 'Remove', copy: 'Copy', copied: 'Copied', back: 'Back', more: 'Load more', all: 'All', none: 'None',
    requestId: 'Request ID', loading: 'Loading…', app: 'App', allApps: 'All apps', state: 'State', time: 'Time', download: 'Download', details: 'Details', actions: 'Actions',
    saved: 'Saved', removed: 'Removed', nothing: 'Nothing matches', nothingAdvice: 'Try other filters, or clear them.', clearFilters: 'Clear filters', endOfList: 'That is all', optional: 'optional', readOnly: 'Read-only', keys: 'j / k to move, Enter to open',
  },
  error: {
    unreachable: 'The server cannot be reached. Check the network and try again.', server: 'The server did not give a valid answer. Try again in a moment.', page: 'Something went wrong on this page. Reload it and try again.',
  },
  time: { now: 'just now', hoursMinutes: '{h} h {m} min', minutes: '{m} min' },
  role: { admin: 'Administrator', agent: 'Agent' },
  shell: {
    skip: 'Skip to content', openMenu: 'Open menu', menu: 'Menu', lost: 'The live connection to the server is down; reconnecting. What you see may be out of date.',
    theme: 'Appearance', light: 'Light', dark: 'Dark', system: 'System', language: 'Language', signOut: 'Sign out',
  },
  nav: { overview: 'Overview', conversations: 'Conversations', people: 'People', queue: 'Queue', replies: 'Auto-replies', notifications: 'Notifications', apps: 'Apps', team: 'Team & audit' },
  search: { open: 'Search people or pages', placeholder: 'Beginning of a nickname, openid, unionid, phone number, IM ID', hits: 'Results', page: 'Page', nothing: 'Nothing found. Enter a whole openid, unionid or phone number, or the beginning of a nickname.' },
  signin: {
    title: 'Sign in to the console', username: 'Username', password: 'Password', go: 'Sign in', wrong: 'Wrong username or password.', locked: 'Too many failures. Try again in {n} minute. | Too many failures. Try again in {n} minutes.', help: 'Forgot your password? Ask another administrator to set a new one under “Team & audit”.',
  },
  setup: {
    title: 'Create the first administrator', subtitle: 'Choose the username and password you will sign in with.', again: 'Password again', go: 'Create and sign in', tooShort: 'At least {n} characters', atLeast: 'At least {n} characters', differs: 'The passwords differ',
    noToken: 'This link is incomplete. Copy the whole one-time link that the start printed in the terminal.', refused: 'This link has been used or has expired. While there is no administrator, restarting the service prints a new one.', toSignIn: 'Have an account? Sign in',
  },
  notFound: { title: 'Page not found', advice: 'The address may be wrong, or the page has moved.', home: 'Back to the overview' },
};
