import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { startEmbedded } from '..';
import type { EmbeddedDatabase } from '..';
import { MongoClient, temporaryDirectory } from './support';

const { BSON } = mongoose.mongo;

function message(body: Uint8Array, flags = 0, opCode = 2013): Buffer {
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + body.length, 0);
  head.writeInt32LE(7, 4);
  head.writeInt32LE(opCode, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, body]);
}

describe('embedded: wire protocol', function() {
  this.timeout(60_000);
  const dir = temporaryDirectory();
  let database: EmbeddedDatabase;
  before(async () => {
    database = await startEmbedded({ dir, port: 0 });
  });
  after(async () => {
    await database.close();
    rmSync(dir, { recursive: true });
  });

  const open = async (): Promise<Socket> => {
    const socket = connect(database.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };

  const answers = async () => {
    const client = await MongoClient.connect(database.url());
    assert.equal((await client.db().command({ ping: 1 })).ok, 1);
    await client.close();
  };

  const read = async (socket: Socket, count: number): Promise<object[]> => {
    let bytes = Buffer.alloc(0);
    const replies: object[] = [];
    while (replies.length < count) {
      bytes = Buffer.concat([bytes, (await once(socket, 'data'))[0] as Buffer]);
      while (bytes.length >= 4 && bytes.length >= bytes.readInt32LE(0)) {
        const length = bytes.readInt32LE(0);
        const offset = bytes.readInt32LE(12) === 1 ? 36 : 21;
        replies.push(BSON.deserialize(bytes.subarray(offset, length)));
        bytes = bytes.subarray(length);
      }
    }
    return replies;
  };

  it('answers the legacy handshake, and no other OP_QUERY', async () => {
    const socket = await open();
    const query = (document: object) => {
      const namespace = Buffer.from('admin.$cmd\0');
      const body = BSON.serialize(document);
      const bytes = Buffer.alloc(20);
      bytes.writeInt32LE(20 + namespace.length + 8 + body.length, 0);
      bytes.writeInt32LE(2004, 12);
      return Buffer.concat([bytes, namespace, Buffer.alloc(8), body]);
    };
    socket.write(query({ isMaster: 1, helloOk: true }));
    const [hello] = await read(socket, 1) as [Record<string, unknown>];
    assert.deepEqual([hello.ismaster, hello.helloOk, hello.setName, hello.hosts], [true, true, 'embedded-mongodb', [`127.0.0.1:${database.port}`]]);
    socket.write(query({ find: 'x' }));
    const [refused] = await read(socket, 1) as [Record<string, unknown>];
    assert.deepEqual([refused.ok, refused.code], [0, 352]);
    socket.destroy();
  });

  it('answers pipelined messages in order, byte by byte or all at once', async () => {
    const socket = await open();
    const ping = (n: number) => message(BSON.serialize({ [n % 2 ? 'ping' : 'find']: n % 2 ? 1 : 'none', $db: 'x' }));
    const all = Buffer.concat(Array.from({ length: 10 }, (_, i) => ping(i)));
    socket.write(all);
    const replies = await read(socket, 10) as { cursor?: object }[];
    assert.deepEqual(replies.map(({ cursor }) => cursor !== undefined), Array.from({ length: 10 }, (_, i) => i % 2 === 0));
    for (const byte of ping(1)) socket.write(Buffer.from([byte]));
    assert.equal((await read(socket, 1)).length, 1);
    socket.destroy();
  });

  it('tolerates a checksum', async () => {
    const socket = await open();
    const plain = message(BSON.serialize({ ping: 1, $db: 'x' }), 1);
    const bytes = Buffer.concat([plain, Buffer.alloc(4)]);
    bytes.writeInt32LE(bytes.length, 0);
    socket.write(bytes);
    assert.deepEqual(await read(socket, 1), [{ ok: 1 }]);
    socket.destroy();
  });

  it('closes a connection that breaks the protocol, and no other', async () => {
    const good = BSON.serialize({ ping: 1, $db: 'x' });
    const broken: Buffer[] = [
      message(good, 0, 99), message(good, 4), message(Buffer.concat([good, Buffer.from([9])])), message(good.subarray(0, -1)),
      Buffer.from([5, 0, 0, 0, ...Array(12).fill(0)]), Buffer.from([255, 255, 255, 127, ...Array(12).fill(0)]), Buffer.from([0, 0, 0, 128, ...Array(12).fill(0)]),
      message(BSON.serialize({ ping: 1 })), message(Buffer.from([255, 255, 255, 255, 0])),
    ];
    for (const bytes of broken) {
      const socket = await open();
      socket.on('error', () => undefined);
      socket.write(bytes);
      await once(socket, 'close');
    }
    await answers();
  });

  it('survives random bytes and damaged messages', async () => {
    const good = message(BSON.serialize({ find: 'x', filter: { a: { $in: [1, 'x'] } }, $db: 'x' }));
    const damaged = fc.tuple(fc.array(fc.tuple(fc.nat(good.length - 17), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.nat(good.length)).map(([changes, cut]) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of changes) bytes[16 + at] = value;
      return cut % 3 ? bytes : bytes.subarray(0, cut);
    });
    await fc.assert(fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes))), async bytes => {
      const socket = await open();
      socket.on('error', () => undefined);
      socket.resume();
      socket.end(bytes);
      await once(socket, 'close');
    }), { numRuns: 300 });
    await answers();
  });

  it('recognises a retried write after a restart', async () => {
    const body = BSON.serialize({ update: 'retried', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }], lsid: { id: new mongoose.mongo.UUID() }, txnNumber: mongoose.mongo.Long.fromNumber(1), $db: 'x' });
    const send = async () => {
      const socket = await open();
      socket.write(message(body));
      const [reply] = await read(socket, 1);
      socket.destroy();
      return reply;
    };
    const first = await send();
    assert.deepEqual(first, { n: 1, nModified: 0, upserted: [{ index: 0, _id: 1 }], ok: 1 });
    await database.close();
    database = await startEmbedded({ dir, port: 0 });
    assert.deepEqual(await send(), first);
    const client = await MongoClient.connect(database.url('x'));
    assert.deepEqual(await client.db().collection('retried').find().toArray(), [{ _id: 1, n: 1 }]);
    await client.close();
  });

  it('refuses messages that are nested too deeply', async () => {
    const deep = (depth: number): object => (depth ? { a: deep(depth - 1) } : {});
    const client = await MongoClient.connect(database.url());
    await assert.rejects(client.db().collection('x').insertOne(deep(300)));
    await client.db().collection('x').insertOne(deep(90));
    await answers();
    await client.close();
  });
});
