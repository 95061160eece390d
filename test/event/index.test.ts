import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { familyOf } from '../../app/event';
import type { EventFamily } from '../../app/event/family';
import { ROOT } from '../support/markdown';

const DIRECTORY = resolve(ROOT, 'app/event');

describe('app/event', () => {
  it('lists the family of every file, and each event once', async () => {
    const files = readdirSync(DIRECTORY).filter(name => name.endsWith('.js') && !['index.js', 'family.js'].includes(name));
    assert.ok(files.length >= 5);
    const events: string[] = [];
    for (const file of files) {
      const exported = Object.values(await import(join(DIRECTORY, file)) as Record<string, EventFamily>);
      assert.equal(exported.length, 1, file);
      for (const event of exported[0].events) assert.equal(familyOf({ event }), exported[0], `${file}: ${event}`);
      events.push(...exported[0].events);
    }
    assert.equal(new Set(events).size, events.length);
  });
});
