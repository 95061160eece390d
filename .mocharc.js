'use strict';

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

// Three groups: files that start processes of their own, those of the HTTP interface, and the others, which share one
// application per process. `npm test` runs the groups at the same time.
const PROCESSES = [ 'packages/*/test/**/*.test.js', 'test/{boot,command}/**/*.test.js', 'test/{docs,readme,vectors,writes}.test.js' ];
const HTTP = [ 'test/{controller,middleware,router,schema}/**/*.test.js', 'sdk/*/test/**/*.test.mjs' ];
const SPECS = { processes: PROCESSES, http: HTTP, app: [ 'test/**/*.test.js' ] };
const group = process.env.TEST_GROUP;

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec: group ? SPECS[group] : Object.values(SPECS).flat(),
  // Fault tests take minutes, and those of mongosh and the browser need large programs: each has a command of its own
  // (npm run test:faults, test:mongosh, test:e2e).
  ignore: [
    'test/faults/**', 'test/mongosh/**', 'test/e2e/**',
    ...(group === 'app' ? [ ...PROCESSES, ...HTTP ] : []),
    ...(otherServer ? [ 'packages/embedded-mongodb/**' ] : []),
  ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
