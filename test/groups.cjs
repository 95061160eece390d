'use strict';

/**
 * The suite in parts that npm test runs at the same time (run.mjs), each in one process of mocha, whose files share an application.
 * What no pattern here names is the part `others`, the longest; the shortest one is the last.
 */
const NAMED = {
  http: [ 'test/controller/!(console)/**/*.test.js', 'test/controller/*.test.js', 'test/{middleware,router,schema}/**/*.test.js', 'sdk/*/test/**/*.test.mjs' ],
  service: [ 'test/service/**/*.test.js' ],
  commands: [ 'test/command/!(custom)*.test.js', 'test/readme.test.js' ],
  // Servers are started again and again.
  starts: [ 'test/boot/**/*.test.js', 'test/command/custom.test.js' ],
  console: [ 'test/controller/console/**/*.test.js' ],
};
const ALL = [ 'packages/*/test/**/*.test.js', 'test/**/*.test.js', 'sdk/*/test/**/*.test.mjs' ];

exports.GROUPS = [ 'others', ...Object.keys(NAMED) ];

/** The files of a group, or of all where none is named: patterns of those to take, and of those to leave out. */
exports.filesOf = group => {
  if (group === undefined) return { spec: ALL, ignore: [] };
  if (group === 'others') return { spec: ALL, ignore: Object.values(NAMED).flat() };
  return { spec: NAMED[group], ignore: [] };
};
