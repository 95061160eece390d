/** Before the tests of a team's own code: as for ours, but what their code writes is not judged by our rules. */
export { mochaGlobalTeardown } from './setup';
