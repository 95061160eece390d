import assert from 'node:assert/strict';
import { ProgressBar } from '../../app/command/progressBar';

describe('command/progressBar', () => {
  function written(isTTY: boolean): { text: string; stream: NodeJS.WriteStream } {
    const sink = { text: '', stream: undefined as unknown as NodeJS.WriteStream };
    sink.stream = { isTTY, write: (part: string) => { sink.text += part; } } as unknown as NodeJS.WriteStream;
    return sink;
  }

  it('draws a bar on a terminal and removes it', () => {
    const sink = written(true);
    const bar = new ProgressBar('wx1', sink.stream);
    bar.show(0, 0);
    bar.show(2_500, 10_000);
    bar.show(2_500, 10_000);
    bar.show(11_000, 10_000);
    bar.clear();
    const frames = sink.text.split('\r').slice(1).map(frame => frame.replaceAll('\u001b[K', ''));
    assert.deepEqual(frames, [
      `wx1 [${'.'.repeat(30)}] 0 of 0`,
      `wx1 [${'#'.repeat(8)}${'.'.repeat(22)}] 2,500 of 10,000`,
      `wx1 [${'#'.repeat(30)}] 11,000 of 10,000`,
      '',
    ]);
  });

  it('writes a line now and then elsewhere', () => {
    const sink = written(false);
    const bar = new ProgressBar('wx1', sink.stream);
    for (let done = 0; done <= 1_000; done++) bar.show(done, 1_000);
    bar.clear();
    assert.equal(sink.text, 'wx1: 0 of 1,000\n');
  });
});
