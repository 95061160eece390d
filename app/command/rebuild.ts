import { parseArgs } from 'node:util';
import { rebuildConversations } from '../lib/rebuild/conversations';
import { rebuildCounters } from '../lib/rebuild/counters';
import { CommandError, interruption, runCommand, type Surroundings } from './command';
import { ProgressBar } from './progressBar';
import { showUsageWhenAsked, usageOf } from './usage';

showUsageWhenAsked('rebuild');

const interrupted = interruption();
const WHAT = ['conversations', 'counters'] as const;
type What = (typeof WHAT)[number];

function readArguments(): What[] {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const unknown = positionals.find(name => !WHAT.includes(name as What));
  if (unknown !== undefined || positionals.length === 0) throw new CommandError(usageOf('rebuild'));
  return positionals as What[];
}

/** Apps of the configuration and those added in the console. */
async function appsOf({ db, apps }: Surroundings) {
  const configured = apps.all().map(({ appid, kind }) => ({ appid, kind }));
  const stored = await db.collection<{ _id: string; kind: 'miniprogram' | 'official' }>('apps').find({}, { projection: { kind: 1 }, sort: { _id: 1 } }).toArray();
  const known = new Set(configured.map(({ appid }) => appid));
  return [...configured, ...stored.filter(({ _id }) => !known.has(_id)).map(({ _id, kind }) => ({ appid: _id, kind }))];
}

async function conversations(surroundings: Surroundings): Promise<string> {
  const bar = new ProgressBar('conversations');
  try {
    const kinds = new Map((await appsOf(surroundings)).map(({ appid, kind }) => [appid, kind]));
    const { people, written } = await rebuildConversations({
      db: surroundings.db, kindOf: appid => kinds.get(appid) ?? 'miniprogram', signal: interrupted, onProgress: (done, total) => bar.show(done, total),
    });
    return `conversations: ${people} are up to date; ${written} were not.`;
  } finally {
    bar.clear();
  }
}

async function counters(surroundings: Surroundings): Promise<string> {
  const bars = new Map<string, ProgressBar>();
  const barOf = (what: string) => {
    const bar = bars.get(what) ?? new ProgressBar(`counters: ${what}`);
    bars.set(what, bar);
    return bar;
  };
  try {
    const written = await rebuildCounters({
      db: surroundings.db, apps: await appsOf(surroundings), signal: interrupted, onProgress: (what, done, total) => barOf(what).show(done, total),
    });
    return `counters: up to date but for the hour that runs; ${written} were not.`;
  } finally {
    for (const bar of bars.values()) bar.clear();
  }
}

void runCommand(readArguments, async (wanted, surroundings) => {
  for (const what of wanted) console.log(await (what === 'counters' ? counters : conversations)(surroundings));
});
