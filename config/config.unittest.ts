import type { EggAppConfig, PowerPartial } from 'egg';

export default () => {
  const config = {} as PowerPartial<EggAppConfig>;
  config.logger = { consoleLevel: 'ERROR' };
  return config;
};
