// Loaded into every process of a contestant (node --require); active in those that serve: reports their CPU time to the
// benchmark, and profiles them when asked.
'use strict';
const { connect } = require('node:net');
const { Session } = require('node:inspector');

const { BENCH_PROBE_PORT, BENCH_PROBE_NAME, BENCH_SERVES } = process.env;

if (BENCH_PROBE_PORT && process.argv[1]?.endsWith(BENCH_SERVES)) {
  const socket = connect(Number(BENCH_PROBE_PORT), '127.0.0.1').unref();
  socket.on('error', () => undefined);
  let session;
  const post = (method, done) => session.post(method, (error, result) => done(error ? { error: error.message } : result));
  const answer = value => socket.write(`${JSON.stringify(value ?? {})}\n`);
  socket.setEncoding('utf8').on('data', commands => {
    for (const command of commands.trim().split('\n')) {
      if (command === 'cpu') answer(process.cpuUsage());
      if (command === 'profile') {
        session = new Session();
        session.connect();
        post('Profiler.enable', () => post('Profiler.start', answer));
      }
      if (command === 'profiled') post('Profiler.stop', result => answer(result.profile));
    }
  });
  answer({ name: BENCH_PROBE_NAME });
}
