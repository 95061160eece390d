'use strict';

module.exports = {
  'node-option': [ 'enable-source-maps' ],
  spec: [ 'test/**/*.test.js' ],
  timeout: 20000,
  forbidOnly: true,
  exit: true,
};
