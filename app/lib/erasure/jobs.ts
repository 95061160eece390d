import type { mongo } from 'mongoose';
import type { Scope } from './scope';

interface Job {
  _id: string;
  state: string;
  cursor?: unknown;
  input: { appid?: string; openids?: string[] };
}

/** Jobs that have not ended, at most: each was begun by somebody. */
const MOST = 1_000;

/** A job goes on without the person: they are taken off its list, and it stands no more behind them. */
export async function emptyJobs({ db, person }: Scope): Promise<number> {
  const openids = person.accounts.map(({ openid }) => openid);
  const jobs = db.collection<Job>('jobs');
  const { modifiedCount } = await jobs.updateMany({ 'input.openids': { $in: openids } }, { $pull: { 'input.openids': { $in: openids } } } as object);
  const open = await jobs.find({ state: { $in: ['running', 'paused'] } }, { projection: { cursor: 1 }, limit: MOST }).toArray();
  const named = open.filter(({ cursor }) => typeof cursor === 'string' && openids.some(openid => names(cursor, openid)));
  let moved = 0;
  for (const { _id, cursor } of named) {
    const before = await precursor(db, _id, String(cursor), openids);
    const change = before === undefined ? { $unset: { cursor: '' } } : { $set: { cursor: before } };
    moved += (await jobs.updateOne({ _id, cursor }, change as object)).modifiedCount;
  }
  return modifiedCount + moved;
}

/** An openid, where the job has a list of them, or the id of a subscription. */
function names(cursor: string, openid: string): boolean {
  return cursor === openid || cursor.includes(`:${openid}:`);
}

/** Whoever comes before them, in the order in which the job goes: nobody is left out, and nobody done twice. */
async function precursor(db: mongo.Db, _id: string, cursor: string, gone: readonly string[]): Promise<string | undefined> {
  const job = await db.collection<Job>('jobs').findOne({ _id }, { projection: { input: 1 } });
  const list = job?.input.openids;
  if (list) return list.findLast(openid => openid < cursor && !gone.includes(openid));
  const [before] = await db.collection<{ _id: string }>('subscriptions')
    .find({ _id: { $lt: cursor, $gt: `${job?.input.appid}:` } }, { projection: { _id: 1 }, sort: { _id: -1 }, limit: gone.length + 1 }).toArray()
    .then(found => found.filter(({ _id: id }) => !gone.some(openid => names(id, openid))));
  return before?._id;
}
