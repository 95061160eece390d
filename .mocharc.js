'use strict';

const { filesOf } = require('./test/groups.cjs');

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

const { spec, ignore } = filesOf(process.env.TEST_GROUP);

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec,
  // Fault tests take minutes, and those of mongosh and the browser need large programs: each has a command of its own
  // (npm run test:faults, test:mongosh, test:e2e).
  ignore: [
    'test/faults/**', 'test/mongosh/**', 'test/e2e/**',
    ...ignore,
    ...(otherServer ? [ 'packages/embedded-mongodb/**' ] : []),
  ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
