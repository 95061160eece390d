import { post } from '../api/sandbox';
import type { SandboxAccount, SandboxPerson } from '../api/types';
import { look } from './feed';
import { refreshPerson } from './people';

export type Kind = 'miniprogram' | 'official';
interface Pushed { answered: { status: number; accepted: boolean; why?: string } }

/** The person's account in an app; in the mini-program when there is no official account. */
export function accountOf(person: SandboxPerson, kind: Kind): SandboxAccount {
  return kind === 'official' && person.official ? person.official : person.miniprogram;
}

/** What WeChat pushes when the person does something: signed, encrypted, repeated, all by the sandbox. */
export async function push(person: SandboxPerson, kind: Kind, message: object, more: object = {}): Promise<Pushed> {
  const { appid, openid } = accountOf(person, kind);
  // It stands in the talk while it is under way.
  const soon = window.setTimeout(() => void look(), 120);
  try {
    return await post<Pushed>('/push', { kind, appid, message: { FromUserName: openid, ...message }, ...more });
  } finally {
    clearTimeout(soon);
    void look();
  }
}

export function event(person: SandboxPerson, kind: Kind, name: string, more: object = {}): Promise<Pushed> {
  return push(person, kind, { MsgType: 'event', Event: name, ...more });
}

export async function follow(person: SandboxPerson, scene = ''): Promise<void> {
  await event(person, 'official', 'subscribe', scene === '' ? { EventKey: '' } : { EventKey: `qrscene_${scene}`, Ticket: `ticket-${scene}` });
  await refreshPerson(person);
}

export async function unfollow(person: SandboxPerson): Promise<void> {
  await event(person, 'official', 'unsubscribe', { EventKey: '' });
  await refreshPerson(person);
}

/** A picture: kept by the sandbox as a media file, then pushed. */
export async function sendPicture(person: SandboxPerson, kind: Kind, picture: Blob): Promise<void> {
  const { appid } = accountOf(person, kind);
  const { mediaId, url } = await post<{ mediaId: string; url: string }>('/media', { appid, contentType: picture.type, content: await base64(picture) });
  await push(person, kind, { MsgType: 'image', PicUrl: url, MediaId: mediaId });
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}
