import { randomBytes } from 'node:crypto';

/** The app that all contestants serve. */
export const APP = {
  appid: 'wxbench0000000001',
  secret: 'bench-secret',
  token: 'bench-token',
  aesKey: randomBytes(32).toString('base64').slice(0, 43),
};

/** The app, in the form in which the benchmark's servers get it. */
export const APP_ENV = { BENCH_APPID: APP.appid, BENCH_SECRET: APP.secret, BENCH_TOKEN: APP.token, BENCH_AES_KEY: APP.aesKey };
