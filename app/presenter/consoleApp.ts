import type { PushNote } from '../lib/wechat/push/notes';
import type { ListedApp } from '../service/console/app';

/** An app, without its secret. */
export function presentApp({ app, stored, notes, problem }: ListedApp) {
  const { appid, kind, name, pushMode, token, aesKey } = app;
  return {
    appid,
    kind,
    name,
    pushMode,
    token: token ?? null,
    aesKey: aesKey ?? null,
    pushPath: `${kind === 'official' ? '/official/callback' : '/message/check'}/${appid}`,
    source: stored ? 'console' as const : 'configuration' as const,
    readOnly: !stored,
    lastPush: presentNote(notes?.push),
    lastRefused: presentNote(notes?.refused),
    problem: problem ?? null,
  };
}

function presentNote(note: PushNote | undefined) {
  return note ? { at: note.at.toISOString(), detail: note.detail } : null;
}
