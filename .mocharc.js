'use strict';

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec: [ 'packages/*/test/**/*.test.js', 'test/**/*.test.js' ],
  // The faults take minutes, and mongosh is large: they have commands of their own, npm run test:faults and npm run test:mongosh.
  ignore: [ 'test/faults/**', 'test/mongosh/**', ...(otherServer ? [ 'packages/embedded-mongodb/**' ] : []) ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
