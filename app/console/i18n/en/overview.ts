export default {
  overview: {
    range: 'Time range', range24h: '24 hours', range7d: '7 days', range30d: '30 days', metrics: 'Figures',
    people: 'New people', logins: 'Logins', followers: 'Followers gained', pushes: 'Pushes received', sent: 'Messages sent', failed: 'Messages failed',
    health: 'Health', fine: '{n} check is fine | {n} checks are fine', share: '{n} app: {detail} | {n} apps: {detail}', problems: 'Latest problems', noProblems: 'All is well', noProblemsAdvice: 'Messages that failed and pushes that could not be handled will show up here.',
  },
  health: {
    ok: 'OK', warn: 'Warning', no: 'Problem', database: 'Database', clock: 'Clock', spool: 'Spool', queue: 'Queue', token: 'Access token', whitelist: 'IP whitelist', callback: 'Message push', im: 'Tencent IM',
    secret: 'AppSecret', push: 'Message push', last_push: 'Last push', push_address: 'Push address', ip_whitelist: 'IP whitelist', quota: 'Quota', phone_packs: 'Phone number packs', push_address_quota: 'Push address, quota', wechat_clock: 'Clock, against WeChat\'s', im_callback: 'IM callback',
  },
  stateName: { ready: 'Waiting', leased: 'Sending', sent: 'Sent', failed: 'Failed', dead: 'Given up', unknown: 'Unknown', received: 'Received', handled: 'Handled', running: 'Running', paused: 'Paused', stopped: 'Stopped', done: 'Done' },
  stateHelp: {
    ready: 'Waits in the queue', leased: 'Is being sent', sent: 'WeChat took it', failed: 'WeChat refused it; it is not tried again', dead: 'All tries were used up', unknown: 'It may or may not have arrived; it is not sent twice by itself', received: 'Received, to be handled', handled: 'Received and handled',
    running: 'In progress', paused: 'Paused; it can go on', stopped: 'Stopped for good', done: 'All done',
  },
};
