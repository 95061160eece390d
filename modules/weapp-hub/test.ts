/** The functions that tests in CUSTOM_DIR may import from `weapp-hub/test`. See docs/custom.md. */
export { useApp as useHub, type TestApp as TestHub } from '../../test/support/app';
export { logIn, openData, type LoggedIn } from '../../test/support/actors';
export { until } from '../../test/support/until';

/** One of the API_KEYS of the server under test. */
export const API_KEY = 'test-api-key-1';
