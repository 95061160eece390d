import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import mongoose from 'mongoose';
import { codeBlocks, readPage } from '../support/markdown';
import { DatabaseProcess } from '../support/databaseProcess';
import { Scratch } from '../support/environment';
import { COOKBOOK_DOCUMENTS, cookbookStatements } from './cookbook';
import { EVERYDAY } from './everyday';
import { install, Shell } from './shell';

describe('the real mongosh on the embedded database', function() {
  // It takes a second to load; its installation, at the first run, longer.
  this.timeout(300_000);
  const scratch = new Scratch();
  let database: DatabaseProcess;
  let shell: Shell;

  before(async () => {
    install();
    database = await DatabaseProcess.start(scratch.path('db'));
    shell = new Shell(database.url, scratch.path('home'));
  });
  after(async () => {
    await database?.stop();
    scratch.remove();
  });

  describe('runs everyday statements', () => {
    const statements = Object.values(EVERYDAY).flat();
    const printed: string[] = [];
    before(async () => {
      printed.push(...await shell.type(statements.map(([statement]) => statement)));
    });

    for (const [subject, cases] of Object.entries(EVERYDAY)) {
      describe(subject, () => {
        for (const entry of cases) {
          const [statement, expected] = entry;
          it(statement, () => {
            const output = printed[statements.indexOf(entry)];
            if (typeof expected === 'string') assert.equal(output, expected);
            else assert.match(output, expected);
          });
        }
      });
    }
  });

  describe('docs/cookbook.md', () => {
    const statements = codeBlocks(readPage('docs/cookbook.md')).filter(({ language }) => language === 'js').flatMap(({ text }) => cookbookStatements(text));
    const printed: string[] = [];
    before(async () => {
      const client = await mongoose.mongo.MongoClient.connect(database.url);
      await client.db().dropDatabase();
      for (const [name, documents] of Object.entries(COOKBOOK_DOCUMENTS)) await client.db().collection(name).insertMany(documents as object[]);
      await client.close();
      printed.push(...await shell.type(statements));
    });

    it('contains statements that are recognised', () => {
      assert.ok(statements.length > 50);
    });

    for (const [i, statement] of statements.entries()) {
      it(statement, () => {
        const output = printed[i];
        assert.doesNotMatch(output, /Uncaught|MongoServerError|SyntaxError/);
        // Each document exists once: an answer without it would be an empty one.
        if (/\.countDocuments\(/.test(statement)) assert.equal(output, '1');
        else if (/\.(insert|update|delete)/.test(statement)) assert.match(output, /acknowledged: true.*(insertedId: '|modifiedCount: 1|deletedCount: 1)/);
        else assert.match(output, /^\[ \{ .* \} \]$|^\{ .* \}$/);
      });
    }
  });

  describe('as a command', () => {
    it('--eval prints the result, as JSON too', async () => {
      const { output, code } = await shell.run(['--eval', 'db.evaluated.insertOne({ _id: 1, n: NumberLong("5") }).acknowledged']);
      assert.deepEqual([output.trim(), code], ['true', 0]);
      const { output: json } = await shell.run(['--json=canonical', '--eval', 'db.evaluated.findOne()']);
      assert.deepEqual(JSON.parse(json), { _id: { $numberInt: '1' }, n: { $numberLong: '5' } });
    });

    it('--file runs a script, and one that fails ends with an exit code', async () => {
      const path = scratch.path('script.js');
      writeFileSync(path, `
        const session = db.getMongo().startSession();
        session.withTransaction(() => {
          const accounts = session.getDatabase(db.getName()).accounts;
          accounts.insertMany([{ _id: 'a', money: 10 }, { _id: 'b', money: 0 }]);
          accounts.updateOne({ _id: 'a' }, { $inc: { money: -4 } });
          accounts.updateOne({ _id: 'b' }, { $inc: { money: 4 } });
        });
        db.accounts.find().sort({ _id: 1 }).forEach(({ _id, money }) => print(_id, money));
      `);
      const { output, code } = await shell.run(['--file', path]);
      assert.deepEqual([output.trim().split('\n'), code], [['a 6', 'b 4'], 0]);
      writeFileSync(path, 'db.accounts.insertOne({ _id: "a" }); print("not reached")');
      const failed = await shell.run(['--file', path]);
      assert.match(failed.output, /E11000 duplicate key/);
      assert.doesNotMatch(failed.output, /not reached/);
      assert.notEqual(failed.code, 0);
    });
  });
});
