import { OF_PEOPLE } from './people.mjs';
import { OF_TALK } from './talk.mjs';

const BATCH = 1000;
/** What says for which size, and as of when, the database was filled. */
const MARK = 'benchFilled';

/**
 * Fills a database whose collections and indexes the server has made. What is there of an earlier run that was cut off stays.
 * @param {import('mongodb').Db} db
 * @param {{ people: number, messages: number, rows: number }} wanted
 * @param {import('../lib/progress.mjs').Progress} progress
 */
export async function fill(db, wanted, progress) {
  const marks = db.collection(MARK);
  await marks.updateOne({ _id: 'size' }, { $setOnInsert: { ...wanted, now: Date.now() } }, { upsert: true });
  const size = await marks.findOne({ _id: 'size' });
  const done = new Set((await marks.find({ of: { $exists: true } }).toArray()).map(({ _id }) => _id));
  const parts = [
    ...Object.entries(OF_PEOPLE).map(([name, make]) => ({ name, count: size.people, make })),
    ...Object.entries(OF_TALK).map(([name, { count, make }]) => ({ name, count: count(size), make: (index, of) => [make(index, of)] })),
  ];
  for (const part of parts) {
    if (!done.has(part.name)) await fillOne(db, marks, part, size, progress);
    progress.step(`${part.name}: filled`);
  }
  return size;
}

/** Steps of its progress. */
export const STEPS = Object.keys(OF_PEOPLE).length + Object.keys(OF_TALK).length;

async function fillOne(db, marks, { name, count, make }, size, progress) {
  const collection = db.collection(name);
  const { at: from = 0 } = await marks.findOne({ _id: `at ${name}` }) ?? {};
  for (let at = from; at < count; at += BATCH) {
    progress.say(`filling ${name}`, at / count);
    const documents = Array.from({ length: Math.min(BATCH, count - at) }, (_, place) => make(at + place, size)).flat();
    if (documents.length > 0) await collection.insertMany(documents, { ordered: false }).catch(wasThere);
    if (at % (BATCH * 20) === 0) await marks.updateOne({ _id: `at ${name}` }, { $set: { at } }, { upsert: true });
  }
  await marks.insertOne({ _id: name, of: count });
}

/** What was stored before the run was cut off. */
function wasThere(error) {
  if (error.code !== 11000) throw error;
}
