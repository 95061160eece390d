import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { inParallel } from '../../support/load';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';
import type { Envelope } from '../../support/client';
import type { Check } from '../../../app/lib/diagnosis/check';
import type { OutboxDocument } from '../../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const LANGUAGES = ['en', 'zh-CN'] as const;
/** What any call may be answered. */
const BUSY = [-1, 45011];
const TOKENS = [40001, 40014, 42001];
const ANY = [40013, 41001, 43002, 44002, 44990, 44991, 45009, 47001, 48001];
const REFUSED = [40125, 40164, 40243];

interface Called {
  /** Of WeChat. */
  path: string;
  ask: [method: string, path: string, body?: () => object];
  /** What WeChat's page of the call names: said in words of ours. */
  codes?: number[];
  /** What it names, too, and is told in WeChat's words. */
  plain?: number[];
  /** Errors of their own; LEFT_OUT: the call succeeds, and says who it was not done for. */
  named?: Record<number, string>;
  /** The call brings the AppSecret along instead of an access_token. */
  secret?: true;
  auth?: 'session' | 'none';
}

const one = (body: object) => () => body;
const PEOPLE = one({ openids: ['oSomebody'] });
const PERSON = { openid: 'oSomebody', scene: 'comment' };
const CODE = () => ({ code: randomUUID() });
const LINK = [40002, 40165, 40212, 44993, 85079, 85088, 85401, 85402, 85406, 85407, 85408];
const LEFT_OUT = { 40003: 'LEFT_OUT', 49003: 'LEFT_OUT', 45059: 'LEFT_OUT' };
/** Of apps that nobody else searches for: titles are kept. */
const library = (appid: string): Called['ask'] => ['GET', `/api/server/templates/library?appid=${appid}`];

const CALLS: Called[] = [
  { path: '/wxa/getwxacodeunlimit', ask: ['POST', '/api/server/qrcodes', one({ scene: 'a' })], codes: [40097, 40129, 40159, 40169, 41030, 45029, 85079, 85096] },
  { path: '/wxa/generate_urllink', ask: ['POST', '/api/server/links', one({ kind: 'url' })], codes: LINK },
  { path: '/wxa/generatescheme', ask: ['POST', '/api/server/links', one({ kind: 'scheme' })], codes: LINK },
  { path: '/wxa/genwxashortlink', ask: ['POST', '/api/server/links', one({ kind: 'short', path: 'a' })], codes: [40066, 40225, 43104, 85400] },
  { path: '/wxa/msg_sec_check', ask: ['POST', '/api/server/security/text', one({ ...PERSON, content: 'x' })], codes: [40003, 40129, 43104, 61010] },
  { path: '/wxa/media_check_async', ask: ['POST', '/api/server/security/media', one({ ...PERSON, url: 'http://8.8.8.8/a.png', type: 'image' })], codes: [40003, 40004, 40129, 43104, 61010, 87020] },
  { path: '/cgi-bin/tags/get', ask: ['GET', '/api/server/tags'] },
  { path: '/cgi-bin/tags/create', ask: ['POST', '/api/server/tags', one({ name: 'x' })], codes: [45056, 45157, 45158] },
  { path: '/cgi-bin/tags/update', ask: ['PATCH', '/api/server/tags/100', one({ name: 'x' })], codes: [45058, 45157, 45158] },
  { path: '/cgi-bin/tags/delete', ask: ['DELETE', '/api/server/tags/100'], codes: [45057, 45058] },
  { path: '/cgi-bin/tags/members/batchtagging', ask: ['PUT', '/api/server/tags/100/users', PEOPLE], codes: [40032], named: { ...LEFT_OUT, 45159: 'NOT_FOUND' } },
  { path: '/cgi-bin/tags/members/batchuntagging', ask: ['DELETE', '/api/server/tags/100/users', PEOPLE], codes: [40032], named: LEFT_OUT },
  { path: '/cgi-bin/tags/members/batchblacklist', ask: ['PUT', '/api/server/blacklist', PEOPLE], codes: [40032], named: LEFT_OUT },
  { path: '/cgi-bin/tags/members/batchunblacklist', ask: ['DELETE', '/api/server/blacklist', PEOPLE], codes: [40032], named: LEFT_OUT },
  { path: '/cgi-bin/tags/members/getblacklist', ask: ['GET', '/api/server/blacklist'], codes: [40003, 49003] },
  { path: '/cgi-bin/user/info/updateremark', ask: ['PUT', '/api/server/users/oSomebody/remark', one({ remark: 'x' })], codes: [40003] },
  { path: '/wxaapi/newtmpl/gettemplate', ask: ['GET', '/api/server/templates?appid=wxba5fad812f8e6fb9'], codes: [200100] },
  { path: '/wxaapi/newtmpl/addtemplate', ask: ['POST', '/api/server/templates', one({ tid: '5001', kidList: [1, 2], sceneDesc: 'x' })], codes: [43106, 200011, 200012, 200013, 200014, 200020, 200021, 200022] },
  { path: '/wxaapi/newtmpl/deltemplate', ask: ['DELETE', '/api/server/templates/x'], named: { 200014: 'NOT_FOUND' } },
  { path: '/wxaapi/newtmpl/getcategory', ask: library('wxtestcompat0000001'), codes: [200100] },
  { path: '/wxaapi/newtmpl/getpubtemplatetitles', ask: library('wx4f4bc4dec97d474b'), codes: [200016, 200017, 200018, 200019] },
  { path: '/wxaapi/newtmpl/getpubtemplatekeywords', ask: library('wxba5fad812f8e6fb9'), codes: [200002, 200014] },
  { path: '/cgi-bin/openapi/rid/get', ask: ['POST', '/api/server/diagnosis/rid', one({ rid: '61725984-6126f6f9-040f19c4' })], named: { 76001: 'NOT_FOUND', 76002: 'INVALID_ARGUMENT', 76003: 'NOT_FOUND', 76004: 'NOT_FOUND' } },
  { path: '/cgi-bin/message/custom/typing', ask: ['POST', '/api/server/messages/typing', one({ openid: 'oSomebody', typing: true })], plain: [40003, 45072, 45080, 45081] },
  { path: '/cgi-bin/media/upload', ask: ['POST', '/api/server/media', one({ type: 'image', path: '/public/icon.svg' })], plain: [40004, 40005, 40009, 41005, 44001] },
  { path: '/cgi-bin/get_current_selfmenu_info', ask: ['GET', '/api/server/menu'] },
  { path: '/cgi-bin/menu/create', ask: ['PUT', '/api/server/menu', one({ button: [{ type: 'click', name: 'a', key: 'k' }] })], plain: [40016, 40017, 40018, 40054] },
  { path: '/cgi-bin/menu/delete', ask: ['DELETE', '/api/server/menu'] },
  { path: '/wxa/business/getuserphonenumber', ask: ['POST', '/api/phone', CODE], named: { 40029: 'CODE_INVALID', 40163: 'CODE_INVALID' }, auth: 'session' },
  { path: '/wxa/checksession', ask: ['POST', '/api/session/check'], plain: [40003], auth: 'session' },
  { path: '/sns/jscode2session', ask: ['POST', '/api/jscode2session', CODE], named: { 40029: 'CODE_INVALID', 40163: 'CODE_USED', 40226: 'USER_BLOCKED' }, secret: true, auth: 'none' },
  { path: '/sns/oauth2/access_token', ask: ['POST', '/api/oauth2/session', CODE], named: { 40029: 'CODE_INVALID', 40163: 'CODE_USED', 40226: 'USER_BLOCKED' }, secret: true, auth: 'none' },
];

function laneOf({ ask: [, path] }: Called): string {
  return path.split('?')[0];
}

/** Whether somebody who reads this language alone is told something. */
function isSentence(message: string, language: string): boolean {
  const isChinese = /\p{Script=Han}{2}/u.test(message);
  return /[.。]$/.test(message) && !/[{}]|undefined|null|NaN/.test(message) && isChinese === (language === 'zh-CN');
}

describe('WeChat\'s errcodes', () => {
  const hub = useApp();
  // What WeChat refuses an app for is known to all: not to the tests that come next.
  afterEach(async () => {
    const { refusals, wechatApps } = hub().app;
    for (const { appid } of wechatApps.all()) for (const door of ['calls', 'login'] as const) await refusals.mended(appid, door);
  });

  async function answers(called: Called, token: string): Promise<Envelope<{ errcode: number; errmsg: string; failed?: Array<{ errcode: number }> }>[]> {
    const [method, path, body] = called.ask;
    const all = [];
    for (const language of LANGUAGES) {
      const response = await fetch(`${hub().url}${path}`, {
        method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': language }, body: body ? JSON.stringify(body()) : undefined,
      });
      assert.equal(response.status, 200, `${method} ${path}`);
      all.push(await response.json() as Envelope<{ errcode: number; errmsg: string }>);
    }
    return all;
  }

  function expected({ named = {}, secret }: Called, errcode: number): string {
    if (named[errcode]) return named[errcode];
    return BUSY.includes(errcode) || (TOKENS.includes(errcode) && !secret) ? 'WECHAT_BUSY' : 'WECHAT_ERROR';
  }

  async function meet(called: Called, errcode: number, token: string): Promise<void> {
    const errmsg = `in words of WeChat rid: 1-2-${errcode}`;
    const { id } = await hub().sandbox.post('/faults', { path: called.path, errcode, errmsg, times: 0 });
    const all = await answers(called, token);
    await hub().sandbox.call('DELETE', `/faults?id=${id}`);
    const error = expected(called, errcode);
    for (const [index, { error: name = 'LEFT_OUT', message, data }] of all.entries()) {
      const what = `${called.path} ${errcode} in ${LANGUAGES[index]}: ${name} ${message}`;
      assert.equal(name, error, what);
      if (name === 'LEFT_OUT') {
        assert.deepEqual(data.failed?.map(left => left.errcode), [errcode], what);
        continue;
      }
      const isPlain = message.includes('in words of WeChat');
      assert.ok(isSentence(message.replace(/ ?in words of WeChat rid: \S+/, '.'), LANGUAGES[index]), what);
      assert.ok(!called.codes?.includes(errcode) || !isPlain, what);
      assert.deepEqual(data, name === 'WECHAT_ERROR' ? { errcode, errmsg } : null, what);
    }
  }

  it('are answered by every call that asks WeChat with the error\'s name, a sentence in the language of the caller, and WeChat\'s own words', async () => {
    const { token } = await logIn(hub());
    const auth = { session: token, none: '', server: KEY };
    // What one call of ours asks of WeChat comes one after the other: each meets one errcode.
    const lanes = [...new Set(CALLS.map(laneOf))].map(lane => CALLS.filter(called => laneOf(called) === lane));
    await inParallel(lanes.length, 6, async index => {
      for (const called of lanes[index]) {
        const { codes = [], plain = [], named = {} } = called;
        for (const errcode of new Set([...BUSY, ...TOKENS, ...ANY, ...REFUSED, ...codes, ...plain, ...Object.keys(named).map(Number)])) {
          await meet(called, errcode, auth[called.auth ?? 'server']);
        }
      }
    });
    const { faults } = await hub().sandbox.call<{ faults: unknown[] }>('GET', '/faults');
    assert.deepEqual(faults, []);
  }).timeout(120_000);

  const MESSAGES: Array<[path: string, hub: string, body: object, codes: number[]]> = [
    ['/cgi-bin/message/custom/send', '/api/server/messages/custom', { message: { msgtype: 'text', text: { content: 'x' } } }, [40003, 40007, 45015, 45047, 45168]],
    ['/cgi-bin/message/subscribe/send', '/api/server/messages/subscribe', { templateId: 'tpl', data: { thing1: { value: 'x' } } }, [40003, 40037, 41030, 43101, 43107, 43108, 47003]],
    ['/cgi-bin/message/template/send', '/api/server/messages/template', { templateId: 'tpl', data: { thing1: { value: 'x' } } }, [40003, 40036, 40037, 40241, 43004, 43116, 43117, 47003]],
  ];
  const PASS = [...BUSY, ...TOKENS, 40241, 43108, 43117];

  for (const [path, call, body, codes] of MESSAGES) {
    it(`are kept on the messages that ${path} refuses: those that pass are tried again, the others have failed`, async () => {
      const all = [...new Set([...BUSY, ...TOKENS, ...ANY.filter(code => code !== 40013), ...codes])];
      const { appid } = call.endsWith('template') ? OFFICIAL : MINI;
      await inParallel(all.length, 8, async index => {
        const errcode = all[index];
        const openid = `o${Math.abs(errcode)}`;
        await hub().app.model.Subscription.create({ _id: `${appid}:${openid}:tpl`, appid, openid, templateId: 'tpl', remaining: 1, status: 'accept', updatedAt: new Date() });
        await hub().sandbox.post('/faults', { path, errcode, errmsg: 'no rid: 61725984-6126f6f9-040f19c4', openid, times: 0 });
        const { id } = await hub().ok<{ id: string }>('POST', call, { appid, openid, ...body }, KEY);
        const row = await until(() => hub().app.model.Outbox.findById(id).lean<OutboxDocument>().orFail(), ({ state, attempts }) => (state === 'ready' ? attempts > 0 : state !== 'leased'), 20);
        assert.deepEqual([row.state, row.lastError?.errcode, row.lastError?.rid], [PASS.includes(errcode) ? 'ready' : 'failed', errcode, '61725984-6126f6f9-040f19c4'], `${path} ${errcode}`);
        const shown = await hub().ok<{ error: { errcode: number } }>('GET', `/api/server/messages/${id}`, undefined, KEY);
        assert.equal(shown.error.errcode, errcode);
      });
    }).timeout(60_000);
  }

  const SOME = [-1, 40001, 40164, 45009, 48001];
  const ASKED: Array<[path: string, codes: number[]]> = [
    ['/cgi-bin/stable_token', [...BUSY, 40001, 40013, 45009, ...REFUSED, 89501, 89503, 89506, 89507]],
    ['/cgi-bin/openapi/quota/get', [...SOME, 76003, 76021, 76022]],
    ['/cgi-bin/callback/check', [...SOME, 40201, 40202, 40203]],
    ['/wxa/charge/usage/get', SOME],
  ];

  it('are told by the diagnosis in a check, and keep it from no other one', async () => {
    for (const [path, codes] of ASKED) {
      for (const errcode of codes) {
        const { id } = await hub().sandbox.post('/faults', { path, errcode, errmsg: `no, from 203.0.113.7 rid: 61725984-6126f6f9-${errcode}`, times: 0 });
        const all = await answers({ path, ask: ['GET', '/api/server/diagnosis'] }, KEY) as unknown as Envelope<{ checks: Check[] }>[];
        await hub().sandbox.call('DELETE', `/faults?id=${id}`);
        for (const [index, { code, data: { checks } }] of all.entries()) {
          const what = `${path} ${errcode} ${LANGUAGES[index]} ${JSON.stringify(checks)}`;
          assert.equal(code, 1, what);
          assert.ok(checks.some(({ name }) => name === 'wechat clock') && checks.some(({ name }) => name === 'last push'), what);
          // 76021 and 76022: WeChat knows no quota of the path.
          const told = checks.some(({ state, detail }) => state !== 'ok' && (String(detail).includes(String(errcode)) || errcode === 40201));
          assert.equal(told, ![76021, 76022].includes(errcode), what);
        }
      }
    }
  }).timeout(60_000);
});
