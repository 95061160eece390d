import type { WechatAppConfig } from './apps';

/**
 * The apps that exist when none is configured. Only the sandbox knows them, so their secrets are no secrets. They are
 * fixed here because the walk-through of the README and the pages name them.
 */
export function sandboxApps(): WechatAppConfig[] {
  return [
    {
      appid: 'wxsandbox0000000001',
      kind: 'miniprogram',
      name: 'Sandbox mini-program',
      secret: 'sandbox-miniprogram-secret',
      token: 'sandbox-token',
      aesKey: 'c2FuZGJveC1taW5pLXByb2dyYW0tYWVzLWtleS0zMmI',
      pushMode: 'secure',
    },
    {
      appid: 'wxsandbox0000000002',
      kind: 'official',
      name: 'Sandbox official account',
      secret: 'sandbox-official-secret',
      token: 'sandbox-token',
      aesKey: 'c2FuZGJveC1vZmZpY2lhbC1hY2NvdW50LWFlcy1rZXk',
      pushMode: 'secure',
    },
  ];
}
