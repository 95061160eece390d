import { MongoClient } from 'mongodb';

/** The contestant's database: `w: majority, j: true`. */
export async function openDatabase() {
  const client = await MongoClient.connect(process.env.BENCH_DATABASE, { maxPoolSize: 16, writeConcern: { w: 'majority', journal: true } });
  return client.db();
}
