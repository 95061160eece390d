import { drop, get, post } from '../api/sandbox';
import type { SandboxCall, SandboxPerson, SandboxPush } from '../api/types';
import { errcodeOf, isTokenRefusal } from '../calls/meaning';
import { t } from '../i18n';
import type { OwnCall } from '../stores/ownCalls';
import { apps } from '../stores/people';
import { push } from '../stores/wechat';
import { duplicates, spooled } from './metrics';

/** What has happened since a fault began. */
export interface Since { calls: SandboxCall[]; pushes: SandboxPush[]; own: OwnCall[] }

export interface Fault {
  name: 'revoke' | 'slow' | 'busy' | 'ip' | 'key' | 'database' | 'forge' | 'repeat' | 'undelivered';
  /** Whether it stays until it is ended; else it happens once. */
  lasting: boolean;
  /** @returns what `did` and `stop` are given again */
  start(person: SandboxPerson): Promise<unknown>;
  stop?(state: unknown, person: SandboxPerson): Promise<unknown>;
  /** What the server did about it, in a sentence; null before it has met anything. */
  did(since: Since, state: unknown): string | null | Promise<string | null>;
}

/** The database's: what came while it was away, until it was back and had all. */
export interface Absence { over: boolean; answered: number }

const SUBSCRIBE_SEND = '/cgi-bin/message/subscribe/send';
const SLOW_MS = 3_000;
const AWAY_SECONDS = 10;

const withFault = (fault: object) => post<{ id: string }>('/faults', fault).then(({ id }) => id);
const endFault = (id: unknown) => drop(`/faults?id=${String(id)}`);
const met = (calls: SandboxCall[], id: unknown) => calls.filter(({ fault }) => fault === id);
const good = ({ answer, status }: SandboxCall) => status === 200 && errcodeOf(answer) === 0;

/** How many of those that failed were followed by one of the same path that succeeded. */
function doneAgain(calls: SandboxCall[], failed: SandboxCall[]): number {
  return failed.filter(({ id, path }) => calls.some(call => good(call) && path === call.path && id < call.id)).length;
}

export const FAULTS: Fault[] = [
  {
    name: 'revoke', lasting: false,
    start: ({ miniprogram: { appid } }) => post('/tokens/revoke', { appid }),
    did({ calls }) {
      const refused = calls.filter(({ answer }) => isTokenRefusal(errcodeOf(answer)));
      const fetched = calls.filter(call => call.path === '/cgi-bin/stable_token' && good(call)).length;
      return refused.length + fetched === 0 ? null : t('faults.revokeDid', { n: refused.length, m: fetched, k: doneAgain(calls, refused) });
    },
  },
  {
    name: 'slow', lasting: true, start: () => withFault({ path: '*', delayMs: SLOW_MS, times: 0 }), stop: endFault,
    did({ calls, pushes }, id) {
      const answered = pushes.flatMap(({ accepted, attempts }) => (accepted ? attempts : []));
      const slow = met(calls, id).length;
      return slow + answered.length === 0 ? null : t('faults.slowDid', { n: slow, m: answered.length, ms: Math.max(0, ...answered.map(({ ms }) => ms)) });
    },
  },
  {
    name: 'busy', lasting: false, start: () => withFault({ path: '*', errcode: -1, times: 2 }),
    did({ calls }, id) {
      const failed = met(calls, id);
      return failed.length === 0 ? null : t('faults.busyDid', { n: failed.length, k: doneAgain(calls, failed) });
    },
  },
  {
    name: 'ip', lasting: true, start: ({ miniprogram: { appid } }) => refuse(appid, 40164), stop: (_state, { miniprogram: { appid } }) => refuse(appid, 0),
    did({ calls }) {
      const refused = calls.filter(({ answer }) => errcodeOf(answer) === 40164).length;
      return refused === 0 ? null : t('faults.ipDid', { n: refused });
    },
  },
  {
    name: 'key', lasting: false, start: ({ miniprogram: { appid, openid } }) => post('/session-key/rotate', { appid, openid }),
    did({ own }) {
      const stale = own.filter(({ answer }) => (answer as { error?: string } | undefined)?.error === 'SESSION_KEY_STALE').length;
      return stale === 0 ? null : t('faults.keyDid', { n: stale, k: own.filter(({ path }) => path === '/api/jscode2session').length });
    },
  },
  {
    name: 'database', lasting: false,
    async start(): Promise<Absence> {
      await post('/database', { awaySeconds: AWAY_SECONDS });
      return { over: false, answered: 0 };
    },
    async did({ pushes }, state) {
      const absence = state as Absence;
      if (!absence.over) {
        absence.answered = pushes.filter(({ accepted }) => accepted).length;
        const { awayUntil } = await get<{ awayUntil: string | null }>('/database');
        if (awayUntil !== null && absence.answered === 0) return null;
        const left = awayUntil === null ? await spooled() : -1;
        if (left < 0) return t('faults.databaseAway', { n: absence.answered });
        if (left > 0) return t('faults.databaseBack', { n: left });
        absence.over = true;
      }
      return t('faults.databaseDid', { n: absence.answered });
    },
  },
  {
    name: 'forge', lasting: false, start: person => push(person, 'miniprogram', { MsgType: 'text', Content: 'FORGED' }, { forge: signatureOf(person), retries: 0 }),
    did({ pushes }) {
      const forged = pushes.filter(push => push.forged !== undefined && push.attempts.some(({ status }) => status >= 400));
      return forged.length === 0 ? null : t('faults.forgeDid', { n: forged.length, status: forged.at(-1)?.attempts.at(-1)?.status ?? 0 });
    },
  },
  {
    name: 'repeat', lasting: false,
    async start(person) {
      const before = await duplicates();
      await push(person, 'miniprogram', { MsgType: 'text', Content: '1 × 4' }, { times: 4, concurrency: 4 });
      return before;
    },
    async did({ pushes }, before) {
      const repeated = pushes.find(({ attempts, accepted }) => accepted && attempts.length > 1);
      return repeated ? t('faults.repeatDid', { n: repeated.attempts.length, m: await duplicates() - Number(before) }) : null;
    },
  },
  {
    name: 'undelivered', lasting: false, start: () => withFault({ path: SUBSCRIBE_SEND, undelivered: {} }),
    did({ pushes }) {
      const told = pushes.filter(({ event, message }) => event === 'subscribe_msg_sent_event' && !/"ErrorCode":"?0"?[,}]/.test(JSON.stringify(message))).length;
      return told === 0 ? null : t('faults.undeliveredDid', { n: told });
    },
  },
];

/** The signature by which a push of the app is believed: with encryption, the one over what is encrypted. */
function signatureOf({ miniprogram: { appid } }: SandboxPerson): 'signature' | 'msg_signature' {
  return apps.value.apps.find(app => app.appid === appid)?.pushMode === 'plain' ? 'signature' : 'msg_signature';
}

function refuse(appid: string, errcode: number): Promise<unknown> {
  return post('/apps/refuse', { appid, errcode });
}
