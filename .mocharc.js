'use strict';

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec: [ 'packages/*/test/**/*.test.js', 'test/**/*.test.js' ],
  // The faults take minutes and have a command of their own: npm run test:faults.
  ignore: [ 'test/faults/**', ...(otherServer ? [ 'packages/embedded-mongodb/**' ] : []) ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
