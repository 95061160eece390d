import assert from 'node:assert/strict';
import { Server } from '../support/server';
import { OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import type { JobDocument } from '../../app/model/job';

const KEY = 'test-api-key-1';
const PEOPLE = 3_000;

describe('a job whose workers are killed', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start();
  });
  after(() => server?.stop());

  it('is continued by others, from the last step, and tags everybody', async () => {
    const openids = Array.from({ length: PEOPLE }, (_, index) => `person${String(index).padStart(5, '0')}`);
    await server.sandbox.post('/users', { appid: OFFICIAL.appid, openids, following: true });
    const { id } = await server.ok<{ id: number }>('POST', '/api/server/tags', { name: 'x' }, KEY);
    await server.sandbox.post('/faults', { path: '/cgi-bin/tags/members/batchtagging', delayMs: 40, times: 0 });
    const { jobId } = await server.ok<{ jobId: string }>('PUT', `/api/server/tags/${id}/users`, { openids }, KEY);
    const jobs = (await server.database()).collection<JobDocument>('jobs');
    const job = () => jobs.findOne({ _id: jobId });
    const leases = new Set<string>();
    for (const step of [1, 2]) {
      const running = await until(job, found => (found?.done ?? 0) >= step * 500 && found?.lease !== undefined, 90);
      leases.add(running?.lease?.id ?? '');
      for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
    }
    const ended = await until(job, found => found?.state !== 'running', 120);
    assert.deepEqual([ended?.state, ended?.done, ended?.failed, ended?.input], ['done', PEOPLE, 0, { appid: OFFICIAL.appid, tagId: id, on: true }]);
    assert.equal(leases.size, 2, 'another process has gone on with it');
    assert.equal((await server.ok<Array<{ count: number }>>('GET', '/api/server/tags', undefined, KEY))[0].count, PEOPLE);
    const calls = await server.sandbox.count('/cgi-bin/tags/members/batchtagging');
    // The step that was under way is done again, no other.
    assert.ok(calls >= PEOPLE / 50 && calls <= PEOPLE / 50 + 2 * 10 + 10, String(calls));
  }).timeout(300_000);
});
