import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mm from 'egg-mock';
import { useApp } from '../../support/app';
import { OFFICIAL } from '../../support/environment';
import type { Envelope } from '../../support/client';
import { fetchPublic } from '../../../app/lib/http/fetchPublic';
import MediaService from '../../../app/service/media';

const KEY = 'test-api-key-1';
const PATH = '/api/server/media';
const UPLOAD = '/cgi-bin/media/upload';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0x0d, 0x0a, 0x2d, 0x2d]);

interface Media { mediaId: string; type: string; expiresAt: string }

describe('POST /api/server/media', () => {
  const hub = useApp();
  let server: Server;
  let base = '';
  before(async () => {
    server = createServer((_req, res) => res.setHeader('content-type', 'image/png').end(PNG));
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    base = `http://files.example:${(server.address() as AddressInfo).port}`;
  });
  after(() => { server.close(); });
  afterEach(mm.restore);

  const uploads = () => hub().sandbox.count(UPLOAD);
  async function raw(body: FormData | Buffer | string, headers: Record<string, string> = {}): Promise<Envelope<Media>> {
    const response = await fetch(`${hub().url}${PATH}`, { method: 'POST', body, headers: { authorization: `Bearer ${KEY}`, ...headers } });
    assert.equal(response.status, 200);
    return await response.json() as Envelope<Media>;
  }
  function form(bytes: Buffer | undefined, { type = 'image', name = 'a.png', field = 'media', ...fields }: Record<string, string> = {}): FormData {
    const result = new FormData();
    for (const [key, value] of Object.entries({ type, ...fields })) result.set(key, value);
    if (bytes) result.set(field, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
    return result;
  }
  /** The test's file server is no public host: this makes the server take it for one. */
  function letIn() {
    mm(MediaService.prototype, 'download', async (url: string) => ({
      ...await fetchPublic(url, { limit: 10 << 20, timeout: 2_000, resolve: async () => [{ address: '127.0.0.1', family: 4 }] }), filename: '',
    }));
  }

  it('uploads a file to WeChat', async () => {
    const { code, data } = await raw(form(PNG));
    assert.equal(code, 1);
    assert.equal(data.type, 'image');
    const left = new Date(data.expiresAt).getTime() - Date.now();
    assert.ok(left > 3 * 86_400_000 - 10_000 && left <= 3 * 86_400_000);
    const { accessToken } = await hub().ok('GET', '/api/server/access-token', undefined, KEY);
    const kept = await fetch(`${hub().sandbox.url}/cgi-bin/media/get?${new URLSearchParams({ access_token: String(accessToken), media_id: data.mediaId })}`);
    assert.ok(Buffer.from(await kept.arrayBuffer()).equals(PNG));
  });

  it('uploads a file from a URL, by its content type', async () => {
    letIn();
    const { mediaId } = await hub().ok<Media>('POST', PATH, { type: 'image', url: `${base}/picture?id=7` }, KEY);
    assert.equal((await raw(form(PNG))).data.mediaId, mediaId);
    assert.equal(await uploads(), 1);
  });

  it('uploads the same bytes once while WeChat keeps them, for each app and type', async () => {
    const first = await raw(form(PNG));
    assert.deepEqual((await raw(form(PNG, { name: 'other.png' }))).data, first.data);
    assert.equal(await uploads(), 1);
    const official = await raw(form(PNG, { appid: OFFICIAL.appid }));
    assert.notEqual(official.data.mediaId, first.data.mediaId);
    assert.notEqual((await raw(form(Buffer.from('other')))).data.mediaId, first.data.mediaId);
    assert.equal(await uploads(), 3);
    await hub().app.model.Media.updateMany({}, { $set: { expiresAt: new Date(Date.now() + 60_000) } });
    assert.notEqual((await raw(form(PNG))).data.mediaId, first.data.mediaId);
    assert.equal(await uploads(), 4);
  });

  it('uploads once for many calls at the same time', async () => {
    await hub().sandbox.post('/faults', { path: UPLOAD, delayMs: 300, times: 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => raw(form(PNG))));
    assert.deepEqual([new Set(answers.map(({ data }) => data.mediaId)).size, await uploads()], [1, 1]);
  });

  it('passes on WeChat\'s error, and stores nothing', async () => {
    const refused = await raw(form(PNG, { type: 'voice' }));
    assert.equal(refused.error, 'WECHAT_ERROR');
    assert.match(JSON.stringify(refused.data), /"errcode":40004,"errmsg":"invalid media type/);
    await hub().sandbox.post('/faults', { path: UPLOAD, errcode: -1 });
    assert.equal((await raw(form(PNG))).error, 'WECHAT_BUSY');
    assert.equal(await hub().app.model.Media.countDocuments({}), 0);
    assert.equal((await raw(form(PNG))).code, 1);
  });

  it('takes 10 MB, and no byte more', async () => {
    const full = Buffer.alloc(10 * 1024 * 1024, 1);
    assert.equal((await raw(form(full))).code, 1);
    for (const extra of [1, 5_000_000]) {
      const answer = await raw(form(Buffer.concat([full, Buffer.alloc(extra)])));
      assert.equal(answer.error, 'INVALID_ARGUMENT');
      assert.match(answer.message, /larger/);
    }
    assert.equal(await uploads(), 1);
  });

  it('does not download from private addresses', async () => {
    for (const url of [
      `http://127.0.0.1:${new URL(base).port}/`, 'http://localhost/', 'http://10.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/',
      'http://2130706433/', 'http://0x7f.1/', 'http://100.64.0.1/', 'file:///etc/passwd', 'ftp://example.com/a.png', 'http://user@8.8.8.8/', 'nonsense', hub().url,
    ]) {
      assert.equal(await hub().fails('POST', PATH, { type: 'image', url }, KEY), 'INVALID_ARGUMENT', url);
    }
    assert.equal(await uploads(), 0);
  });

  it('refuses malformed uploads, and stores nothing', async () => {
    const boundary = { 'content-type': 'multipart/form-data; boundary=x' };
    const many = form(PNG);
    for (let i = 0; i < 20; i++) many.set(`field${i}`, 'x');
    const bodies: Array<[FormData | Buffer | string, Record<string, string>?]> = [
      [form(undefined)], [form(Buffer.alloc(0))], [form(PNG, { type: 'image/png' })], [form(PNG, { field: 'file' })], [form(PNG, { appid: 'a b' })], [many],
      [form(PNG, { note: 'x'.repeat(2_000) })], ['', boundary], ['--x\r\nnonsense', boundary], ['--x--\r\n', boundary], ['x', { 'content-type': 'multipart/form-data' }],
      ['--x\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\n\r\nabc', boundary],
      [JSON.stringify({ type: 'image' }), { 'content-type': 'application/json' }], [JSON.stringify({ type: 'image', url: { $gt: '' } }), { 'content-type': 'application/json' }],
    ];
    for (const [index, [body, headers]] of bodies.entries()) assert.equal((await raw(body, headers)).error, 'INVALID_ARGUMENT', `body ${index}`);
    assert.equal((await raw(form(PNG, { appid: 'wxunknown' }))).error, 'NOT_FOUND');
    assert.equal((await raw(form(PNG), { authorization: 'Bearer wrong' })).error, 'UNAUTHENTICATED');
    assert.deepEqual([await uploads(), await hub().app.model.Media.countDocuments({}), await hub().app.model.Lease.countDocuments({})], [0, 0, 0]);
  });

  it('is described as JSON and as multipart', async () => {
    const { paths } = await (await fetch(`${hub().url}/openapi.json`)).json() as { paths: Record<string, { post: { requestBody: { content: Record<string, object> } } }> };
    assert.deepEqual(Object.keys(paths[PATH].post.requestBody.content), ['application/json', 'multipart/form-data']);
  });
});
