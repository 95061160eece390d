import type { mongo } from 'mongoose';
import { collectionsOf } from '../lib/mongo/copyDatabase';
import { CommandError } from './command';

/** The collection in which a target notes what is being, or has been, copied into it. */
const COLLECTION = 'migrations';

/** The document in a target that says whose data it holds. */
interface MigrationDocument {
  _id: 'embedded';
  /** Name of the embedded database that is copied: data of another one is refused. */
  source: string;
  state: 'copying' | 'done';
  startedAt: Date;
  finishedAt?: Date;
  documents?: number;
}

/** The state of a copy, stored in the target, so that only the same copy is continued. */
export class Migration {
  private constructor(private readonly collection: mongo.Collection<MigrationDocument>, private readonly source: string, readonly finishedAt?: Date) {}

  /**
   * Begins or continues the copy of a source.
   * @throws {CommandError} when the target holds anything else
   */
  static async begin(to: mongo.Db, source: string): Promise<Migration> {
    const collection = to.collection<MigrationDocument>(COLLECTION);
    const found = await collection.findOne({ _id: 'embedded' });
    if (found && found.source !== source) throw new CommandError('Another embedded database has been copied to the target, or is being copied: name another database in the URL.');
    if (found) return new Migration(collection, source, found.state === 'done' ? found.finishedAt : undefined);
    const full = await fullCollection(to);
    if (full !== undefined) throw new CommandError(`The target holds other data (in ${full}): name a database in the URL that is empty, or does not exist yet.`);
    await collection.insertOne({ _id: 'embedded', source, state: 'copying', startedAt: new Date() });
    return new Migration(collection, source);
  }

  /** Notes that everything is copied and counted. */
  async finish(documents: number): Promise<void> {
    await this.collection.updateOne({ _id: 'embedded', source: this.source }, { $set: { state: 'done', finishedAt: new Date(), documents } });
  }
}

/** The first collection that holds a document. */
async function fullCollection(db: mongo.Db): Promise<string | undefined> {
  for (const name of await collectionsOf(db)) if (await db.collection(name).findOne({}, { projection: { _id: 1 } })) return name;
  return undefined;
}

/** Whether a collection is to be copied: not one of this command's own. */
export function isCopied(name: string): boolean {
  return name !== COLLECTION;
}
