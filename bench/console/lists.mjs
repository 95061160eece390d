import { APP } from '../lib/app.mjs';
import { DAY, followerOf, nickNameOf, OFFICIAL, personOf, phoneOf, SMALL, smallOf, unionidOf, userIdOf } from './people.mjs';
import { LARGE_JOB, TALKER } from './talk.mjs';

const FILTERS = ['open', 'unread', 'mine', 'closed'];
const STATES = ['ready', 'sent', 'failed', 'dead', 'unknown'];
const KINDS = ['custom', 'subscribe', 'template', 'webhook'];

/** Everything that the console asks, with the filters that there are: `list` is looked at page after page. */
export function questions({ now }) {
  const query = filters => new URLSearchParams(filters).toString();
  const lists = (path, filters) => filters.map(each => ({ path: query(each) === '' ? path : `${path}?${query(each)}`, list: true }));
  const since = days => new Date(now - days * DAY).toISOString();
  const someone = 4242;
  return [
    ...lists('/users', [
      {}, { limit: 200 }, { q: personOf(someone) }, { q: unionidOf(someone) }, { q: nickNameOf(someone) }, { q: '小' }, { q: '小明' }, { q: 'Anna' }, { q: 'nobody' }, { q: phoneOf(someone) }, { q: 'im-1000' }, { q: userIdOf(someone) }, { q: followerOf(4241) },
      { appid: APP.appid }, { appid: OFFICIAL }, { appid: SMALL }, { following: true }, { following: false }, { tag: 100 }, { tag: 101 }, { tag: 100, seenSince: since(1) },
      { seenSince: since(1) }, { seenSince: since(60) }, { appid: APP.appid, seenSince: since(1) }, { appid: SMALL, seenSince: since(10) }, { appid: SMALL, following: true }, { appid: APP.appid, following: true },
      { appid: APP.appid, following: false }, { appid: OFFICIAL, seenSince: since(1) }, { following: true, seenSince: since(1) }, { following: false, seenSince: since(1) }, { q: '小', following: false }, { q: '小', appid: SMALL }, { q: '小', seenSince: since(1) }, { q: '小', tag: 100 },
    ]),
    ...lists('/conversations', FILTERS.flatMap(filter => [{ filter }, { filter, limit: 200 }, ...[APP.appid, OFFICIAL, SMALL].map(appid => ({ filter, appid })), { filter, q: '小' }])),
    ...lists('/conversations', [{ q: personOf(someone) }, { q: smallOf(107) }, { q: nickNameOf(someone) }, { q: phoneOf(someone) }, { q: unionidOf(someone) }, { q: 'Anna', appid: SMALL }]),
    ...lists('/outbox', [
      {}, { limit: 200 }, ...STATES.map(state => ({ state })), ...KINDS.map(kind => ({ kind })), { state: 'dead', kind: 'custom' }, { appid: APP.appid }, { appid: OFFICIAL }, { appid: SMALL }, { appid: SMALL, state: 'dead' },
      { appid: SMALL, kind: 'template' }, { appid: OFFICIAL, state: 'unknown', kind: 'webhook' }, { openid: personOf(4241) }, { openid: personOf(4241), state: 'sent' }, { appid: APP.appid, openid: personOf(4241), kind: 'custom' },
    ]),
    ...lists('/audit', [{}, { limit: 200 }, { who: 'admin' }, { who: 'anna' }, { who: 'nobody' }, { action: 'user.phone' }, { who: 'admin', action: 'user.phone' }, { who: 'nobody', action: 'user.phone' }, { who: 'anna', action: 'app.create' }]),
    ...lists('/broadcasts', [{}, { limit: 200 }]),
    ...lists('/jobs', [{ kind: 'broadcast' }]),
    ...lists('/qrcodes', [{}, { appid: SMALL }]),
    ...lists('/rules', [{}]), ...lists('/apps', [{}]), ...lists('/admins', [{}]),
    ...[
      `/users/${userIdOf(someone)}`, `/users/${userIdOf(TALKER)}`, ...['24h', '7d', '30d'].map(range => `/overview?range=${range}`), `/tags?appid=${OFFICIAL}`, '/templates',
      '/outbox/bench-row-4242', `/jobs/${LARGE_JOB}`, '/session',
      `/conversations/${APP.appid}:${personOf(TALKER)}/messages?before=${since(7)}`, `/conversations/${APP.appid}:${personOf(4242)}/messages?before=${since(7)}`,
    ].map(path => ({ path })),
    ...[TALKER, someone].map(person => ({ path: `/conversations/${APP.appid}:${personOf(person)}/messages`, list: true, by: 'before' })),
    ...[
      { granted: true }, { granted: true, appid: APP.appid }, { granted: true, following: true }, { granted: true, tag: 100 }, { granted: true, seenSince: since(7) }, { granted: true, following: true, seenSince: since(7), tag: 100 },
    ].flatMap(audience => ['bench-template', 'bench-seldom'].map(templateId => ({
      path: `/broadcasts?count=1 ${JSON.stringify(audience)} ${templateId}`, count: { appid: APP.appid, templateId, data: { thing1: { value: 'x' } }, audience },
    }))),
  ];
}
