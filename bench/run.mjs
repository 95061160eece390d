// npm run bench -- [push] [--rounds 5] [--pushes 5000] [--connections 64] [--profile]
import { parseArgs } from 'node:util';
import { install } from './lib/install.mjs';
import { BenchError } from './lib/error.mjs';

/** Every benchmark there is: name → its module, whose `run(options)` prints a table. */
const BENCHES = {
  push: () => import('./push/index.mjs'),
};

const OPTIONS = {
  rounds: { type: 'string', default: '5' },
  pushes: { type: 'string', default: '10000' },
  connections: { type: 'string', default: '64' },
  profile: { type: 'boolean', default: false },
};

function readArguments() {
  let parsed;
  try {
    parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BenchError(`${error.message.split('\n')[0]} The options are ${Object.keys(OPTIONS).map(name => `--${name}`).join(', ')}.`);
  }
  const { values, positionals } = parsed;
  const unknown = positionals.find(name => !(name in BENCHES));
  if (unknown !== undefined) throw new BenchError(`There is no benchmark "${unknown}": there is ${Object.keys(BENCHES).join(', ')}.`);
  const number = name => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1 || value > 1e6) throw new BenchError(`--${name} takes a number from 1 to 1000000.`);
    return value;
  };
  return {
    names: positionals.length > 0 ? positionals : Object.keys(BENCHES),
    options: { rounds: number('rounds'), pushes: number('pushes'), connections: number('connections'), profile: values.profile },
  };
}

try {
  const { names, options } = readArguments();
  install();
  for (const name of names) await (await BENCHES[name]()).run(options);
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
}
