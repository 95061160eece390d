'use strict';

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec: [ 'packages/*/test/**/*.test.js', 'test/**/*.test.js' ],
  // The faults take minutes, mongosh is large, and the pages need a browser: npm run test:faults, npm run test:mongosh, npm run test:e2e.
  ignore: [ 'test/faults/**', 'test/mongosh/**', 'test/e2e/**', 'test/e2e/**', ...(otherServer ? [ 'packages/embedded-mongodb/**' ] : []) ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
