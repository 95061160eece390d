import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox } from './support';

describe('sandbox: templates, template messages, tags', () => {
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeEach(async () => { sandbox = await openSandbox(); });
  afterEach(() => sandbox.close());

  const form = async (path: string, token: string, body: string) => {
    const answer = await fetch(`${sandbox.url}${path}?access_token=${token}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
    return await answer.json() as { errcode: number; priTmplId?: string };
  };

  it('takes a template as a form only, and no more than 25', async () => {
    const token = await sandbox.token();
    const add = '/wxaapi/newtmpl/addtemplate';
    assert.equal((await sandbox.post(add, { access_token: token }, { tid: '401', kidList: [1, 2], sceneDesc: 'x' })).errcode as unknown, 200014);
    for (const [body, errcode] of [
      ['tid=401&kidList=1&sceneDesc=x', 200020], ['tid=401&kidList=1&kidList=1&sceneDesc=x', 200020], ['tid=401&kidList=1&kidList=77&sceneDesc=x', 200020],
      ['tid=401&kidList=1&kidList=2', 200021], [`tid=401&kidList=1&kidList=2&sceneDesc=${'x'.repeat(16)}`, 200021], ['tid=1&kidList=1&kidList=2&sceneDesc=x', 200014],
    ] as const) assert.equal((await form(add, token, body)).errcode, errcode, body);
    const pairs = [401, 402, 403, 404, 405, 406].flatMap(tid => [[1, 2], [2, 1], [1, 3], [3, 1], [1, 4]].map(([a, b]) => `tid=${tid}&kidList=${a}&kidList=${b}&sceneDesc=x`));
    const answers: number[] = [];
    for (const body of pairs.slice(0, 26)) answers.push((await form(add, token, body)).errcode);
    assert.deepEqual(answers, [...Array.from({ length: 25 }, () => 0), 200012]);
    assert.equal((await form(add, token, pairs[0])).errcode, 200022);
    const { data } = await sandbox.get('/wxaapi/newtmpl/gettemplate', { access_token: token });
    assert.equal((data as unknown as object[]).length, 25);
    assert.equal((await form('/wxaapi/newtmpl/deltemplate', token, 'priTmplId=x')).errcode, 200014);
  });

  it('lists the library in pages of 30, for the app\'s categories', async () => {
    const access_token = await sandbox.token();
    const titles = async (query: Record<string, string>) => await sandbox.get('/wxaapi/newtmpl/getpubtemplatetitles', { access_token, ids: '2,616', start: '0', limit: '30', ...query }) as unknown as { errcode: number; count: number; data: object[] };
    assert.deepEqual([(await titles({})).count, (await titles({ start: '7' })).data.length, (await titles({ ids: '616' })).count], [8, 1, 2]);
    for (const [query, errcode] of [[{ ids: '' }, 200018], [{ ids: '3' }, 200019], [{ start: '-1' }, 200016], [{ limit: '31' }, 200017]] as const) assert.equal((await titles(query)).errcode, errcode);
  });

  it('recognises a client_msg_id of a person for 10 minutes', async () => {
    const access_token = await sandbox.token(OFFICIAL);
    await sandbox.control('POST', '/follow', { openid: 'f1', following: true });
    await sandbox.control('POST', '/settings', { templateSentEvent: false });
    const send = (more: object = {}) => sandbox.post('/cgi-bin/message/template/send', { access_token }, { touser: 'f1', template_id: 'T', data: { keyword1: { value: 'x' } }, client_msg_id: 'c1', ...more });
    const [first, again, other] = [await send(), await send(), await send({ client_msg_id: 'c2' })];
    assert.deepEqual([first.msgid === again.msgid, first.msgid === other.msgid], [true, false]);
    await sandbox.control('POST', '/clock', { advanceSeconds: 601 });
    await send();
    const { messages } = await sandbox.control('GET', `/messages?openid=f1&appid=${OFFICIAL.appid}`);
    assert.equal((messages as unknown as object[]).length, 3);
    for (const [more, errcode] of [[{ touser: 'nobody' }, 40003], [{ template_id: '' }, 40036], [{ template_id: '!' }, 40037], [{ data: {} }, 47003]] as const) assert.equal((await send(more)).errcode as unknown, errcode);
    await sandbox.control('POST', '/follow', { openid: 'f1', following: false });
    assert.equal((await send({ client_msg_id: 'c3' })).errcode as unknown, 43004);
    assert.equal((await sandbox.post('/cgi-bin/message/template/send', { access_token: await sandbox.token(MINI) }, {})).errcode as unknown, 48001);
  });

  it('refuses tags as WeChat does: 101 of them, 31 bytes, 51 people, 21 of a person, two calls at once', async () => {
    const access_token = await sandbox.token(OFFICIAL);
    const create = async (name: string) => await sandbox.post('/cgi-bin/tags/create', { access_token }, { tag: { name } }) as unknown as { errcode?: number; tag: { id: number } };
    const ids: number[] = [];
    for (let index = 0; index < 100; index++) ids.push((await create(`tag ${index}`)).tag.id);
    assert.equal((await create('one more')).errcode, 45056);
    assert.deepEqual([(await create('')).errcode, (await create('tag 7')).errcode, (await create('一二三四五六七八九十a')).errcode], [45157, 45157, 45158]);
    const { openids } = await sandbox.control('POST', '/users', { appid: OFFICIAL.appid, count: 51, following: true }) as unknown as { openids: string[] };
    const tag = async (tagid: number, openid_list: string[]) => (await sandbox.post('/cgi-bin/tags/members/batchtagging', { access_token }, { tagid, openid_list })).errcode as unknown as number;
    assert.deepEqual([await tag(ids[0], openids), await tag(ids[0], []), await tag(1, openids.slice(1))], [40032, 40032, 45159]);
    const racing = await Promise.all([tag(ids[0], [openids[0]]), tag(ids[0], [openids[1]])]);
    assert.deepEqual(racing.sort(), [0, 45159]);
    for (const id of ids.slice(0, 20)) assert.equal(await tag(id, [openids[2]]), 0);
    assert.equal(await tag(ids[20], [openids[2], openids[3]]), 45059);
  });
});
