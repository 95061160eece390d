import type { EggAppConfig, PowerPartial } from 'egg';

export default () => {
  const config = {} as PowerPartial<EggAppConfig>;
  config.logger = { consoleLevel: 'ERROR' };
  // The suite checks every write: see test/support/writes.ts.
  config.mongoose = { options: { monitorCommands: true } };
  return config;
};
