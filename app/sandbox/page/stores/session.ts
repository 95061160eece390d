import { reactive } from 'vue';
import { forget, keep, kept } from '../../../console/lib/kept';
import { request } from '../api/hub';
import { Refusal } from '../api/refusal';
import { post } from '../api/sandbox';
import type { SandboxPerson } from '../api/types';
import type { Answer } from '../../../console/api/types';

type Login = Answer<'post', '/api/jscode2session'>;

/** Where each person's mini-program keeps its token, as `wx.setStorage` does: this browser. */
const tokens = reactive<Record<string, string | null>>({});

const key = ({ unionid }: SandboxPerson) => `phone.token.${unionid}`;

export function tokenOf(person: SandboxPerson): string | null {
  if (!(person.unionid in tokens)) tokens[person.unionid] = kept(key(person));
  return tokens[person.unionid];
}

/** wx.login, then the server's own call. */
export async function login(person: SandboxPerson): Promise<Login> {
  const { appid, openid } = person.miniprogram;
  const { code } = await post<{ code: string }>('/login-code', { appid, openid });
  const answer = await request<Login>(openid, 'POST', '/api/jscode2session', { code, appid });
  tokens[person.unionid] = answer.token;
  keep(key(person), answer.token);
  return answer;
}

/**
 * A call with the person's session, which is forgotten when the server does not know it any more.
 * @throws Refusal
 */
export async function call<T>(person: SandboxPerson, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  try {
    return await request<T>(person.miniprogram.openid, method, path, body, tokenOf(person) ?? undefined);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'UNAUTHENTICATED') end(person);
    throw error;
  }
}

export async function logout(person: SandboxPerson): Promise<void> {
  await call(person, 'POST', '/api/session/logout');
  end(person);
}

function end(person: SandboxPerson): void {
  tokens[person.unionid] = null;
  forget(key(person));
}
