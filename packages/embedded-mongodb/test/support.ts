import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startEmbedded } from '..';
import type { EmbeddedDatabase } from '..';

export const { MongoClient, Long, Decimal128, Binary, BSONRegExp, ObjectId, Int32, Double, Timestamp, MongoServerError, MongoBulkWriteError, UUID } = mongoose.mongo;
export type Client = InstanceType<typeof MongoClient>;
export type Collection = ReturnType<ReturnType<Client['db']>['collection']>;

export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), 'embedded-'));

/** A server for one test file: TEST_MONGODB_URL's when it is set, else an embedded one in a directory of its own. */
export class TestServer {
  client!: Client;
  url = '';
  private embedded?: EmbeddedDatabase;
  private dir = '';
  private readonly name = `weapp_hub_test_${process.pid}_${Date.now()}`;
  private collections = 0;

  async start(ttlMonitorSeconds?: number): Promise<void> {
    const given = process.env.TEST_MONGODB_URL;
    if (!given) {
      this.dir = temporaryDirectory();
      this.embedded = await startEmbedded({ dir: this.dir, port: 0, ttlMonitorSeconds });
    }
    this.url = given ?? this.embedded?.url() ?? '';
    this.client = await MongoClient.connect(this.url);
  }

  async stop(): Promise<void> {
    await this.client.db(this.name).dropDatabase();
    await this.client.close();
    await this.embedded?.close();
    if (this.dir) rmSync(this.dir, { recursive: true });
  }

  db() {
    return this.client.db(this.name);
  }

  /** A collection that no other test has. */
  fresh(): Collection {
    return this.db().collection(`c${++this.collections}`);
  }

  async filled(documents: object[]): Promise<Collection> {
    const collection = this.fresh();
    await collection.insertMany(documents.map(document => ({ ...document })));
    return collection;
  }
}

/** For `assert.rejects`: a server error of this code. */
export const code = (expected: number) => (error: unknown) => {
  if (!(error instanceof MongoServerError) || error.code !== expected) throw error;
  return true;
};
