'use strict';

// `MONGODB_URL=… npm test` runs on that server; test/support/setup.ts says what is left out then.
const otherServer = Boolean(process.env.MONGODB_URL);

module.exports = {
  require: [ 'test/support/setup.js' ],
  'node-option': [ 'enable-source-maps' ],
  spec: [ 'test/**/*.test.js' ],
  ignore: otherServer ? [ 'test/embedded/**' ] : [],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
