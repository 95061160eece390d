/** Before the tests of a team's own code: as for ours, but their writes are not checked by our rules. */
export { mochaGlobalTeardown } from './setup';
