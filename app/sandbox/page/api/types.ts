/** A person of the sandbox: one human being with an openid in each app. */
export interface SandboxPerson {
  unionid: string;
  nickname: string;
  avatarUrl: string;
  phoneNumber: string;
  countryCode: string;
  miniprogram: SandboxAccount;
  official: SandboxAccount | null;
}

export interface SandboxAccount { appid: string; openid: string; following: boolean }

export interface SandboxApps {
  apps: Array<{ appid: string; kind: 'miniprogram' | 'official'; name: string; pushMode: string }>;
  im: { sdkAppId: number } | null;
}

/** All that is known of a person in one app. */
export interface SandboxUser { following: boolean; grants: Record<string, { count: number; status: string }> }

/** A call that the server made of WeChat, secrets masked. */
export interface SandboxCall {
  id: number; at: string; ms: number; method: string; path: string; query: Record<string, string>; body: unknown; status: number; answer: unknown; fault?: string;
}

/** A push that WeChat sent to the server. */
export interface SandboxPush {
  id: number; at: string; appid: string; openid: string | null; type: string; event?: string; url: string; mode: 'plain' | 'compat' | 'secure'; format: 'json' | 'xml';
  message: Record<string, unknown>; forged?: string; attempts: Array<{ status: number; body: string; ms: number; error?: string }>; accepted?: boolean; why?: string; decrypted?: string;
}

/** A mini-program code that the server has had made; `page` is empty for the home page. */
export interface SandboxQrcode { appid: string; scene: string; page: string; at: string }

/** A template that the app has at WeChat. */
export interface SandboxTemplate { templateId: string; title: string; longTerm: boolean; keys: Array<{ key: string; name: string }> }

/** What has reached a phone. */
export interface Received { appid: string; at: string; via: 'custom' | 'subscribe' | 'template' | 'passive' | 'notice'; msgtype: string; message: Record<string, unknown> }

export interface MenuButton { type?: string; name: string; key?: string; url?: string; appid?: string; pagepath?: string; sub_button?: MenuButton[] }
export interface SandboxFault { id: string; path: string; used: number }
