import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { logNotices, notify } from '../../../app/lib/process/instanceLog';

describe('lib/process/instanceLog', () => {
  /** Workers and the agent in one process: messages are delivered directly. */
  class Messenger extends EventEmitter {
    sendToAgent(action: string, data: unknown): void {
      this.emit(action, data);
    }
  }

  it('logs an event once a minute, and its end once', () => {
    const lines: string[] = [];
    const messenger = new Messenger();
    let now = 0;
    const log = (text: string) => void lines.push(`${now / 1000} ${text}`);
    logNotices(messenger, { info: log, warn: log, error: log }, () => now);
    const away = () => notify(messenger, { about: 'away', level: 'warn', text: 'away' });
    const back = () => notify(messenger, { about: 'back', level: 'info', text: 'back', after: 'away' });
    back();
    for (; now < 150_000; now += 10_000) for (let worker = 0; worker < 4; worker++) away();
    for (let worker = 0; worker < 4; worker++) back();
    away();
    notify(messenger, { about: 'other', level: 'warn', text: 'other' });
    for (; now < 400_000; now += 100_000) notify(messenger, { about: 'once', level: 'warn', text: 'once', once: true });
    assert.deepEqual(lines, ['0 away', '60 away', '120 away', '150 back', '150 other', '150 once']);
  });
});
