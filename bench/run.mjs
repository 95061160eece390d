// npm run bench -- [push] [reply] [send] [login] [call] [console] [--rounds 5] [--pushes 5000] [--connections 64] [--profile] …
import { parseArgs } from 'node:util';
import { install } from './lib/install.mjs';
import { BenchError } from './lib/error.mjs';

/** Every benchmark: name → its module: `run(options)` prints a table, `DEFAULTS` are the numbers that it takes. */
const BENCHES = {
  push: () => import('./push/index.mjs'),
  reply: () => import('./reply/index.mjs'),
  send: () => import('./send/index.mjs'),
  login: () => import('./login/index.mjs'),
  call: () => import('./call/index.mjs'),
  console: () => import('./console/index.mjs'),
};

const OPTIONS = {
  rounds: { type: 'string' },
  pushes: { type: 'string' },
  logins: { type: 'string' },
  calls: { type: 'string' },
  messages: { type: 'string' },
  connections: { type: 'string' },
  people: { type: 'string' },
  rows: { type: 'string' },
  data: { type: 'string' },
  only: { type: 'string' },
  profile: { type: 'boolean', default: false },
};

function readArguments() {
  let parsed;
  try {
    parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BenchError(`${error.message.split('\n')[0]} The options are ${Object.keys(OPTIONS).map(name => `--${name}`).join(', ')}.`);
  }
  const { values: { profile, data, only, ...texts }, positionals } = parsed;
  const unknown = positionals.find(name => !(name in BENCHES));
  if (unknown !== undefined) throw new BenchError(`There is no benchmark "${unknown}": there is ${Object.keys(BENCHES).join(', ')}.`);
  const numbers = Object.fromEntries(Object.entries(texts).map(([name, text]) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 1e6) throw new BenchError(`--${name} takes a number from 1 to 1000000.`);
    return [name, value];
  }));
  return { names: positionals.length > 0 ? positionals : Object.keys(BENCHES), options: { profile, data, only }, numbers };
}

try {
  const { names, options, numbers } = readArguments();
  install();
  for (const name of names) {
    const { run, DEFAULTS } = await BENCHES[name]();
    await run({ ...DEFAULTS, ...numbers, ...options });
  }
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
}
